#pragma once

#include "byte_classes.hpp"
#include "ends_filter.hpp"

#include <restat/matcher/letter_case.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// What a pattern of an ignore file is held against.
enum class wild_text : unsigned char { name, path };

// One pattern of an ignore file with wildcards, as git's wildmatch has them; see wild_pattern.cpp.
class wild_pattern {
public:
    enum class fault : unsigned char { none, never_matches, too_large };

    static constexpr std::size_t max_tokens = 1024;

    // `pattern` without what an ignore file puts around it: `!`, a slash in front, one at the end.
    wild_pattern(std::string_view pattern, wild_text against, letter_case letters);

    fault what_is_wrong() const noexcept { return fault_; }
    // The text, if there is only one that matches.
    std::optional<std::string> literal() const;
    // "c" of "*c", if all that ends so matches a name.
    std::optional<std::string> suffix() const;

    // What stands before the first wildcard that takes any number of bytes, and after the last.
    ends_filter::ends ends() const;

    // A bit, of 64, for each two bytes that stand side by side in a text; and of those that do so
    // in all that matches. In lower case if letters are folded.
    static std::uint64_t pairs_in(std::string_view text) noexcept;
    std::uint64_t required_pairs() const noexcept { return pairs_in(within_); }

    // Whether a text with this byte at its begin, or end, may match.
    bool may_begin(char c) const noexcept { return front_ == 0 || fits(tokens_.front(), c); }
    bool may_end(char c) const noexcept {
        bool const loops = front_ != tokens_.size() && back_ == 0;
        return loops || fits(tokens_.back(), c);
    }

    // The text is in lower case if letters are folded. In time proportional to text times pattern,
    // whatever they are, and without allocation.
    bool matches(std::string_view text) const noexcept;

private:
    struct token {
        enum class kind : unsigned char {
            byte,
            set,
            star, // any bytes but slashes
            any,  // any bytes
            skip, // any number of whole directories
        };
        kind what;
        char byte = 0;
        std::uint32_t set = 0;

        bool loops() const noexcept { return what >= kind::star; }
    };
    class parser;
    class run;

    bool fits(token const& with, char c) const noexcept;
    byte_set bytes_of(token const& one) const;
    std::optional<std::string> bytes_from(std::size_t first) const;
    std::string longest_bytes() const;

    std::vector<token> tokens_;
    std::vector<byte_set> sets_;
    std::size_t front_ = 0; // tokens before the first that loops
    std::size_t back_ = 0;  // and after the last
    std::string within_;    // stands between them in all that matches
    fault fault_ = fault::none;
};

} // namespace restat::detail
