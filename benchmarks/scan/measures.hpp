#pragma once

#include "corpus.hpp"
#include "timing.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bench {

/// All contenders on one corpus, side by side.
struct scanned_corpus {
    corpus_plan plan;
    std::size_t directories = 0;
    std::vector<contender> contenders;

    /// Who of this name does this with so many threads; null if nobody.
    contender const* find(std::string_view name, task what, unsigned threads = 1) const noexcept;
};

inline constexpr std::string_view ours = "restat";
inline constexpr std::string_view listing_floor = "getdents64 + fstatat";
inline constexpr std::string_view known_floor = "fstatat of known names";
inline constexpr std::string_view standard_library = "std::filesystem + unordered_map";

/// First scan, rescan and rescan with one file in a thousand changed, of restat, the raw system
/// calls and whoever else is installed.
scanned_corpus scan_side_by_side(corpus const& of, std::string const& scratch, effort const& how);

/// Only restat and the raw system calls.
scanned_corpus scan_shape(corpus const& of, effort const& how);

/// How the time per file grows from one corpus to a larger one.
struct growth {
    std::size_t from = 0;
    std::size_t to = 0;
    spread of_restat;
    spread of_floor;
};
growth measure_growth(corpus const& small, corpus const& large, effort const& how);

/// Five watched files beside many in a directory that is ignored, in terms of those five alone.
struct ignored_cost {
    std::size_t files = 0;
    spread ratio;
};
ignored_cost measure_ignored(std::size_t files, std::string const& scratch, effort const& how);

/// From a write to whoever waits for it, in seconds.
struct edit_latency {
    std::string name;
    double start = 0; ///< until it was ready
    std::vector<double> seconds;
};
std::vector<edit_latency> measure_one_edit(corpus const& of, std::string const& scratch,
                                           double limit);

} // namespace bench
