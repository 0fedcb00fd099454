#pragma once

#include <restat/change_set.hpp>
#include <restat/clock/waitable_clock.hpp>

#include <string>
#include <vector>

namespace restat::detail {

/// Finds out whether a program changes by itself what it is started for, and then holds the
/// next starts back. Knows the time from what it is told.
///
/// A path is suspected when it changed soon after each of the last starts. From the third on,
/// changes of suspected paths alone are held back; so are, from the tenth on, others that come
/// together with them (files with a new name each time). A change of any other path ends that at
/// once. Else what was held back starts the program a while later, as it may have been an edit
/// after all; the while is twice as long the next time.
class RESTAT_EXPORT self_trigger {
public:
    static constexpr std::chrono::seconds soon{2}; ///< after a start
    static constexpr std::size_t patience = 3;     ///< starts in a row
    static constexpr std::size_t long_patience = 10;
    static constexpr std::chrono::minutes longest_hold{5};

    void started(time_point now);
    /// Whether these changes are not to start the program again.
    bool holds(change_set const& changes, time_point now);
    /// Forgets all.
    void reset();

    bool is_holding() const noexcept { return holding_; }
    /// Until when; only while it holds something back.
    time_point until() const noexcept { return started_ + hold_; }
    std::chrono::nanoseconds hold() const noexcept { return hold_; }
    /// Lets go what it holds back, for once.
    void let_go() noexcept;
    /// A suspected path; only while it holds something back.
    std::string const& path() const noexcept { return suspects_.front(); }

private:
    using paths = std::vector<std::string>; // in order

    void note(paths const& seen);
    bool is_suspected(paths const& seen) const;

    time_point started_ = time_point::max();
    std::chrono::nanoseconds hold_ = soon;
    paths suspects_;
    std::size_t row_ = 0; // starts after each of which all suspects changed
    paths seen_;          // soon after the last start
    bool holding_ = false;
};

/// A glob that this path matches, and as few others as may be.
RESTAT_EXPORT std::string glob_of(std::string_view path);

} // namespace restat::detail
