#pragma once

#include "candidate_table.hpp"
#include "glob_program.hpp"
#include "prefix_suffix_filter.hpp"
#include "subject.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace restat::detail {

// The kind of text that a glob matches, and the rule behind the glob.
struct glob_use {
    std::size_t rule = 0;
    bool of_directory = false; // only directories
    bool of_path = false;      // the whole path; else the last component
};

// A set of any number of globs; tries only the globs that may match. See glob_set.cpp.
class glob_set {
public:
    explicit glob_set(letter_case letters) : letters_{letters} {}

    letter_case letters() const noexcept { return letters_; }

    // Adds a glob, which must not be empty. Several globs may share a rule.
    void add(glob_sequence glob, glob_use use);
    // Builds the tables, once, after the last `add`.
    void build();

    bool matches(candidate const& path) const noexcept;
    // Returns the lowest rule that matches.
    std::optional<std::size_t> first(candidate const& path) const noexcept;

private:
    struct entry {
        glob_program program;
        glob_use use;
    };
    using glob_id = candidate_table::glob_id;

    bool file(glob_id glob);
    void filter_ends();
    struct asked;
    asked ask(candidate const& path) const noexcept;
    bool tries(glob_id glob, asked const& texts) const noexcept;
    bool may_match(asked const& texts) const noexcept;
    bool may_match_name(candidate const& path) const noexcept;
    template <class Found>
    bool visit(asked const& texts, Found found) const noexcept;

    letter_case letters_;
    std::vector<entry> globs_;
    candidate_table names_;          // without wildcards, by the last component
    candidate_table paths_;          // without wildcards, by the whole path
    std::uint64_t path_lengths_ = 0; // a bit for each length modulo 64
    candidate_table extensions_;     // `*.x`, by the x
    candidate_table grams_;          // other globs, by four required bytes
    candidate_table shorts_;         // by two required bytes
    std::vector<glob_id> always_;    // globs without a gram, or few globs
    prefix_suffix_filter ends_;      // over all globs
    std::vector<glob_id> open_;      // globs beyond the filter
    bool filters_ = false;           // whether the filter is used first
    bool is_of_names_ = false;       // whether the name alone decides the filter
    bool has_names_ = false;         // whether any glob matches names
    bool rest_has_paths_ = false;
};

} // namespace restat::detail
