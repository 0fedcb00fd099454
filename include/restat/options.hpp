#pragma once

#include <restat/export.hpp>
#include <restat/loop_guard.hpp>
#include <restat/path_list.hpp>
#include <restat/pattern.hpp>
#include <restat/readiness.hpp>
#include <restat/schedule.hpp>

#include <string>
#include <vector>

namespace restat {

class observer;

/// Directories that hold no source of a program: version control, build caches, editors' state.
RESTAT_EXPORT std::vector<std::string> default_ignore_dirs();
/// Files that come and go beside the ones meant: editors' swap, lock and backup files.
RESTAT_EXPORT std::vector<pattern> default_ignore_patterns();

/// What of a file must differ to count.
enum class difference : unsigned char {
    /// Anything; but of a binary that the linker gave a build id (and all else of it looks like a
    /// copy, size and mode included) that id: `touch` and the same relink are no change, and a
    /// binary that is not whole yet is waited for.
    any,
    metadata, ///< anything, also of a binary: no file is opened
    content,  ///< what is in it: a file is read when it is first seen and when it differs
};

/// What the default reloader watches, less what it ignores, and when; for designated
/// initialisers: `{.track = {"config.toml"}, .interval = 5s}`.
struct options {
    /// Files, and directories with all below them, beside the program's own modules. A relative
    /// path means what it means when the reloader is made, wherever the program goes later.
    path_list track = {};
    /// Excludes each file or directory whose name or path matches, in addition to the defaults.
    std::vector<pattern> ignore_patterns = {};
    /// Names (not paths) of directories that are never opened, in addition to the defaults.
    std::vector<std::string> ignore_dirs = {};
    /// Whether `default_ignore_patterns()`, `default_ignore_dirs()`, and sockets, FIFOs and devices
    /// that `track` does not name are excluded. With `false` the two fields above are all there is.
    bool default_ignores = true;
    std::chrono::nanoseconds interval = schedule{}.interval;
    std::chrono::nanoseconds quiet_period = schedule{}.quiet_period;
    std::chrono::nanoseconds max_wait = schedule{}.max_wait;
    double share = schedule{}.share; ///< of a core, for looking while nothing differs
    difference counts = difference::any;
    /// How long what is replaced has to end when it is asked to, before it is killed.
    std::chrono::nanoseconds grace = std::chrono::seconds{3};
    /// When a run counts as good under `run_with_reloader` and its kin. `stat_reloader` refuses all
    /// but the default: what becomes another program has nothing to go back to.
    readiness ready = readiness::started;
    std::chrono::nanoseconds ready_limit = std::chrono::seconds{10};
    /// Against a program that restarts itself by what it writes.
    loop_guard guard = loop_guard::on;
    /// Told what could not be read, what is delivered, and why a start failed; null for nobody.
    observer* tell = nullptr;
};

/// The part of the options that every reloader has.
constexpr schedule schedule_of(options const& from) noexcept {
    return {.interval = from.interval,
            .quiet_period = from.quiet_period,
            .max_wait = from.max_wait,
            .share = from.share};
}

namespace detail {

/// Refuses what only a strategy that is made from options heeds: `counts` and `ready`.
/// \errors throws `reload_error` (`std::errc::not_supported`)
RESTAT_EXPORT void refuse_strategy_options(options const& from);

} // namespace detail
} // namespace restat
