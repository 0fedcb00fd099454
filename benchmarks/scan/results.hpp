#pragma once

#include "measures.hpp"
#include "ours.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Where the figures were taken.
struct machine {
    std::string date, processor, kernel, file_system, compiler;
    unsigned cores = 0;
};
machine this_machine(std::string const& folder);

/// A single figure.
struct figure {
    std::string name;
    double value = 0;
    std::string unit;
};

/// All that was measured.
struct results {
    machine where;
    std::vector<scanned_corpus> sizes;  ///< of one shape, from small to large
    std::vector<scanned_corpus> shapes; ///< of one size
    std::optional<growth> grown;
    std::optional<ignored_cost> ignored;
    std::optional<slices> sliced;
    std::vector<edit_latency> latencies;
    std::vector<figure> figures;

    scanned_corpus const& largest() const { return sizes.back(); }
    std::optional<double> figure_of(std::string_view name) const noexcept;
};

/// A line of the table of aims.
struct aim {
    std::string measure;
    double bound = 0;
    enum class side { at_most, at_least } holds = side::at_most;
    std::optional<spread> seen = std::nullopt; ///< nothing if it was not measured
    std::string note = {};

    bool met() const noexcept {
        return seen && (holds == side::at_most ? seen->median <= bound : seen->median >= bound);
    }
};

/// What the scan is to reach, and what it did.
std::vector<aim> aims_of(results const& all);

void print_tables(results const& all);
std::string to_json(results const& all);
/// Time against files, both on scales of powers of ten.
std::string to_svg(results const& all);

} // namespace bench
