#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What the user asked for.
struct settings {
    std::size_t files = 100'000;
    std::size_t rounds = 9;
    std::uint64_t seed = 1;
    double limit = 420;  ///< seconds after which no new round begins
    std::string scratch; ///< where the directory for what is temporary is made
    std::string cache;   ///< where corpora stay; empty: they go with what is temporary
    std::string json;    ///< file, or empty
    std::string svg;
    bool help = false;
};

std::string_view usage() noexcept;

/// \errors std::runtime_error with a sentence for the user
settings settings_of(std::vector<std::string> const& arguments);

} // namespace bench
