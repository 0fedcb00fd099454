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
    /// A slice begins. It takes the next `step`s until there is none, then makes one scan.
    void begin_slice(time_point now);
    /// Takes the next step of what a scan found, or of what precedes a scan; false if there is
    /// none. \cost what one path does
    bool step();
    /// Makes `update` ready to go on, to begin with a scan, or to look only at what comes first;
    /// false if this slice scans no more.
    bool begin_scan();
    /// The next file to be looked at before the rest; null for no more.
    std::string const* next_first();
    /// What that gave last was not to be seen by itself.
    void missed_first();
    /// Begins to make use of what the scan found until `ended`.
    void use_scan(time_point ended);
    /// Whether a scan of all was made use of in this slice; and when its last look was.
    bool round_ended() const noexcept;
    time_point look_ended() const noexcept;
    /// Whether steps are left that a slice has to take before it scans or delivers.
    bool is_at_work() const noexcept;
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
    /// Begins to prepare the delivery of all that is due, or goes on with it; false if it is not
    /// to be told yet.
    bool begin_offer();
    /// False if it is prepared.
    bool step_offer(birth_ref births);
    change_set take_offer();
    void drop_offer() noexcept;
    /// Frees a part of what was delivered; false if there is nothing left to be freed.
    bool free_some() noexcept;
    void free_later(change_set delivered) noexcept;
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
    void end_draft() noexcept;
    void end_look();
    void end_round() noexcept;
    void end_collecting() noexcept;
    void use_check();
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
