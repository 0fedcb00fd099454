#pragma once

#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/observer.hpp>
#include <restat/poll_result.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/standing.hpp>

#include <exception>
#include <stop_token>

namespace restat::detail {

/// Whether its enumerator can look at a part of what there is.
enum class looking : unsigned char { at_all, in_slices };

/// What a `basic_reloader` is apart from its policies: its plan, what it knows, what is due, and
/// whether it is to stop. Compiled once.
class RESTAT_EXPORT reloader_state {
public:
    reloader_state(schedule when, looking how);

    void stop() noexcept;
    /// Ends the scan or wait that is under way.
    std::stop_token token() const noexcept;
    void observe(observer* who) noexcept;
    observer& audience() noexcept;

    void scan_began(time_point at) noexcept;
    /// A scan saw this, or was given up with an error; `faults` are those of the matcher.
    void scan_ended(time_point at, snapshot const& seen, std::vector<finding>& faults,
                    std::error_code error);
    /// When the next scan is due.
    time_point next_scan() const noexcept;

    /// Goes on from what the process before this one knew.
    void resume(snapshot inherited, time_point now);
    /// The matcher as a scan asks it. Without a baseline, excluded paths are noted.
    matcher_ref asked(matcher_ref matcher) noexcept;
    /// Takes `seen` as the baseline if it is final, or if it has not become so for too long. Then
    /// reports each root of which `rules` exclude all files.
    bool offer_baseline(snapshot& seen, matcher_ref rules);
    bool has_baseline() const noexcept;
    snapshot const& latest() const noexcept;

    /// Compares what the scan that ended last saw with the baseline.
    void look(snapshot& seen);
    /// Where an incremental scan puts what it comes upon.
    snapshot_update& update() noexcept;
    /// Compares what it came upon with the baseline.
    void look(snapshot_update& found, time_point now);

    // Scans in slices.
    void pin(std::string_view path);
    void unpin(std::string_view path);
    /// Makes `update` ready to go on, to begin with a scan, or to look only at what comes first.
    void begin_slice(time_point now);
    /// The next file to be looked at before the rest; null for no more.
    std::string const* next_first() noexcept;
    /// What that gave last was not to be seen by itself.
    void missed_first() noexcept;
    /// Makes use of what the slice came upon until `ended`; true if a scan ended with it.
    bool use_slice(time_point ended);
    /// What is to become the baseline, as far as it is known.
    snapshot& draft() noexcept;
    void slice_ended(time_point at, bool gave_up) noexcept;
    /// What came of the slice.
    slice_result result(poll_result of) const noexcept;
    /// The same of a scan that was not in slices.
    slice_result result_of_scan(poll_result of) noexcept;
    /// When the next slice is worth it, within the share that is granted.
    time_point next_slice() const noexcept;
    /// How long `run` is to look now; zero for a scan at once.
    std::chrono::nanoseconds slice_at(time_point now, wake why) const noexcept;
    /// When it is to look next.
    time_point next_look() const noexcept;

    bool is_due() const noexcept;
    /// All that is due, if it is to be told when the last scan ended.
    change_set ready(birth_ref births);
    /// What became of it.
    /// What is `suspended` waits until then, if that is known.
    void answered(restart_result with, std::error_code reason, time_point now,
                  time_point until) noexcept;
    /// Reports an exception to the observer, and keeps it for `failure`.
    void threw(std::exception_ptr exception, finding where) noexcept;
    /// The same of an exception that ended a scan; `scan_ended` reports it.
    void scan_threw(std::exception_ptr exception) noexcept;
    /// Throws the exception that ended the scan, if one did.
    void rethrow();
    /// The last exception, or null. Any thread.
    std::exception_ptr failure() const noexcept;
    /// How a path stands; `missing` if nothing is known of it.
    standing why(std::string_view path, time_point now) const;

private:
    void began();
    void begin_round();
    void use_check() noexcept;
    time_point next_round() const noexcept;
    void rest() noexcept;
    pace pace_of_scans() const noexcept;
    std::chrono::nanoseconds hot_pause() const noexcept;
    std::chrono::nanoseconds pause_after_slice() const noexcept;

    friend class linked_stop;
    friend class poll_scope;
    struct members;
    owned<members> m_;
};

/// For as long as it lives, scans and waits of a reloader also end by another token.
class RESTAT_EXPORT linked_stop {
public:
    linked_stop(reloader_state& of, std::stop_token other);

private:
    struct links;
    owned<links> links_;
};

/// Marks a poll as under way while it lives; false if one was already.
class RESTAT_EXPORT poll_scope {
public:
    explicit poll_scope(reloader_state& of) noexcept;
    poll_scope(poll_scope const&) = delete;
    ~poll_scope();
    explicit operator bool() const noexcept { return entered_; }

private:
    reloader_state& of_;
    bool entered_;
};

} // namespace restat::detail
