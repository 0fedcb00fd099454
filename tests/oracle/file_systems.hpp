#pragma once

#include "real/mounts.hpp"

#include <vector>

namespace oracle {

/// The file systems on which the oracle runs. `rounds` of 1 marks stamps of whole seconds.
extern std::vector<real::mount_recipe> const file_systems;

} // namespace oracle
