#pragma once

#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/observer.hpp>
#include <restat/poll_result.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/watch_state.hpp>

#include <exception>
#include <stop_token>

namespace restat::detail {

/// How the enumerator scans: always the whole tree, or also parts of it.
enum class looking : unsigned char { at_all, in_slices };

/// The part of a `basic_reloader` that does not depend on its policies: schedule, snapshot, pending
/// changes and stop request. Compiled once.
class RESTAT_EXPORT reloader_state {
public:
    reloader_state(schedule when, looking how);

    void stop() noexcept;
    /// Returns the token that ends the scan or wait under way.
    std::stop_token token() const noexcept;
    void observe(observer* who) noexcept;
    observer& audience() noexcept;

    void scan_began(time_point at) noexcept;
    /// Notes the result of a scan, or the error that ended it; `faults` are those of the matcher.
    void scan_ended(time_point at, snapshot const& seen, std::vector<finding>& faults,
                    std::error_code error);
    /// Returns the time of the next scan.
    time_point next_scan() const noexcept;

    /// Takes the snapshot of the previous process as the baseline.
    void resume(snapshot inherited, time_point now);
    /// Returns the matcher for a scan. Before the baseline, this matcher notes excluded paths.
    matcher_ref asked(matcher_ref matcher) noexcept;
    /// Takes `seen` as the baseline if it is final, or after the time limit. Then reports each root
    /// of which `rules` exclude all files.
    bool offer_baseline(snapshot& seen, matcher_ref rules);
    bool has_baseline() const noexcept;
    snapshot const& latest() const noexcept;

    /// Merges the snapshot of a whole scan.
    void look(snapshot& seen);
    /// Returns the result of the incremental scan.
    snapshot_update& update() noexcept;
    /// Merges the result of the incremental scan.
    void look(snapshot_update& found, time_point now);

    // Scans in slices.
    void pin(std::string_view path);
    void unpin(std::string_view path);
    /// Begins a slice, which takes each `step` that is left, then scans once.
    void begin_slice(time_point now);
    /// Takes the next step after or before a scan. Returns false if none is left. \cost that of a
    /// path
    bool step();
    /// Prepares `update` for a scan: the rest of a scan, the next scan, or priority files alone.
    /// Returns false if this slice scans no more.
    bool begin_scan();
    /// Returns the next priority file, or null.
    std::string const* next_first();
    /// Notes that the priority file given last could not be checked by its path.
    void missed_first();
    /// Begins to merge the result of the scan, which ended or paused at `ended`.
    void use_scan(time_point ended);
    /// Returns whether this slice merged the end of a pass over the tree.
    bool round_ended() const noexcept;
    /// Returns the end of the last scan.
    time_point look_ended() const noexcept;
    /// Returns whether steps are left before the next scan or delivery.
    bool is_at_work() const noexcept;
    /// Returns the candidate for the baseline.
    snapshot& draft() noexcept;
    void slice_ended(time_point at, bool gave_up) noexcept;
    /// Returns the result of a slice.
    slice_result result(poll_result of) const noexcept;
    /// Returns the result of a whole scan in the form of a slice.
    slice_result result_of_scan(poll_result of) noexcept;
    /// Returns the time of the next useful slice within the CPU share.
    time_point next_slice() const noexcept;
    /// Returns the budget of the next slice of `run`, or zero for a whole scan.
    std::chrono::nanoseconds slice_at(time_point now, wake why) const noexcept;
    /// Returns the time of the next slice or scan of `run`.
    time_point next_look() const noexcept;

    bool is_due() const noexcept;
    /// Begins or continues to prepare a delivery. Returns false if pending changes have to wait.
    bool begin_offer();
    /// Takes the next step. Returns false if the delivery is prepared.
    bool step_offer(birth_ref births);
    change_set take_offer();
    void drop_offer() noexcept;
    /// Frees a few delivered changes and rechecked paths. Returns false if none is left.
    bool free_some() noexcept;
    /// Keeps delivered changes for `free_some`.
    void free_later(change_set delivered) noexcept;
    /// Notes the answer to a delivery. A `suspended` delivery waits for `until`, if known.
    void answered(restart_result with, std::error_code reason, time_point now,
                  time_point until) noexcept;
    /// Reports an exception to the observer, and keeps it for `failure`.
    void threw(std::exception_ptr exception, finding where) noexcept;
    /// Keeps the exception that ended a scan; `scan_ended` reports it.
    void scan_threw(std::exception_ptr exception) noexcept;
    /// Throws the exception that ended the scan, if any.
    void rethrow();
    /// Returns the last exception, or null. Any thread.
    std::exception_ptr failure() const noexcept;
    /// Returns the state of a path; `missing` for an unknown path.
    watch_state watch_state_of(std::string_view path, time_point now) const;

private:
    void began();
    void begin_round();
    void end_draft() noexcept;
    void end_look();
    void end_round() noexcept;
    void end_collecting() noexcept;
    void use_check();
    time_point next_round() const noexcept;
    time_point next_for_changes() const noexcept;
    void rest() noexcept;
    detection_latency latency_of_scans() const noexcept;
    std::chrono::nanoseconds hot_pause() const noexcept;
    std::chrono::nanoseconds pause_after_slice() const noexcept;

    friend class linked_stop;
    friend class poll_scope;
    struct members;
    owned<members> m_;
};

/// Lets a second token end the scans and waits of a reloader during its lifetime.
class RESTAT_EXPORT linked_stop {
public:
    [[nodiscard]] linked_stop(reloader_state& of, std::stop_token other);

private:
    struct links;
    owned<links> links_;
};

/// Marks a poll as under way during its lifetime. False if another poll is under way.
class RESTAT_EXPORT poll_scope {
public:
    [[nodiscard]] explicit poll_scope(reloader_state& of) noexcept;
    poll_scope(poll_scope const&) = delete;
    ~poll_scope();
    explicit operator bool() const noexcept { return entered_; }

private:
    reloader_state& of_;
    bool entered_;
};

} // namespace restat::detail
