#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/diff.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_update.hpp>

#include <string>
#include <vector>

namespace restat::detail {

/// Decides when what was seen is to be told: the part of a reloader between the scan and the
/// restart. A pure function of the snapshots it is shown and the times it is told.
///
///     baseline     what the program at work has been told of
///        | due       told when quiet, final and not just emptied
///     latest       the last look
///        | moved     begins the quiet period anew
///     the next look
class RESTAT_EXPORT settling {
public:
    explicit settling(schedule when) noexcept;
    ~settling();

    /// What later looks are compared with.
    void begin(snapshot baseline);
    /// The same, with what the process before this one knew. It kept what it could not read, so
    /// what comes into view there is new; but not where it did not look (`not_supported`).
    void resume(snapshot inherited);
    /// A look at the tree. Forgets differences that went away again.
    void look(snapshot seen, time_point now);
    /// What turned `latest` into a look at the tree. \cost nothing is copied unless there are edits
    void look(snapshot_update& found, time_point now);
    /// Everything that is due, if it is to be told now; else nothing.
    change_set ready(time_point now) const;
    /// What `ready` gave was dealt with: the last look is the new baseline.
    void settled();
    /// What `ready` gave could not be dealt with: it stays due, and is offered again on the next
    /// difference and after growing pauses.
    void refused(time_point now);
    /// When to look again on account of what is due; `max()` if nothing is.
    time_point next() const noexcept;

    bool has_baseline() const noexcept { return has_baseline_; }
    bool is_due() const noexcept;
    snapshot const& latest() const noexcept { return latest_; }

private:
    void advance(change_set const& moved, snapshot seen, time_point now);

    struct item {
        change what;
        time_point moved; // when it was last seen to differ from the look before
        bool owed;        // due even where no field differs
    };

    std::vector<item> compare(change_set const& moved, snapshot const& seen,
                              time_point now) const;
    bool was_unread(change const& what) const noexcept;
    void forget_unread(snapshot const& seen);
    void call_in_owed(std::vector<item>& due, snapshot const& seen, time_point now);
    time_point quiet_at() const noexcept;
    time_point latest_delivery() const noexcept;
    bool is_final() const noexcept;

    schedule when_;
    snapshot baseline_; // empty while nothing is due: then it is as good as latest_
    snapshot latest_;
    std::vector<finding> unread_;   // of the baseline: below them nothing was known
    std::vector<item> due_;         // ordered by path
    std::vector<std::string> owed_; // told while not final, so told again when they are
    time_point first_{};            // when the first of what is due was seen
    time_point looked_{};
    time_point retry_ = time_point::min();
    std::chrono::nanoseconds pause_{};
    std::size_t batches_ = 0;
    bool has_baseline_ = false;
};

} // namespace restat::detail
