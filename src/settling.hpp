#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/diff.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_update.hpp>
#include <restat/standing.hpp>

#include <map>
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
    /// A look at the tree; gives what moved. Forgets differences that went away again.
    change_set look(snapshot seen, time_point now);
    /// What turned `latest` into a look at the tree. \cost nothing is copied unless there are edits
    change_set look(snapshot_update& found, time_point now);
    /// The edits that a scan came upon which is still under way.
    /// \cost what these edits are; all that is due only where one need not be waited for any more
    change_set look_at_edits(snapshot_update& found, time_point now);
    /// Everything that is due, if it is to be told now; else nothing. What was renamed is one
    /// change where that is certain. `since` is when the look began that came by all of it.
    change_set ready(time_point now, time_point since, birth_ref births = {});
    /// Whether all that is due has been quiet, and is told as soon as it was looked at since then.
    bool awaits_look(time_point now) const noexcept;
    /// Whether names came or went for which it waits; they are looked at when it `awaits_look`.
    bool awaits_names(time_point now) const noexcept;
    /// What is to be looked at for that: files that are there, and paths that came or went, each
    /// with the directory in which that shows, as have those that are added.
    std::vector<std::string> due_files() const;
    std::vector<std::string> due_names(std::vector<std::string> const& added) const;
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
    bool is_due() const noexcept;
    snapshot const& latest() const noexcept { return latest_; }

private:
    /// One path that is due.
    struct item {
        change what;          // due even where no field differs if it is told `again`
        stat_record old_link; // what the baseline has beside `what.before`
        bool was_there;
        bool linked = false; // looked at by way of a link, before or now
        bool final = true;   // as it was last seen
        bool named = false;  // came or went
    };
    struct path_order {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const noexcept {
            return path_less(a, b);
        }
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
        std::vector<std::string> owed;
        std::vector<told_path> told;
        time_point told_from{};
    };

    template <class Apply, class Compare>
    change_set advance(change_set moved, time_point now, Apply const& apply,
                       Compare const& compare);
    items begun(change_set const& moved, time_point now) const;
    items owed_anew(time_point now) const;
    item begun(std::string_view path, time_point now) const;
    void move(change_set const& moved, time_point now) noexcept;
    void take_out_of_view() noexcept;
    void call_in_owed(items& from) noexcept;
    void compare_all() noexcept;
    bool compare(items::iterator at) noexcept;
    bool compare_again(items::iterator at) noexcept;
    void find_quiet() noexcept;
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
    std::chrono::nanoseconds period_of(change const& due) const noexcept;
    bool is_kept(std::string_view path) const noexcept;
    void doubt_kept();
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
    std::vector<std::string> owed_; // told while not final, so told again when they are
    time_point first_{};            // when the first of what is due was seen
    time_point looked_{};
    time_point retry_ = time_point::min();
    bool suspended_ = false; // until then
    std::chrono::nanoseconds pause_{};
    std::size_t batches_ = 0;
    std::vector<told_path> told_; // the last of them, in order of time
    time_point told_from_{};      // since when these are all
    aftermath coming_;            // of what `ready` gave
    bool has_baseline_ = false;
    bool told_overdue_ = false; // of what is due
};

} // namespace restat::detail
