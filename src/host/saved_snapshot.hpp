#pragma once

#include <restat/saved_snapshot.hpp>

namespace restat::detail {

/// Returns the bytes as the machine of this name writes them.
std::string pack_snapshot(snapshot const& known, snapshot_scope const& scope,
                          std::string_view machine);

} // namespace restat::detail
