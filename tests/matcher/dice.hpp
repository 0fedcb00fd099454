#pragma once

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <random>
#include <string>

namespace tests {

/// The random choices of a test.
class dice {
public:
    explicit dice(unsigned seed) : engine_{seed} {}

    std::size_t below(std::size_t end) { return engine_() % end; }
    template <class Range>
    auto const& one_of(Range const& from) {
        return from[below(std::size(from))];
    }
    /// Returns a path of up to four names of up to four letters, from a small set.
    std::string path() {
        std::string path;
        auto const parts = 1 + below(4);
        for (std::size_t i = 0; i < parts; ++i) {
            if (i != 0) path += '/';
            auto const length = 1 + below(4);
            for (std::size_t k = 0; k < length; ++k) path += "ab.-"[below(4)];
        }
        return path;
    }

private:
    std::mt19937 engine_;
};

/// Returns a seed, from the environment if set, so that a failure can be repeated.
inline unsigned new_seed() {
    char const* const given = std::getenv("RESTAT_TEST_SEED");
    auto const seed =
        given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    BOOST_TEST_MESSAGE("RESTAT_TEST_SEED=" << seed);
    return seed;
}

} // namespace tests
