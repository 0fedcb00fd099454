#include "platform/files/seed.hpp"

#include <chrono>

#include <sys/random.h>
#include <unistd.h>

namespace restat::detail {

std::uint64_t new_seed() noexcept {
    std::uint64_t seed = 0;
    if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) == sizeof seed) return seed;
    auto const now = std::chrono::steady_clock::now().time_since_epoch().count();
    return static_cast<std::uint64_t>(now) ^ (static_cast<std::uint64_t>(::getpid()) << 32);
}

} // namespace restat::detail
