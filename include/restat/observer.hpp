#pragma once

#include <restat/change_set.hpp>
#include <restat/error.hpp>
#include <restat/restart_result.hpp>
#include <restat/snapshot.hpp>

#include <restat/detail/chrono.hpp>

namespace restat {

/// Told what a reloader does, for logs and tests. Override what is of interest.
/// \threads called on the thread that polls; must not call back into the reloader, but for `stop`
class observer {
public:
    virtual ~observer() = default;

    /// A scan ended, and took this long.
    virtual void scanned(snapshot const&, std::chrono::nanoseconds) noexcept {}
    /// The baseline stands: what differs from it is told from now on.
    virtual void watching(snapshot const&) noexcept {}
    /// Something could not be read or matched. Told once, and again only after it went well.
    virtual void found(finding const&) noexcept {}
    /// These changes are settled and about to be handed to the restart strategy.
    virtual void delivering(change_set const&) noexcept {}
    /// What the strategy made of them; the error says why it refused.
    virtual void delivered(change_set const&, restart_result, std::error_code) noexcept {}
};

} // namespace restat
