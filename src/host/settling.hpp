#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/diff.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/watch_state.hpp>

#include "content_filter.hpp"
#include "own_writes.hpp"
#include "rename_search.hpp"
#include "values/change_search.hpp"
#include "values/snapshot_renewal.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Decides when a change is delivered: the part of a reloader between the scan and the restart.
/// A pure function of snapshots, times and birth times.
///
///     pending paths        each with its last delivered record
///        |                   delivered when quiet, final and not just emptied
///     latest snapshot
///        | changed paths     begin the quiet period anew
///     next snapshot
///
/// For any other path, the latest snapshot has the last delivered record.
///
/// The life of a pending path, which has a single item in `pending_`. If a delivery is too late,
/// `add_change_step` or `await_quiet` set a wrong time; if too early, `is_ready` is wrong.
///
///     merge      note              keeps the last delivered record    settling_merge.cpp
///                add_change_step   begins the quiet period anew
///                compare           drops the item of an undone change   settling.cpp
///     wait       next, next_recheck   the next time to poll for it    settling.cpp
///     delivery   is_ready          tests the times of all items       settling_delivery.cpp
///                build_step        makes a change of each item
///     answer     settled           forgets all items                  settling.cpp
///                refused, suspended   keep all items
///
/// A path known without a final record is in `to_redeliver_`: it was delivered, inherited or
/// brought into view by roots or rules in the tick of its last write. `select_redelivery_step` and
/// `add_redelivery_step` deliver the path once its record is final. There is no other second
/// delivery of an edit.
///
/// A change of a file written by the host itself is in `held_` instead, until `judge_step` drops it
/// or makes it pending.
class settling {
public:
    /// With `own`, changes of the files written by the host are held until it has decided.
    explicit settling(schedule when, own_writes* own = nullptr);
    ~settling();

    /// Takes the baseline for the comparison with later scans.
    void begin(snapshot baseline, time_point now = {});
    /// Takes the snapshot of the previous process as the baseline. This snapshot keeps
    /// unreadable entries, so a new path below an unreadable directory counts as added. A new path
    /// below a directory that the previous process did not check (`not_supported`) does not count.
    void resume(snapshot inherited, time_point now = {});
    /// Merges the snapshot of a whole scan. Drops pending changes that were undone.
    void merge(snapshot whole_scan, time_point now);
    /// Merges the result of an incremental scan. \cost copies nothing unless there are edits
    void merge(snapshot_update& found, time_point now);

    /// The part of a scan's result to merge.
    enum class extent : std::uint8_t {
        edits, ///< edits of known files; the scan may still be under way
        all,
    };
    /// Begins to merge the result of a scan. The result must not change before the last step.
    void begin_merge(snapshot_update& found, time_point now, extent of);
    /// Begins to merge the snapshot of a whole scan.
    void begin_merge(snapshot whole_scan, time_point now);
    /// Takes the next step of the merge. Returns false after the last step. \cost of a single path
    ///
    ///     renaming, searching, copying, selecting_redeliveries   may fail, or be dropped
    ///     hiding, adding_changes, adding_redeliveries, comparing, keeping_early   cannot fail
    ///
    /// \errors throws `std::bad_alloc` before any change; `drop_merge` must follow
    bool step();
    bool is_merging() const noexcept { return merge_.phase != merge_phase::none; }
    /// Completes the steps that cannot fail. Afterwards, pending paths agree with the snapshot.
    void complete() noexcept;
    /// Completes the steps that cannot fail, then drops the merge and any half-prepared delivery.
    /// Returns whether a part of the result was merged.
    bool drop_merge() noexcept;
    /// Returns the paths changed since the last call; of many paths, only the last few hundred.
    change_set take_changed() noexcept;

    /// Returns all pending changes if they are to be delivered now, or no change. A certain rename
    /// is a single change. Every pending path was checked after `since`.
    change_set ready(time_point now, time_point since, birth_ref births = {});
    // `ready` in steps. Nothing else may change between the steps.
    bool is_ready(time_point now, time_point since) const noexcept;
    void begin_offer(time_point now, time_point since);
    /// Takes the next step. Returns false if the delivery is prepared. \cost of a single path, and
    /// at most a single look-up of a birth time
    bool step_offer(birth_ref births);
    change_set take_offer();
    void drop_offer() noexcept { offer_ = {}; }

    /// Compares the contents of changed files from now on: a change that leaves the same bytes is
    /// not offered.
    void compare_contents(std::shared_ptr<file_reader> files);
    /// Returns whether contents are compared.
    bool compares_contents() const noexcept { return contents_.is_on(); }
    /// Takes a step to read the contents of unchanged files. Returns false if nothing is left.
    bool learn_step();
    /// Returns whether the prepared delivery has no change, since all contents are the same.
    bool offers_nothing() const noexcept;

    /// Frees a few delivered changes, or a part of the replaced snapshot. Returns false if none is
    /// left.
    bool free_some() noexcept;
    /// Frees everything that `free_some` would free, except delivered changes.
    void free_all() noexcept {
        replaced_ = {};
        delivered_items_.clear();
    }
    /// Keeps delivered changes for `free_some`.
    void free_later(change_set delivered) noexcept;

    /// Returns whether all pending changes are quiet and wait only for the recheck. Every pending
    /// path was checked after `since`.
    bool awaits_recheck(time_point now, time_point since) const noexcept;
    /// Returns whether added or removed names are pending. If `awaits_recheck`, these names are
    /// rechecked.
    bool awaits_names(time_point now) const noexcept;
    struct path_order {
        using is_transparent = void;
        bool operator()(split_path a, split_path b) const noexcept { return path_less(a, b); }
    };
    using path_set = std::set<std::string, path_order>;
    /// The recheck before a delivery.
    struct to_recheck {
        std::vector<std::string> files; ///< pending files that exist
        path_set places;                ///< directories with added or removed names
        std::string last = {};          ///< last collected path
        std::string placed = {};        ///< last collected path with an added or removed name
        bool has_begun = false;
    };
    /// Collects the next pending path. Returns false if none is left.
    bool collect(to_recheck& into) const;
    /// Adds the directories with the listings that decide whether a path exists.
    void add_places(path_set& to, std::string_view path) const;
    /// If the delivery is delayed for long, and without a limit, returns the cause: the last
    /// changed path. Afterwards returns "" until another change is pending.
    std::string take_overdue(time_point now);
    /// Records a successful delivery: the last snapshot becomes the new baseline. Cannot fail,
    /// because a started restart is not undone.
    void settled() noexcept;
    /// Records a refused delivery: its changes stay pending and are offered again, after the next
    /// change and after growing pauses.
    void refused(time_point now) noexcept;
    /// Records a suspended delivery: its changes stay pending and are offered again, at `until` or
    /// after the next change.
    void suspended(time_point until) noexcept;
    /// Returns the time of the next scan for pending changes, or `max()` if none is pending. Every
    /// pending path was checked after `since`.
    time_point next(time_point since = time_point::min()) const noexcept;

    /// Returns the state of a path; `missing` for an unknown path. \cost linear in the number of
    /// pending paths
    watch_state watch_state_of(std::string_view path, time_point now) const;

    bool has_baseline() const noexcept { return has_baseline_; }
    /// Returns whether a change is pending, or will be pending after the merge.
    bool has_pending() const noexcept { return !pending_.empty() || !merge_.changed.empty(); }
    snapshot const& latest() const noexcept { return latest_; }
    /// Returns the latest snapshot with each pending change undone. \cost copies the snapshot
    snapshot delivered() const;

private:
    /// A pending path.
    struct pending_path {
        // From the baseline to the latest scan. No field has changed if only redelivery is pending.
        change difference;
        stat_record old_link; // from the baseline, as is `difference.before`
        bool was_there;
        bool linked = false;      // reached through a link, before or now
        bool final = true;        // the last record is final
        bool named = false;       // added or removed
        bool edited = false;      // has differed by more than a hard link
        bool unread = false;      // may be older than the baseline; used only during a merge
        bool is_same = false;     // has the same content; used only during an offer
        std::size_t refusals = 0; // number of refusals before the path was pending
        std::size_t suspensions = 0;
        rename_end end = {};
    };
    /// A delivered path.
    struct delivered_path {
        std::string path;
        time_point at;
        std::size_t batch;
    };
    using pending_paths = std::map<std::string, pending_path, path_order>;
    /// The state after the delivery in preparation.
    struct aftermath {
        path_set to_redeliver;
        std::vector<delivered_path> delivered;
        time_point delivered_since{};
        bool is_empty = false; // delivers nothing
    };

    enum class merge_phase : std::uint8_t {
        none,
        renaming,               ///< copies pending and delivered paths under their new names
        searching,              ///< finds changes
        copying,                ///< copies rows into the next snapshot
        selecting_redeliveries, ///< finds paths delivered before their final records
        hiding,                 ///< drops pending paths hidden by new rules
        adding_changes,         ///< adds found changes to pending paths
        adding_redeliveries,    ///< adds paths delivered before their final records
        comparing,              ///< compares pending paths with the snapshot
        finding_quiet,          ///< finds the time when all pending paths are quiet
        keeping_early,          ///< keeps paths that came into view before their final records
        judging,                ///< decides about the changes of files written by the host
    };
    /// Pending and delivered paths under their new names, after a change of the roots.
    struct renamed_paths {
        pending_paths pending;
        path_set to_redeliver;
        std::vector<delivered_path> delivered;
        std::vector<finding> unread;
        std::size_t unfinal = 0;
        std::size_t named = 0;
        pending_paths::const_iterator next_pending;
        path_set::const_iterator next_redelivery;
    };
    struct merge_state {
        merge_phase phase = merge_phase::none;
        snapshot_update* found = nullptr;
        time_point now{};
        extent of = extent::all;
        bool all_follows = false; // after the edits, all changes are merged
        bool was_pending = false;
        bool has_changed = false;
        bool has_committed = false; // merged at least the edits
        bool is_sooner = false;     // a delivery may be possible earlier than before
        snapshot whole_scan;        // result of an enumerator without incremental scans
        std::unique_ptr<renamed_paths> renamed;
        std::unique_ptr<change_search> search;
        std::unique_ptr<snapshot_renewal> renewal;
        pending_paths changed;
        pending_paths to_redeliver;
        path_set early; // came into view without a change, before their final records
        std::vector<std::uint32_t> touched; // rows with a new record, also without an edit
        std::size_t at = 0;                 // index of the next of these rows
        path_set::iterator next_redelivery;
        pending_paths::iterator next;
    };
    enum class offer_phase : std::uint8_t { none, ends, pairing, building, done };
    struct offer_state {
        offer_phase phase = offer_phase::none;
        time_point now{};
        time_point since{};
        pending_paths::iterator next;
        rename_search renames;
        std::vector<change> changes;
        path_set to_redeliver;
    };

    void begin_renaming();
    void rename_step();
    void adopt_names() noexcept;
    void finish_merge();
    void begin_part(extent of);
    void search_step();
    void note(found_change found);
    void note_early(snapshot const& scanned);
    void select_redelivery_step();
    void commit() noexcept;
    bool changes_nothing(snapshot_delta const& delta) const noexcept;
    void begin_comparing() noexcept;
    void step_committing() noexcept;
    void hide_step() noexcept;
    void add_change_step() noexcept;
    void add_redelivery_step() noexcept;
    void compare_step() noexcept;
    void quiet_step() noexcept;
    void keep_early_step() noexcept;
    void begin_judging() noexcept;
    void judge_step() noexcept;
    bool is_out_of_view(std::string_view path) const noexcept;
    void release(pending_paths::iterator held) noexcept;
    void release_all() noexcept;
    void end_part() noexcept;
    pending_path begun(std::string_view path, std::optional<entry> const& before) const;
    change prepared(pending_path const& item) const;
    void build_step();
    change_history reason_of(pending_path const& item) const noexcept;
    std::optional<entry> latest_entry(std::string_view path) const noexcept;
    entry touched_entry(std::size_t number) const noexcept;
    void describe(pending_path& item, std::optional<entry> const& now) const noexcept;
    bool compare(pending_paths::iterator at) noexcept;
    bool compare(pending_paths::iterator at, std::optional<entry> const& now) noexcept;
    bool compare_again(pending_paths::iterator at, entry const& now) noexcept;
    void await_quiet(pending_path const& item) noexcept;
    time_point recheck_limit() const noexcept;
    time_point next_recheck(time_point since) const noexcept;
    time_point final_limit() const noexcept;
    pending_paths::const_iterator last_changed_path() const noexcept;
    void drop(pending_paths::iterator at) noexcept;
    bool was_unread(change const& one) const noexcept;
    void forget_unread() noexcept;
    void note_waits(pending_path& item) const noexcept;
    bool was_refused() const noexcept;
    void begin_anew(time_point now) noexcept;
    void explain_pending(watch_state& of, pending_path const& item) const;
    void explain_unknown(watch_state& of) const;
    void note_what_follows();
    void free_changes() noexcept;
    void free_items() noexcept;
    void mark_not_final(std::string const& path, pending_path const& item);
    std::chrono::nanoseconds period_of(change const& of) const noexcept;
    bool is_kept(std::string_view path) const noexcept;
    bool is_final(std::string_view path) const noexcept; // also for a missing path
    time_point quiet_after(pending_path const& item) const noexcept;
    time_point latest_delivery() const noexcept;

    schedule when_;
    snapshot latest_;
    std::vector<finding> unread_; // errors of the baseline: nothing below these paths is known
    pending_paths pending_;
    own_writes* own_;
    content_filter contents_;
    bool learns_ = false;     // reads the contents of unchanged files
    std::string learned_;     // the last of these files
    pending_paths held_;      // changes of files written by the host
    std::size_t unfinal_ = 0; // number of pending paths without a final record
    std::size_t named_ = 0;   // number of pending names, added or removed
    // End of the last quiet period of pending paths. A new edit extends the period; a merge of all
    // differences begins it anew, and an answer ends it.
    time_point quiet_ = time_point::min();
    time_point recheck_after_ = time_point::min(); // a recheck after this time counts
    path_set to_redeliver_; // known before the final record; to be delivered once final
    time_point first_{};    // time of the first pending change
    time_point scanned_{};
    time_point retry_ = time_point::min();
    bool suspended_ = false; // until `retry_`
    std::chrono::nanoseconds pause_{};
    std::size_t batches_ = 0;
    std::vector<delivered_path> last_delivered_; // last delivered paths, in order of time
    time_point delivered_since_{}; // `last_delivered_` has every delivery since this time
    aftermath coming_;             // state after the delivery from `ready`
    std::size_t refusals_ = 0;
    std::size_t suspensions_ = 0;
    merge_state merge_;
    offer_state offer_;
    std::vector<change> changed_;           // last changed paths
    pending_paths delivered_items_;         // freed step by step
    std::vector<change> delivered_changes_; // freed step by step; its memory is used again
    std::size_t freed_from_ = 0;            // index after the last change with memory
    owned<snapshot::contents> replaced_;    // by the last snapshot; freed step by step
    bool has_baseline_ = false;
    bool reported_overdue_ = false; // reported the cause of the delay
};

} // namespace restat::detail
