#pragma once

#include <restat/change_set.hpp>
#include <restat/clock/waitable_clock.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Finds out whether a program changes by itself what it is started for, and then suspends the
/// starts. Knows the time from what it is told.
///
/// A change comes *soon* after a start if it was made within two seconds of it, or by the time the
/// program ended by itself: by its stamp where that can be compared, else by when it was seen. A
/// path is suspected when it changed soon after each of the last starts.
///
/// From the third start on, changes of suspected paths alone suspend, if they came after each start
/// about as late (within 100 ms, or an eighth) and then ceased: a person who saves one file often
/// is not as regular, and who writes one all the time does not cease. From the tenth start on they
/// do in any case, also together with others (files with a new name each time).
///
/// A change of any other path resumes at once and all is forgotten; but not the third time that it
/// too comes soon after a start and about as late: the program writes that as well. A change of a
/// suspected path that was left alone for a while resumes too, and nothing is forgotten: as the
/// program was not started meanwhile, it may be an edit. The while is two seconds, and twice as
/// long each next time, up to five minutes.
class RESTAT_EXPORT self_trigger {
public:
    static constexpr std::chrono::seconds soon{2};

    // A path that changed soon after starts: how long after, at least and at most.
    struct suspect {
        std::string path;
        std::chrono::nanoseconds least;
        std::chrono::nanoseconds most;
        bool ceased; // each time: it was told when it had become quiet
    };
    using suspects = std::vector<suspect>; // by path

    /// What is to be known of the starts so far when there is another.
    struct past {
        bool has_started = false;
        time_point started{};
        stamp clock{}; ///< then
        suspects all;
        std::uint64_t row = 0; ///< starts after each of which all suspects changed
        std::chrono::nanoseconds pause = soon;
    };

    static constexpr std::size_t patience = 3; ///< starts in a row
    static constexpr std::size_t long_patience = 10;
    static constexpr std::chrono::milliseconds alike{100};
    static constexpr int alike_share = 8; ///< or this part of the delay
    static constexpr std::chrono::minutes longest_while{5};

    /// `clock` is what a file that changed now would be stamped with; zero if that is not known.
    void started(time_point now, stamp clock = {});
    /// By itself.
    void ended(time_point now) noexcept;
    /// Whether these changes are not to start the program again.
    bool suspends(change_set const& changes, time_point now);
    /// Forgets all.
    void reset();

    bool is_suspended() const noexcept { return suspended_; }
    /// The suspected paths of the changes that suspended it.
    std::vector<std::string> const& named() const noexcept { return named_; }

    /// As it is just after a start, for whoever comes after this process.
    past left() const;
    void go_on_from(past before);

private:
    // What changed soon after the last start while that was suspended.
    struct resumption {
        suspect by;
        std::size_t times;
    };

    std::chrono::nanoseconds delay_of(change const& what, time_point now) const noexcept;
    suspects soon_after(change_set const& changes, time_point now) const;
    bool suspects_now(suspects const& seen, std::size_t changed);
    bool is_about_others(change_set const& changes) const;
    bool are_its_own_too(change_set const& changes, time_point now);
    void suspect_too(suspects const& more);
    static suspects in_both(suspects const& a, suspects const& b);
    static suspect const* find(suspects const& in, std::string_view path) noexcept;
    static bool is_regular(suspect const& one) noexcept;
    static bool is_before(suspect const& a, suspect const& b) noexcept;

    bool has_started_ = false;
    time_point started_{};
    stamp clock_{};                          // then
    std::chrono::nanoseconds window_ = soon; // what is soon after it
    suspects suspects_;
    std::size_t row_ = 0; // starts after each of which all suspects changed
    suspects seen_;       // soon after the last start
    bool suspended_ = false;
    std::vector<std::string> named_;
    std::vector<resumption> resumed_by_;
    time_point changed_{}; // last, while suspended
    std::chrono::nanoseconds while_ = soon;
};

/// A glob that these paths match, and as few others as may be: of more than four what their
/// directory has, if they share one.
RESTAT_EXPORT std::string glob_of(std::vector<std::string> const& paths);

} // namespace restat::detail
