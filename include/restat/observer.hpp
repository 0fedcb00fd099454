#pragma once

#include <restat/change_set.hpp>
#include <restat/error.hpp>
#include <restat/restart_result.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot.hpp>
#include <restat/time_point.hpp>

namespace restat {

/// From when to when a scan was under way. Its end is the time of all that was decided on its
/// account.
struct scan_span {
    time_point began{};
    time_point ended{};
    /// Since when all that is due was looked at: of a slice, mostly before it began.
    time_point since = began;

    std::chrono::nanoseconds took() const noexcept { return ended - began; }
};

/// How long it takes at most until an edit is seen while nothing else differs, by what the last
/// scan took.
struct pace {
    std::chrono::nanoseconds hot;  ///< of what was edited lately, or is pinned
    std::chrono::nanoseconds cold; ///< of the rest
};

/// Told what a reloader does, for logs and tests. Override what is of interest.
/// \threads called on the thread that polls; must not call back into the reloader, but for
/// `stop` and `why`
class observer {
public:
    virtual ~observer() = default;

    /// A reloader with this plan tells this observer from now on.
    virtual void planned(schedule const&) noexcept {}
    /// A scan ended, and saw this; or a slice of one that came upon an edit, or has some to settle.
    virtual void scanned(snapshot const&, scan_span) noexcept {}
    /// A scan ended, in slices or not: this is how often `run` looks.
    virtual void paced(pace const&) noexcept {}
    /// The baseline stands: what differs from it is told from now on.
    virtual void watching(snapshot const&) noexcept {}
    /// Something could not be read or matched. Told once, and again only after it went well.
    virtual void found(finding const&) noexcept {}
    /// These changes are settled and about to be handed to the restart strategy.
    virtual void delivering(change_set const&) noexcept {}
    /// What the strategy made of them, and when; the error says why it refused.
    virtual void delivered(change_set const&, restart_result, std::error_code,
                           time_point) noexcept {}
};

} // namespace restat
