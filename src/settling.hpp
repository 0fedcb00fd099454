#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/diff.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/standing.hpp>

#include "change_search.hpp"
#include "rename_search.hpp"
#include "snapshot_renewal.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Decides when what was seen is to be told: the part of a reloader between the scan and the
/// restart. A pure function of the snapshots it is shown and the times it is told.
///
///     due          what differs from that of which the program at work was told, and what that was
///        |            told when quiet, final and not just emptied
///     latest       the last look
///        | moved      begins the quiet period anew
///     the next look
///
/// Of what is not due, the last look is what the program was told of.
class RESTAT_EXPORT settling {
public:
    explicit settling(schedule when) noexcept;
    ~settling();

    /// What later looks are compared with.
    void begin(snapshot baseline, time_point now = {});
    /// The same, with what the process before this one knew. It kept what it could not read, so
    /// what comes into view there is new; but not where it did not look (`not_supported`).
    void resume(snapshot inherited, time_point now = {});
    /// A look at the tree. Forgets differences that went away again.
    void look(snapshot seen, time_point now);
    /// What turned `latest` into a look at the tree. \cost nothing is copied unless there are edits
    void look(snapshot_update& found, time_point now);

    /// Which part of the result of a scan is taken up.
    enum class extent : std::uint8_t {
        edits, ///< of known files; the scan may still be under way
        all,
    };
    /// Begins to take up the result of a scan, which must stand still until that is done.
    void begin_look(snapshot_update& found, time_point now, extent of);
    /// Takes the next step of it, which costs what one path does; false if it is done.
    ///
    ///     searching -> copying -> recalling -> | -> hiding -> merging -> calling_in -> comparing
    ///     (may fail, or be dropped)            |    (cannot fail)
    ///
    /// \errors a lack of memory is thrown on; nothing was changed then, and `drop_look` follows
    bool step();
    bool is_looking() const noexcept { return look_.phase != look_phase::none; }
    /// Completes what cannot fail any more, so that all that is known agrees.
    void complete() noexcept;
    /// The same, and forgets the rest of the look, also a delivery that is being prepared. True if
    /// a part of that look was taken up.
    bool drop_look() noexcept;
    /// The last of the paths that moved.
    change_set take_moved() noexcept;

    /// Everything that is due, if it is to be told now; else nothing. What was renamed is one
    /// change where that is certain. `since` is when the look began that came by all of it.
    change_set ready(time_point now, time_point since, birth_ref births = {});
    /// The same in steps. Nothing else is to be changed between them.
    bool is_ready(time_point now, time_point since) const noexcept;
    void begin_offer(time_point now, time_point since);
    /// False if all is prepared. \cost what one path does, and at most one question when a file
    /// was made
    bool step_offer(birth_ref births);
    change_set take_offer();
    void drop_offer() noexcept { offer_ = {}; }

    /// Frees a part of what was delivered; false if there is nothing left to be freed.
    bool free_some() noexcept;
    void free_later(change_set delivered) noexcept;

    /// Whether all that is due has been quiet, and is told as soon as it was looked at since then.
    bool awaits_look(time_point now) const noexcept;
    /// Whether names came or went for which it waits; they are looked at when it `awaits_look`.
    bool awaits_names(time_point now) const noexcept;
    struct path_order {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const noexcept {
            return path_less(a, b);
        }
    };
    using path_set = std::set<std::string, path_order>;
    /// What is to be looked at before all that is due is told.
    struct to_recheck {
        std::vector<std::string> files; ///< that are there
        path_set places;                ///< directories in which names came or went
        std::string last = {};          ///< path that was gone through
        std::string placed = {};        ///< last path that came or went
        bool has_begun = false;
    };
    /// Goes through the next path that is due; false if there is none.
    bool collect(to_recheck& into) const;
    /// Adds the places in which a path shows.
    void add_places(path_set& to, std::string_view path) const;
    /// The path that keeps all that is pending from being delivered, once that has lasted for long
    /// and nothing limits it; then empty until something else is pending.
    std::string take_overdue(time_point now);
    /// What `ready` gave was dealt with: the last look is the new baseline. Cannot fail, as what
    /// was started by then is not undone.
    void settled() noexcept;
    /// What `ready` gave could not be dealt with: it stays due, and is offered again on the next
    /// difference and after growing pauses.
    void refused(time_point now) noexcept;
    /// What `ready` gave waits for this moment: it stays due, and is offered again then or on the
    /// next difference.
    void suspended(time_point until) noexcept;
    /// When to look again on account of what is due; `max()` if nothing is.
    time_point next() const noexcept;

    /// How a path stands, if that is known; else it is `missing`. \cost what is due
    standing why(std::string_view path, time_point now) const;

    bool has_baseline() const noexcept { return has_baseline_; }
    /// Whether anything is due, or will be once the look is taken up.
    bool is_due() const noexcept { return !due_.empty() || !look_.moved.empty(); }
    snapshot const& latest() const noexcept { return latest_; }

private:
    /// One path that is due.
    struct item {
        change what;          // due even where no field differs if it is told `again`
        stat_record old_link; // what the baseline has beside `what.before`
        bool was_there;
        bool linked = false;      // looked at by way of a link, before or now
        bool final = true;        // as it was last seen
        bool named = false;       // came or went
        bool unread = false;      // may have been there all along; only while a look is taken up
        std::size_t refusals = 0; // before it became due
        std::size_t suspensions = 0;
        rename_end end = {};
    };
    /// A path that was told.
    struct told_path {
        std::string path;
        time_point at;
        std::size_t batch;
    };
    using items = std::map<std::string, item, path_order>;
    /// What is known once that which is due was told.
    struct aftermath {
        path_set owed;
        std::vector<told_path> told;
        time_point told_from{};
    };

    enum class look_phase : std::uint8_t {
        none,
        searching,     ///< for changes
        copying,       ///< rows into the next snapshot
        recalling,     ///< what was told before it was final
        hiding,        ///< what new rules take out of view
        merging,       ///< what moved with what is due
        calling_in,    ///< what was told before it was final
        comparing,     ///< what is due with what there is
        finding_quiet, ///< when all that is due was quiet
    };
    struct look_state {
        look_phase phase = look_phase::none;
        snapshot_update* found = nullptr;
        time_point now{};
        extent of = extent::all;
        bool all_follows = false; // edits come first
        bool was_due = false;
        bool has_moved = false;
        bool has_committed = false; // at least the edits
        bool is_sooner = false;     // something may be told sooner than before
        snapshot seen;              // of an enumerator that is not incremental
        std::unique_ptr<change_search> search;
        std::unique_ptr<snapshot_renewal> renewal;
        items moved;
        items owed;
        std::vector<std::string> touched; // edits, and what is no edit
        std::size_t at = 0;               // of these
        path_set::iterator next_owed;
        items::iterator next;
    };
    enum class offer_phase : std::uint8_t { none, ends, pairing, building, done };
    struct offer_state {
        offer_phase phase = offer_phase::none;
        time_point now{};
        time_point since{};
        items::iterator next;
        rename_search renames;
        std::vector<change> changes;
        path_set owed;
    };

    void begin_part(extent of);
    void search_step();
    void note(change const& moved);
    void recall_step();
    void commit() noexcept;
    bool changes_nothing(snapshot_delta const& delta) const noexcept;
    void begin_comparing() noexcept;
    void step_committing() noexcept;
    void hide_step() noexcept;
    void merge_step() noexcept;
    void call_in_step() noexcept;
    void compare_step() noexcept;
    void quiet_step() noexcept;
    void end_part() noexcept;
    item begun(std::string_view path, time_point now) const;
    change prepared(item const& due) const;
    void build_step();
    change_reason reason_of(item const& due) const noexcept;
    bool compare(items::iterator at) noexcept;
    bool compare_again(items::iterator at) noexcept;
    void await_quiet(item const& due) noexcept;
    time_point last_look() const noexcept;
    time_point final_limit() const noexcept;
    items::const_iterator last_moved() const noexcept;
    void drop(items::iterator at) noexcept;
    bool was_unread(change const& what) const noexcept;
    void forget_unread() noexcept;
    void note_waits(item& due) const noexcept;
    bool was_refused() const noexcept;
    void begin_anew(time_point now) noexcept;
    void explain_due(standing& of, item const& due) const;
    void explain_unknown(standing& of) const;
    void note_what_follows();
    void doubt(std::string const& path, item const& due);
    std::chrono::nanoseconds period_of(change const& due) const noexcept;
    bool is_kept(std::string_view path) const noexcept;
    bool is_final(std::string_view path) const noexcept; // or not there
    time_point quiet_after(item const& due) const noexcept;
    time_point latest_delivery() const noexcept;

    schedule when_;
    snapshot latest_;
    std::vector<finding> unread_; // of the baseline: below them nothing was known
    items due_;
    std::size_t unfinal_ = 0;                   // of what is due
    std::size_t named_ = 0;                     // of what is due
    time_point quiet_ = time_point::min();      // when all that is due has been quiet
    time_point look_after_ = time_point::min(); // and is to be looked at again
    path_set owed_;                             // told while not final, so again when they are
    time_point first_{};                        // when the first of what is due was seen
    time_point looked_{};
    time_point retry_ = time_point::min();
    bool suspended_ = false; // until then
    std::chrono::nanoseconds pause_{};
    std::size_t batches_ = 0;
    std::vector<told_path> told_; // the last of them, in order of time
    time_point told_from_{};      // since when these are all
    aftermath coming_;            // of what `ready` gave
    std::size_t refusals_ = 0;
    std::size_t suspensions_ = 0;
    look_state look_;
    offer_state offer_;
    std::vector<change> moved_; // last, so many at most
    items delivered_items_;     // to be freed
    std::vector<change> delivered_changes_;
    bool has_baseline_ = false;
    bool told_overdue_ = false; // of what is due
};

} // namespace restat::detail
