#pragma once

#include "oracle/steps.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace oracle {

/// What one script came to.
struct outcome {
    std::string failure = {}; ///< empty if all was right
    std::uint64_t operations = 0;
    std::uint64_t polls = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t slices = 0;  ///< calls of `poll_for`
    std::uint64_t over = 0;    ///< those that used more than the budget and 500 us of CPU time
    std::uint64_t longest = 0; ///< the most CPU time beyond the budget, us
    std::uint64_t rounds = 0;  ///< whole scans, at once or in slices
    std::uint64_t settled = 0; ///< comparisons
    std::uint64_t early = 0;   ///< files loaded between a write's stamp and its data

    void add(outcome const& other);
};

/// Where a script runs.
struct place {
    std::string base;               ///< an empty directory
    bool has_coarse_stamps = false; ///< of a second
};

/// Runs a script in this process.
outcome run_script(configuration const& of, std::vector<step> const& steps, std::uint64_t seed,
                   place const& where);

} // namespace oracle
