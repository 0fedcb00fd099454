#pragma once

#include <string>

namespace restat::detail {

/// Returns a text that names this machine, also after a reboot: the machine id of the system, or
/// the host name without one. In a container, both are often those of the container.
/// \source machine-id(5), gethostname(2)
std::string machine_id();

} // namespace restat::detail
