#pragma once

#include <restat/detail/finding_log.hpp>
#include <restat/detail/settling.hpp>
#include <restat/poll_result.hpp>

#include <stop_token>
#include <utility>

namespace restat::detail {

/// What a `basic_reloader` is apart from its policies: its plan, what it knows, whether it is to
/// stop. Compiled once.
class RESTAT_EXPORT reloader_state {
public:
    explicit reloader_state(schedule when) noexcept : when_{when}, changes{when} {}

    void stop() noexcept { stop_.request_stop(); }
    std::stop_token stop_token() const noexcept { return stop_.get_token(); }
    void observe(observer* who) noexcept { observer_ = who; }
    observer& audience() noexcept { return observer_ ? *observer_ : nobody_; }

    void scan_began(time_point at) noexcept { began_ = at; }
    /// A scan saw this, or was given up with an error; `faults` are those of the matcher.
    void scan_ended(time_point at, snapshot const& seen, std::vector<finding> faults,
                    std::error_code error);
    /// Takes `seen` as the baseline if it is final, or if it has not become so for too long.
    bool offer_baseline(snapshot seen, time_point now);
    /// When the next scan is due.
    time_point next_scan() const noexcept;

    /// Marks a poll as under way; false if one is.
    bool enter() noexcept { return !std::exchange(polling_, true); }
    void leave() noexcept { polling_ = false; }

private:
    schedule when_;
    finding_log findings_;
    observer nobody_;
    observer* observer_ = nullptr;
    std::stop_source stop_;
    time_point began_{};
    time_point ended_{};
    time_point trying_since_ = time_point::max(); // to take the baseline
    bool polling_ = false;

public:
    settling changes;
    std::stop_token token = stop_.get_token(); ///< ends the scan or wait that is under way
};

/// For as long as it lives, scans and waits of a reloader also end by another token.
class RESTAT_EXPORT linked_stop {
public:
    linked_stop(reloader_state& of, std::stop_token other);
    linked_stop(linked_stop const&) = delete;
    ~linked_stop() { of_.token = std::move(before_); }

private:
    struct forward {
        std::stop_source both;
        void operator()() const noexcept { both.request_stop(); }
    };

    reloader_state& of_;
    std::stop_token before_;
    std::stop_source both_;
    std::stop_callback<forward> own_;
    std::stop_callback<forward> other_;
};

/// Ends a poll when it leaves the scope, also by an exception.
class poll_scope {
public:
    explicit poll_scope(reloader_state& of) noexcept : of_{of}, entered_{of.enter()} {}
    poll_scope(poll_scope const&) = delete;
    ~poll_scope() {
        if (entered_) of_.leave();
    }
    explicit operator bool() const noexcept { return entered_; }

private:
    reloader_state& of_;
    bool entered_;
};

} // namespace restat::detail
