#pragma once

#include <restat/options.hpp>
#include <restat/restart/exec_restart.hpp>

namespace restat::detail {

/// Returns the options of an `exec_restart` for a reloader with these options. The grace period
/// and the guard may be set in either.
/// \errors throws `reload_error`: `std::errc::not_supported` for `options::ready` and its limit;
/// `std::errc::invalid_argument` for two different grace periods
exec_options exec_settings(options const& watch, exec_options how);

} // namespace restat::detail
