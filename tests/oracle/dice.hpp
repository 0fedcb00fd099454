#pragma once

#include <cstdint>

namespace oracle {

/// Random numbers that are the same on every machine.
class dice {
public:
    explicit dice(std::uint64_t seed) noexcept : state_{seed * 0x9e3779b97f4a7c15U + 1} {}

    std::uint64_t next() noexcept {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    /// From 0 to `count` - 1.
    std::uint32_t below(std::uint64_t count) noexcept {
        return static_cast<std::uint32_t>(next() % count);
    }
    bool one_in(std::uint64_t count) noexcept { return below(count) == 0; }

private:
    std::uint64_t state_;
};

} // namespace oracle
