#pragma once

#include <cstdint>

namespace restat::detail {

/// Returns a number unlikely to repeat in another call or process; not for secrets.
/// \source getrandom(2)
std::uint64_t new_seed() noexcept;

} // namespace restat::detail
