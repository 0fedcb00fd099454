#pragma once

#include <restat/detail/exclusion_log.hpp>
#include <restat/detail/joint_descriptor.hpp>
#include <restat/detail/reloader_state.hpp>

#include "finding_log.hpp"
#include "hint_queue.hpp"
#include "loop_descriptor.hpp"
#include "own_writes.hpp"
#include "recheck.hpp"
#include "settling.hpp"
#include "slicing.hpp"
#include "trust_in_events.hpp"
#include "values/snapshot_delta.hpp"
#include "values/snapshot_renewal.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>

namespace restat::detail {

/// The state of a reloader, shared by its sources.
struct reloader_state::members {
    members(schedule plan, scan_ability how) : when{plan}, scans_by{how}, changes{plan, &own} {}

    schedule when;
    scan_ability scans_by;
    snapshot_update update; // result of the scan; outlives `changes`, which refers to it
    detail::own_writes own; // outlives `changes`, which refers to it
    settling changes;
    finding_log findings;
    exclusion_log exclusions; // of the scans before the baseline
    observer no_observer;
    observer* current_observer = &no_observer;
    std::stop_source stop;
    std::stop_token token = stop.get_token();
    bool polling = false;
    bool has_learned = false; // the last slice began with a content

    std::error_code failure;                        // of the last scan
    std::string failure_text;                       // message of the exception that ended it
    std::error_code refusal;                        // of the last delivery
    std::exception_ptr to_rethrow;                  // from the scan
    std::optional<time_point> baseline_tried_since; // first attempt whose records were not final
    std::mutex thrown_mutex;
    std::exception_ptr thrown; // last exception

    // The poll. Its phases are drawn in reloader_phases.cpp.
    enum class phase { waiting, collecting, scanning, drafting, merging, preparing, delivering };
    phase now = phase::waiting;
    poll_kind kind = poll_kind::whole;
    enum class progress {
        begun,
        freed,   // has freed the memory of the last delivery
        scanned, // has scanned; a poll scans once
        passed,  // has used the result of a whole scan, or of the last slice of a pass
    };
    progress done = progress::begun; // of this poll
    time_point poll_began{};
    time_point slice_ended{};
    std::size_t entries_checked = 0; // by this slice

    // The scan: a pass over the tree, or limited to the directories of hints or of a recheck, or to
    // priority files. Each slice of a scan checks priority files, too.
    enum class scope { priority, hinted, recheck, all };
    scope scans = scope::priority;
    time_point began{};                    // begin of the last pass
    time_point ended{};                    // end of the last scan or slice
    time_point scanned{};                  // end of the last pass
    std::chrono::nanoseconds rest{};       // pause after the last pass
    std::chrono::nanoseconds audit_rest{}; // the same, where each change leads to an event
    std::size_t counted = 0;               // entries checked by this scan
    std::optional<snapshot> whole_scan;    // result of an enumerator without incremental scans
    std::vector<finding> faults;           // of the matcher, after a pass

    // The use of the result of the scan.
    snapshot draft; // candidate for the baseline
    std::unique_ptr<snapshot_renewal> drafted;
    enum class part {
        edits,       // of known files, as the scan continues
        directories, // all differences in the directories of a limited scan
        pass,        // all differences in the tree
    };
    part merged = part::edits;
    time_point merge_began{};            // begin of the slice with the scan
    bool was_pending = false;            // a change was pending before the merge
    bool is_renamed = false;             // the scan gave known paths new names
    std::optional<scan_span> unreported; // a scan with changes ready for delivery

    // The hints, and the times that keep their scans within the share of the processor.
    hint_list arrived; // since the last poll
    hint_queue hints;
    trust_in_events trust;
    bool runs = false;             // inside of `run`, which waits for hints
    bool gave_hint = false;        // the priority file given last is from `hints`
    time_point hints_paced{};      // no limited scan for hints before
    time_point losses_paced{};     // no pass over the tree for lost hints before
    time_point events_paced{};     // no wait for the descriptor before
    time_point unwatched_due{};    // next check of places without events
    time_point priority_checked{}; // end of the last scan or slice with priority files
    std::size_t empty_wakes = 0;   // in a row, with the descriptor still readable
    bool events_failed = false;    // the last call for events has thrown
    bool unwatched_failed = false; // so has the last check of places without events
    joint_descriptor waited_for;   // the descriptors of the strategy and of the hints

    std::unique_ptr<loop_descriptor> loop; // null unless the host waits for a descriptor

    slicing slices;
    recheck check;
    settling::to_recheck to_check;
    time_point all_since{}; // every pending path was checked after this time

    /// Returns whether the known paths are getting their new names, after a change of the roots.
    /// Until then no file is checked, and pending changes wait for their new names.
    bool is_renaming() noexcept { return update.is_paused() && update.delta().is_respelling(); }
    bool in_slices() const noexcept {
        return kind == poll_kind::slice || kind == poll_kind::hints;
    }
    bool drafts() const noexcept {
        return kind == poll_kind::baseline || !changes.has_baseline();
    }
    bool needs_check() const noexcept;
    hint_list::paths limited_scope();
    void end_hints() noexcept;
    void pace_hints(time_point at, bool has_failed) noexcept;
    void begin_check();
    void end_check() noexcept;
};

} // namespace restat::detail
