#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/detail/start_directory.hpp>
#include <restat/error.hpp>
#include <restat/export.hpp>
#include <restat/restart/forwarding_restart.hpp>
#endif
#include <restat/detail/chrono.hpp>
#include <restat/fwd.hpp>

namespace restat {

/// Describes how a `whole_file_restart` treats an incomplete file.
struct whole_file_options {
    /// The time an incomplete file blocks the delivery, measured from its last change.
    std::chrono::nanoseconds limit = std::chrono::seconds{10};
    /// Gets a finding (`errc::incomplete`) for each file left out after the limit; null for no
    /// reports. Must outlive the strategy.
    observer* report_to = nullptr;
};

#ifndef RESTAT_DISABLED
namespace detail {

/// The changes a strategy may receive now.
struct whole_changes {
    bool must_wait = false; ///< some file is incomplete and may still be written
    bool are_all = true;    ///< no change was left out
    change_set whole = {};  ///< the remaining changes, if some were left out
};

/// Judges the files; relative paths are below `from`.
RESTAT_EXPORT whole_changes keep_whole(change_set const& changes, whole_file_options const& how,
                                       start_directory const& from);

} // namespace detail

/// A `restart_strategy` that forwards changes to another strategy once `is_whole` accepts every
/// changed file.
///
///     restat::whole_file_restart reload{restat::callback_restart{load_modules}};
///
/// While an added or changed file is incomplete, all changes are refused with `errc::incomplete`.
/// They stay pending, `watch_state_of` reports it, and they are offered again with growing pauses,
/// or a quiet period after the next edit. If a file is still incomplete `limit` after its last
/// change, the strategy reports the file, leaves its change out, and forwards the other changes.
/// The left-out file is offered again when it changes. An empty file counts as incomplete if it is
/// executable or has the name of a shared object. A file that cannot be read delays the changes
/// too, and is forwarded after `limit`.
/// \cost opens each changed file before a delivery
/// \see is_whole
template <class Restart>
class whole_file_restart : public forwarding_restart<Restart> {
    static_assert(restart_strategy<Restart>,
                  "Restart is no restart_strategy: it needs "
                  "restart(change_set const&, std::error_code&) -> restart_result");

public:
    /// Wraps `strategy`; see `whole_file_options` for the limit. Relative paths keep the meaning
    /// that they have now, even if the process changes its working directory.
    explicit whole_file_restart(Restart strategy, whole_file_options options = {})
        : forwarding_restart<Restart>{std::move(strategy)}, how_{options} {}

    /// Forwards the changes if every changed file is complete; after the limit, forwards only the
    /// changes of complete files. Otherwise returns `refused` with `errc::incomplete`, or
    /// `declined` if no complete change is left.
    restart_result restart(change_set const& changes, std::error_code& error) {
        auto const of = detail::keep_whole(changes, how_, directory_);
        if (of.must_wait) {
            error = errc::incomplete;
            return restart_result::refused;
        }
        if (of.are_all) return this->then().restart(changes, error);
        if (!of.whole.empty()) return this->then().restart(of.whole, error);
        return restart_result::declined;
    }

private:
    whole_file_options how_;
    detail::start_directory directory_;
};
#endif

} // namespace restat
