#pragma once

#include <restat/detail/chrono.hpp>
#include <restat/error.hpp>
#include <restat/export.hpp>
#include <restat/fwd.hpp>
#include <restat/restart/forwarding_restart.hpp>

namespace restat {

/// How a `whole_file_restart` treats an incomplete file.
struct whole_file_options {
    /// How long after its last change an incomplete file still holds the delivery back.
    std::chrono::nanoseconds limit = std::chrono::seconds{10};
    /// Gets a finding (`errc::incomplete`) for each file that is left out after the limit; null for
    /// nobody. Must outlive the strategy.
    observer* report_to = nullptr;
};

namespace detail {

/// The changes of which a strategy may be told now.
struct whole_changes {
    bool must_wait = false; ///< one file is incomplete, and may be written still
    bool are_all = true;    ///< none was left out
    change_set whole = {};  ///< if some were left out, the others
};

RESTAT_EXPORT whole_changes keep_whole(change_set const& changes, whole_file_options const& how);

} // namespace detail

/// A `restart_strategy` that hands changes to another strategy once every changed file is whole, as
/// `is_whole` tells.
///
///     restat::whole_file_restart reload{restat::callback_restart{load_modules}};
///
/// While an added or changed file is incomplete, all changes are refused with `errc::incomplete`:
/// they stay pending, `why` says so, and they are offered again with growing pauses, or a quiet
/// period after the next edit. A file that stays incomplete for `limit` after its last change is
/// reported and left out; the other changes are handed on. It is offered again when it changes.
/// An empty file counts as incomplete if its name is that of a shared object or it is executable.
/// \cost opens each changed file before a delivery
/// \see is_whole
template <class Restart>
class whole_file_restart : public forwarding_restart<Restart> {
    static_assert(restart_strategy<Restart>,
                  "Restart is no restart_strategy: it needs "
                  "restart(change_set const&, std::error_code&) -> restart_result");

public:
    explicit whole_file_restart(Restart then, whole_file_options how = {})
        : forwarding_restart<Restart>{std::move(then)}, how_{how} {}

    restart_result restart(change_set const& changes, std::error_code& error) {
        auto const of = detail::keep_whole(changes, how_);
        if (of.must_wait) {
            error = errc::incomplete;
            return restart_result::refused;
        }
        if (of.are_all) return this->then().restart(changes, error);
        if (!of.whole.empty()) return this->then().restart(of.whole, error);
        error = errc::incomplete;
        return restart_result::declined;
    }

private:
    whole_file_options how_;
};

} // namespace restat
