#pragma once

#include <restat/detail/stop_defaults.hpp>
#include <restat/event_use.hpp>
#include <restat/export.hpp>
#include <restat/loop_guard.hpp>
#include <restat/path_list.hpp>
#include <restat/pattern.hpp>
#include <restat/readiness.hpp>
#include <restat/schedule.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat {

class observer;

/// Returns the default names of excluded directories without sources: version control, build
/// caches, editor state.
RESTAT_EXPORT std::vector<std::string> default_ignore_dirs();
/// Returns the default patterns for files beside the sources: swap, lock and backup files of
/// editors, object files, and the views that macOS and Windows keep of a folder.
RESTAT_EXPORT std::vector<pattern> default_ignore_patterns();

/// Selects which differences of a file count as a change.
enum class comparison : unsigned char {
    /// Any field of the record. A binary with a linker's build id counts as changed only if the
    /// id differs, provided that its other metadata looks like a copy (same size and mode). So
    /// `touch` and an identical relink are not changes, and an incomplete binary is waited for.
    any,
    metadata, ///< any field, also of a binary: no file is opened
    /// The bytes: a file is read when first seen and when its record changes. For any strategy:
    /// see `compare_contents`.
    content,
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(comparison of) noexcept {
    using enum comparison;
    switch (of) {
    case any: return "any";
    case metadata: return "metadata";
    case content: return "content";
    }
    return "invalid";
}

/// The options of the default reloader: the files to watch, the files to ignore, and the times of
/// the checks. Made for designated initializers: `{.track = {"config.toml"}, .interval = 5s}`.
struct options {
    /// Files, and directories with everything below, in addition to the program's own modules. A
    /// relative path is resolved when the reloader is constructed, even if the program changes
    /// its working directory later.
    path_list track = {};
    /// Excludes each file or directory whose name or path matches, in addition to the defaults.
    std::vector<pattern> ignore_patterns = {};
    /// Names (not paths) of directories that are never opened, in addition to the defaults.
    std::vector<std::string> ignore_dirs = {};
    /// Whether to exclude `default_ignore_patterns()`, `default_ignore_dirs()`, and the sockets,
    /// FIFOs and devices that `track` does not name. With `false`, only the two fields above
    /// exclude files.
    bool default_ignores = true;
    std::chrono::nanoseconds interval = schedule{}.interval;
    std::chrono::nanoseconds quiet_period = schedule{}.quiet_period;
    std::chrono::nanoseconds max_wait = schedule{}.max_wait;
    double cpu_share = schedule{}.cpu_share; ///< of a core, for scanning while no file changes
    /// Events of the kernel for the directories in `track`. With events, `interval` is the time
    /// between checks of recently edited files, and of all that has no events.
    event_use events = event_use::off;
    comparison compare = comparison::any;
    /// The time for the old program to exit after a request to stop; afterwards it is killed.
    std::chrono::nanoseconds grace = detail::default_grace;
    /// The condition for a good run under `run_with_reloader`, `restart_with_reloader` and
    /// `debug`. `stat_reloader` rejects every value but the default: after an exec, no older
    /// program is left to roll back to.
    readiness ready = readiness::started;
    /// The time limit of this condition; rejected without a condition.
    std::chrono::nanoseconds ready_limit = detail::default_ready_limit;
    /// Protects against a program that writes a watched file at each start and so restarts
    /// itself.
    loop_guard guard = loop_guard::on;
    /// Receives read errors, deliveries, and the reason of each failed start; null for no
    /// observer.
    restat::observer* observer = nullptr;
};

/// Returns the schedule in these options, used by every reloader.
constexpr schedule schedule_of(options const& from) noexcept {
    return {.interval = from.interval,
            .quiet_period = from.quiet_period,
            .max_wait = from.max_wait,
            .cpu_share = from.cpu_share};
}

namespace detail {

/// Rejects options that only strategies made from options support: `grace`, `ready`,
/// `ready_limit` and `guard`.
/// \errors throws `reload_error` (`std::errc::not_supported`)
RESTAT_EXPORT void refuse_strategy_options(options const& from);

/// Rejects `ready` and `ready_limit`, for a strategy that cannot roll back.
/// \errors as above
RESTAT_EXPORT void refuse_readiness(options const& from);

/// Rejects `ready_limit` without `ready`, since it would limit nothing.
/// \errors as above
RESTAT_EXPORT void refuse_limit_of_nothing(options const& from);

} // namespace detail
} // namespace restat
