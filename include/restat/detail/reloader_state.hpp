#pragma once

#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/observer.hpp>
#include <restat/options.hpp>
#include <restat/poll_result.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/watch_state.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <stop_token>

namespace restat::detail {

class file_reader;
class own_writes;

/// How the enumerator scans: always the whole tree, or also parts of it.
enum class scan_ability : unsigned char { whole_only, in_slices };

/// A whole scan for a new baseline, a whole scan, a slice of a scan, or a check of the hinted paths
/// alone, without a budget.
enum class poll_kind : unsigned char { baseline, whole, slice, hints };

/// The calls of an enumerator that add hints.
enum class hint_source : unsigned char { events, unwatched };

/// What the owner of a `reloader_state` does after a step of a poll.
enum class task : unsigned char {
    step,    ///< takes the next step, in this slice or the next
    read,    ///< does the same after a step that took as long as the check of an entry
    scan,    ///< scans, with a `scan_scope`
    deliver, ///< ends the poll, then delivers `take_offer`
    none,    ///< ends the poll
};

/// The calls of a reloader whose host waits for a descriptor.
struct descriptor_calls {
    poll_result (*poll)(void* reloader, std::error_code& error);
    slice_result (*poll_for)(void* reloader, std::chrono::nanoseconds budget,
                             std::error_code& error);
    void (*arm)(void* reloader) noexcept;
};

/// The next wake-up of a host that waits for a descriptor.
struct descriptor_wait {
    time_point now{};  // by the clock of the reloader
    time_point when{}; // by the same clock
    int hints = -1;    // descriptor of the enumerator
    int program = -1;  // descriptor of the strategy
};

/// The program of a strategy that a host with a descriptor supervises by its polls.
struct polled_program {
    bool is_started = false;
    time_point next = (time_point::min)(); // the next step
    int descriptor = -1;
};

/// The part of a `basic_reloader` that does not depend on its policies: schedule, snapshot, pending
/// changes and stop request. Compiled once.
class RESTAT_EXPORT reloader_state {
public:
    reloader_state(schedule when, scan_ability how);

    void stop() noexcept;
    /// Returns the token that ends the scan or wait under way.
    std::stop_token token() const noexcept;
    void observe(observer* who) noexcept;
    observer& current_observer() noexcept;

    /// Takes the snapshot of the previous process as the baseline.
    void resume(snapshot inherited, time_point now);
    bool has_baseline() const noexcept;
    /// Returns whether the last scan for the baseline saw files that were just written.
    bool retries_baseline() const noexcept;
    snapshot const& latest() const noexcept;
    /// Returns the latest snapshot with each pending change undone.
    snapshot delivered() const;

    void pin(std::string_view path);
    void unpin(std::string_view path);
    /// The rules have changed: gives up a paused scan, and makes the next scan list everything.
    void rules_changed() noexcept;
    /// Compares the contents of changed files, if asked to, with this reader of files; null for
    /// the files of this system.
    void compare(comparison by, owned<file_reader> files);
    /// Reads all contents still unknown, until stopped. An unreadable file stays unknown.
    void learn_contents() noexcept;
    /// Returns whether a stop ends the comparison of contents under way.
    bool is_comparing_stopped() const noexcept;
    /// Returns the files written by the host itself. Any thread.
    detail::own_writes& own_writes() noexcept;

    /// Begins a poll, which ends with `end_poll`.
    void begin_poll(time_point now, poll_kind kind);
    /// Takes the next step of the poll, and returns what follows. \cost that of a single path
    task step(birth_ref births);
    /// Ends a poll, also in the middle of a phase: the next slice continues the phase. Takes the
    /// result of a complete scan as the baseline if there is none. An error gives up every phase.
    /// Returns whether it took the baseline.
    bool end_poll(time_point now, matcher_ref rules, std::error_code error);
    /// Returns the prepared delivery; `answered` follows.
    change_set take_offer();
    /// Notes the answer to a delivery. A `suspended` delivery waits for `until`, if known.
    void answered(restart_result with, std::error_code reason, time_point now,
                  time_point until) noexcept;
    /// Keeps delivered changes, to be freed by the steps of later slices.
    void free_later(change_set delivered) noexcept;

    /// Returns the position of the next priority file of a slice; see `scan_bounds`.
    std::optional<std::size_t> next_priority();
    /// Notes that the priority file given last could not be checked by its path.
    void missed_priority();

    /// Returns the list to which the enumerator adds its hints, or null before the baseline.
    hint_list* hints() noexcept;
    /// Notes that the enumerator has added its hints by this call, or has thrown this exception.
    void hints_taken(hint_source by, std::exception_ptr thrown) noexcept;
    /// Returns the time of the next check of places without events; never, if scans check them.
    time_point next_unwatched() const noexcept;
    /// Notes such a check.
    void checked_unwatched(time_point began, time_point ended) noexcept;
    /// Notes the coverage of the enumerator by events.
    void cover(event_coverage const& by_enumerator) noexcept;
    /// Returns whether the scan under way judges the events, with the hints since its begin.
    bool judges_events() const noexcept;
    /// Returns a descriptor for the strategy and the hints, of which either may be -1.
    int joined(int of_strategy, int of_hints) noexcept;
    /// Returns whether a descriptor is readable.
    static bool is_readable(int descriptor) noexcept;
    /// Notes that the descriptor of the hints ended a wait.
    void woken_by_hints(int descriptor, time_point now) noexcept;
    /// Returns the time before which `run` does not wait for the descriptor of the hints.
    time_point hint_pause() const noexcept;
    /// Returns the pause between two calls of `take_hints`, without a descriptor.
    std::chrono::nanoseconds priority_pause() const noexcept;
    /// Returns whether the next poll of `run` checks only the hinted paths.
    bool checks_hints(time_point now, wake why) const noexcept;

    /// Opens the descriptor of the host, if there is none yet. Returns -1 and sets the error if the
    /// system refuses. `by` outlives the object.
    int open_descriptor(descriptor_calls const& by, std::error_code& error);
    /// Returns the calls of `open_descriptor`, or null before that call.
    descriptor_calls const* by_descriptor() const noexcept;
    /// Begins a poll of the host in this form. Returns whether the descriptor is readable.
    bool is_woken(poll_kind form) noexcept;
    /// Returns the time of the next call of the host: in the form of the last call.
    time_point next_wake() const noexcept;
    /// Makes the descriptor readable at this wake-up, and not earlier.
    void arm(descriptor_wait const& next) noexcept;
    /// Returns the descriptor of the hints in the last wake-up, or -1.
    int awaited_hints() const noexcept;
    /// Returns the program that the polls supervise.
    polled_program& program() noexcept;

    /// Returns the outcome of a poll without a delivery.
    poll_state outcome() const noexcept;
    /// Returns the time of the next scan.
    time_point next_scan() const noexcept;
    /// Returns the result of a slice.
    slice_result result(poll_result of) const noexcept;
    /// Returns the result of a whole scan in the form of a slice.
    slice_result result_of_scan(poll_result of) noexcept;
    /// Returns the time of the next useful slice within the CPU share.
    time_point next_slice() const noexcept;
    /// Returns the budget of the next slice of `run`, or zero for a whole scan.
    std::chrono::nanoseconds slice_at(time_point now, wake why) const noexcept;
    /// Returns the time of the next slice or scan of `run`.
    time_point next_poll() const noexcept;

    /// Reports an exception to the observer, and keeps it for `failure`.
    void threw(std::exception_ptr exception, finding where) noexcept;
    /// Keeps the exception that ended a scan; `end_poll` reports it.
    void scan_threw(std::exception_ptr exception) noexcept;
    /// Throws the exception that ended the scan, if any.
    void rethrow();
    /// Returns the last exception, or null. Any thread.
    std::exception_ptr failure() const noexcept;
    /// Returns the state of a path; `missing` for an unknown path.
    watch_state watch_state_of(std::string_view path, time_point now) const;

private:
    task next_task();
    void end_collecting() noexcept;
    void begin_scan();
    void begin_pass();
    void end_scan(time_point now);
    void begin_draft();
    void end_draft();
    void end_merge();
    bool note_merged(); // returns whether to notify the observer
    void end_recheck();
    void end_preparing();
    void end_pass();
    void give_up() noexcept;
    void report(std::error_code error);
    void report_scan(scan_span when);
    void report_overdue();
    bool offer_baseline(matcher_ref rules);
    bool free_some() noexcept;
    void began();
    bool is_at_work() const noexcept;
    time_point next_pass() const noexcept;
    time_point next_for_changes() const noexcept;
    time_point next_loss() const noexcept;
    time_point next_hinted() const noexcept;
    bool needs_whole_scan() const noexcept;
    bool expects_events() const noexcept;
    bool trusts_events() const noexcept;
    bool scans_hints() const noexcept;
    void judge_events(change_set const& changed) noexcept;
    void report_coverage();
    std::chrono::nanoseconds rest_now() const noexcept;
    void rest() noexcept;
    detection_latency latency_of_scans() const noexcept;
    detection_latency latency_of_slices() noexcept;
    std::chrono::nanoseconds pause_after_slice() const noexcept;

    friend class scan_scope;
    friend class linked_stop;
    friend class poll_scope;
    struct members;
    owned<members> m_;
};

/// A scan, or a slice of a scan, as asked for by `task::scan`. Without an end, it is given up.
class RESTAT_EXPORT scan_scope {
public:
    /// Begins or continues the scan. A whole scan has no bounds: null.
    [[nodiscard]] scan_scope(reloader_state& of, matcher_ref matcher, scan_bounds* bounds);
    scan_scope(scan_scope const&) = delete;
    ~scan_scope();

    /// Returns the matcher. Before the baseline, this matcher notes excluded paths.
    matcher_ref rules() const noexcept { return rules_; }
    /// Returns the result of an incremental enumerator.
    snapshot_update& update() noexcept;
    /// Takes the result of any other enumerator.
    void found(snapshot whole) noexcept;
    /// Ends the scan: the next steps use its result. Collects the faults of the matcher after a
    /// scan of the whole tree and after an error.
    void end(time_point now, std::error_code error);

private:
    reloader_state& of_;
    matcher_ref rules_;
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
