#pragma once

#include "prefix_suffix_filter.hpp"
#include "wild_pattern.hpp"

#include <restat/matcher/letter_case.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

// A line of an ignore file.
struct gitignore_rule {
    std::string_view text;       // as written, without trailing blanks
    std::size_t line = 0;        // from 1
    bool negated = false;        // `!`
    bool directory_only = false; // a final slash
    bool by_name = false;        // no other slash: matched against the last component

    // Returns the text without the parts already expressed by the fields above.
    std::string_view pattern() const noexcept;
};

// Parses the rules as git does: lines of bytes, ended by LF or CRLF; a NUL ends the rule in its
// line.
std::vector<gitignore_rule> parse_gitignore(std::string_view text);

// The name of a path and its type, shared by the searches in all ignore files.
struct gitignore_subject {
    std::string_view name;
    bool is_directory;
};

// A table of literal texts, each with the last rule of this text.
class gitignore_literals {
public:
    void add(std::string text, std::uint32_t rule, bool directory_only);
    // Builds the table, once, after the last `add`.
    void index();
    bool empty() const noexcept { return items_.empty(); }
    // Returns the last rule of this text plus one; 0 if no rule has the text.
    std::uint32_t find(std::string_view text, bool is_directory) const noexcept;

private:
    struct item {
        std::string text;
        std::uint64_t hash;
        std::uint32_t of_any;  // last rule for directories, plus one
        std::uint32_t of_file; // last rule for other files, plus one
    };

    std::vector<item> items_;
    std::vector<std::uint32_t> slots_; // indexes of items, plus one
    std::uint64_t sizes_ = 0;
};

// The rules of a single ignore file. Immutable.
class gitignore_rules {
public:
    // Parses the rules; `origin` names the file in explanations: "src/.gitignore".
    gitignore_rules(std::string text, std::string origin, letter_case letters);
    gitignore_rules(gitignore_rules const&) = delete;
    gitignore_rules& operator=(gitignore_rules const&) = delete;

    std::string const& text() const noexcept { return text_; }
    std::string const& origin() const noexcept { return origin_; }
    letter_case letters() const noexcept { return letters_; }
    // Returns the line of a rule beyond the size limit; 0 without such a rule.
    std::size_t too_large() const noexcept { return too_large_; }

    // Returns the last matching rule, or null. `path` is relative to the directory of the rules.
    gitignore_rule const* match(gitignore_subject const& asked,
                                std::string_view path) const noexcept;

private:
    struct wild_rule {
        std::uint32_t rule;
        wild_pattern pattern;
    };
    struct open_rule {
        std::size_t at;      // in wild_
        std::uint64_t pairs; // of bytes that it requires in a name
    };
    // A bit table of 64 rules, by the first and the last byte of a text.
    struct wild_block {
        using by_byte = std::array<std::uint64_t, 64>; // indexed by the byte modulo 64
        by_byte first_of_name{};
        by_byte first_of_path{};
        by_byte last{};
    };

    void add(std::uint32_t index);
    void index_wild();
    bool may_match(gitignore_subject const& asked, std::string_view path) const noexcept;
    std::uint64_t may_match(std::size_t block, gitignore_subject const& asked,
                            std::string_view path) const noexcept;
    std::uint32_t find(gitignore_subject const& asked, std::string_view path) const noexcept;
    std::uint32_t find_open(gitignore_subject const& asked, std::string_view path) const noexcept;
    std::uint32_t find_folded(gitignore_subject const& asked, std::string_view path) const;
    std::uint32_t find_literal(gitignore_subject const& asked,
                               std::string_view path) const noexcept;

    std::string text_;
    std::string origin_;
    letter_case letters_;
    std::vector<gitignore_rule> rules_;
    gitignore_literals names_;
    gitignore_literals extensions_; // `*.c`, from the last dot on
    gitignore_literals paths_;
    std::vector<wild_rule> wild_;    // in order
    std::vector<wild_block> blocks_; // of wild_; empty if there are few rules
    prefix_suffix_filter ends_;      // over all rules
    std::vector<open_rule> open_;    // rules beyond the filter
    std::size_t too_large_ = 0;
};

using gitignore_rules_ptr = std::shared_ptr<gitignore_rules const>;

} // namespace restat::detail
