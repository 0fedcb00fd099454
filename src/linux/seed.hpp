#pragma once

#include <cstdint>

namespace restat::detail {

/// A number that another call or process is unlikely to get; not for secrets.
/// \source getrandom(2)
std::uint64_t new_seed() noexcept;

} // namespace restat::detail
