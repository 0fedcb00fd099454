#pragma once

#include <restat/detail/exclusion_log.hpp>
#include <restat/detail/reloader_state.hpp>

#include "finding_log.hpp"
#include "recheck.hpp"
#include "settling.hpp"
#include "slicing.hpp"
#include "values/snapshot_delta.hpp"
#include "values/snapshot_renewal.hpp"

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <system_error>

namespace restat::detail {

// The pause between two checks of recently edited and pinned files, while no scan is due.
inline constexpr std::chrono::milliseconds hot_interval{50};

/// The state of a reloader, shared by the sources for whole scans and for slices.
struct reloader_state::members {
    members(schedule plan, looking how) : when{plan}, looks{how}, changes{plan} {}

    schedule when;
    looking looks;
    snapshot_update found; // result of the scan; outlives `changes`, which refers to it
    settling changes;
    finding_log findings;
    exclusion_log exclusions; // of the scans before the baseline
    observer nobody;
    observer* audience = &nobody;
    std::stop_source stop;
    std::stop_token token = stop.get_token();
    time_point began{};
    time_point ended{};
    std::error_code failure;                     // of the last scan
    std::string failure_text;                    // message of the exception that ended it
    time_point trying_since = time_point::max(); // first attempt to take the baseline
    std::error_code refusal;                     // of the last delivery
    bool polling = false;

    std::exception_ptr to_rethrow; // from the scan
    std::mutex thrown_mutex;
    std::exception_ptr thrown; // last exception

    time_point scanned{};            // end of the last scan
    std::chrono::nanoseconds rest{}; // pause after it

    // The state of scans in slices.
    enum class phase {
        scanning,   // the next slice begins or continues a scan
        drafting,   // turns the result of a scan into a candidate for the baseline
        merging,    // compares the result of a scan with the latest snapshot, and merges it
        collecting, // collects the pending paths to be rechecked before a delivery
        offering,   // prepares a delivery
    };
    phase at = phase::scanning;
    slicing slices;
    snapshot draft;
    enum class scope { priority, recheck, all };
    scope scans = scope::priority; // scope of the scan under way, beside priority files
    bool sliced = false;           // the last scan was a slice
    time_point slice_began{};
    time_point slice_ended{};
    enum class progress {
        none,    // has not scanned
        scanned, // has scanned; a slice scans once
        ended,   // merged the end of a pass over the tree
    };
    progress done = progress::none; // of this slice
    // The scan whose result is being merged.
    time_point look_began{};   // begin of its slice
    bool goes_on = false;      // the scan continues afterwards
    bool takes_all = false;    // merges all changes, not only edits
    bool restructured = false; // the scan found added, removed or other names
    bool led_out = false;      // a name has moved out of the scanned directories
    bool was_due = false;      // a change was pending before
    bool is_checked = false;   // all files to be rechecked were checked, or the scan skipped them
    std::unique_ptr<snapshot_renewal> drafted;
    std::size_t counted = 0;         // entries checked by this scan
    std::size_t entries_checked = 0; // entries checked by this slice

    // The recheck of all pending paths after their quiet period.
    recheck check;
    settling::to_recheck to_check;
    time_point all_since{}; // every pending path was checked after this time

    /// Returns whether the known paths are getting their new names, after a change of the roots.
    /// Until then no file is checked, and pending changes wait for their new names.
    bool is_renaming() noexcept { return found.is_paused() && found.delta().is_respelling(); }
    void begin_check(time_point now);
    void end_check() noexcept;
    void drop_work() noexcept;
    bool note_merged(); // returns whether to notify the observer
};

} // namespace restat::detail
