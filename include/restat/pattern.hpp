#pragma once

#include <restat/detail/language.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace restat {

/// A rule of `options::ignore_patterns`: a name, a glob, or `regex("...")`.
struct pattern {
    enum class syntax { glob, regex };

    std::string text;
    syntax kind = syntax::glob; ///< a plain name is a glob without wildcards
    std::string origin = {};    ///< the source of the rule, for `explain`: "-i", "rules.txt:3"

    template <std::convertible_to<std::string_view> Text>
    pattern(Text const& glob)
        : text{std::string_view{glob}} {} // NOLINT: by design from a literal
    pattern(std::string expression, syntax of, std::string from = {})
        : text{std::move(expression)}, kind{of}, origin{std::move(from)} {}
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(pattern::syntax of) noexcept {
    using enum pattern::syntax;
    switch (of) {
    case glob: return "glob";
    case regex: return "regex";
    }
    return "invalid";
}

/// Returns a pattern in the syntax of PCRE2, for `options::ignore_patterns`.
/// \source pcre2pattern(3)
[[nodiscard]] inline pattern regex(std::string expression) {
    return {std::move(expression), pattern::syntax::regex};
}

} // namespace restat
