#pragma once

#include "candidate_table.hpp"
#include "ends_filter.hpp"
#include "glob_program.hpp"
#include "subject.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace restat::detail {

// What a glob of a set is held against, and what it stands for.
struct glob_use {
    std::size_t rule = 0;
    bool of_directory = false; // and of nothing else
    bool of_path = false;      // or of the last component
};

// Any number of globs, of which only those are tried that may match; see glob_set.cpp.
class glob_set {
public:
    explicit glob_set(letter_case letters) : letters_{letters} {}

    letter_case letters() const noexcept { return letters_; }

    // A glob that names something. Several may stand for one rule.
    void add(glob_sequence glob, glob_use use);
    // Once, after all were added.
    void build();

    bool matches(candidate const& path) const noexcept;
    // The least rule that matches.
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
    bool tries(glob_id glob, asked const& what) const noexcept;
    bool may_match(asked const& what) const noexcept;
    bool may_match_name(candidate const& path) const noexcept;
    template <class Found>
    bool visit(asked const& what, Found found) const noexcept;

    letter_case letters_;
    std::vector<entry> globs_;
    candidate_table names_;          // without a wildcard, by the last component
    candidate_table paths_;          // without a wildcard, by the whole path
    std::uint64_t path_lengths_ = 0; // a bit for each that there is, modulo 64
    candidate_table extensions_;     // `*.x`, by the x
    candidate_table grams_;          // of the rest, by four bytes that they require
    candidate_table shorts_;         // by two
    std::vector<glob_id> always_;    // those that require less, or are few
    ends_filter ends_;               // of all
    std::vector<glob_id> open_;      // of which it cannot tell
    bool filters_ = false;           // it is asked first
    bool is_of_names_ = false;       // and its answer is enough, on a name
    bool has_names_ = false;         // that some glob is held against a name
    bool rest_has_paths_ = false;
};

} // namespace restat::detail
