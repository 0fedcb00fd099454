#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/matcher/path_matcher.hpp>
#endif
#include <restat/matcher/letter_case.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace restat {

/// Options of a `regex_matcher`: how its patterns read a path.
struct regex_options {
    enum class unit {
        byte,
        utf8, ///< characters; a path of invalid UTF-8 matches nothing
    };

    letter_case letters = letter_case::sensitive;
    unit characters = unit::byte;
    /// The origin for `explain`: an entry for each pattern, "patterns.txt:3", or a single entry
    /// for all, "-r".
    std::vector<std::string> origins = {};
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(regex_options::unit of) noexcept {
    using enum regex_options::unit;
    switch (of) {
    case byte: return "byte";
    case utf8: return "utf8";
    }
    return "invalid";
}

#ifndef RESTAT_DISABLED
/// A `path_matcher` of any number of PCRE2 patterns. Returns `include` for a path in which any
/// pattern is found; else `exclude` for a file, `none` for a directory.
///
/// Searches for a pattern anywhere in the whole path, without a leading `./`. `.` matches a
/// newline too, and `$` only the very end. The constructor rejects `\C`, and in byte mode
/// `(*UTF)` and `(*UCP)`. An empty pattern is found in every path.
///
/// A pattern without an answer after 100,000 steps gives up. Unless another pattern is found, the
/// verdict is then `none`, and `faults` reports the pattern, once. After eight patterns gave up
/// on the same path, the remaining patterns are skipped.
///
/// \errors `bad_pattern` with the offset at which PCRE2 stopped, also for a NUL byte, which no
/// path contains. `pattern_too_large` for a pattern of more than 32 KiB, a compiled pattern of
/// more than 16 KiB, or too deep nesting. `std::errc::not_supported` for every pattern if the
/// library was built with `RESTAT_WITH_PCRE2=OFF`; then `RESTAT_WITHOUT_PCRE2` is defined
/// \cost no allocation, except for paths of more than 320 bytes and for patterns with more than
/// 1,000 steps from a single offset. PCRE2 compiles the pattern to machine code where the system
/// permits. With eight patterns or more, a first pass searches the path for the texts required by
/// the patterns; most patterns are then skipped. Copies share the compiled patterns and the list
/// of reported faults.
/// \threads matches by the same object do not wait for each other
/// \source pcre2pattern(3), pcre2api(3), pcre2jit(3)
class RESTAT_EXPORT regex_matcher {
public:
    /// Compiles patterns given in code: `regex_matcher{"\\.(c|h)pp$", "^src/"}`.
    template <std::convertible_to<std::string_view>... Patterns>
        requires(sizeof...(Patterns) > 0)
    explicit regex_matcher(Patterns const&... patterns)
        : regex_matcher{std::vector<std::string>{
              std::string{static_cast<std::string_view>(patterns)}...}} {}
    /// Compiles the patterns.
    /// \errors throws `pattern_error` for a rejected pattern
    explicit regex_matcher(std::vector<std::string> const& patterns, regex_options how = {});
    /// Sets `fault`, or clears it, instead of throwing; after a fault the matcher matches
    /// nothing.
    regex_matcher(std::vector<std::string> const& patterns, regex_options how,
                  pattern_fault& fault);

    verdict operator()(candidate const& path) const noexcept;
    /// Returns the first pattern that matches, or else the first pattern that gave up.
    explanation explain(candidate const& path) const;
    /// Appends the patterns that gave up for the first time since the last call.
    void faults(std::vector<finding>& into) const;

private:
    struct rules;
    std::shared_ptr<rules const> rules_;
};

template <>
inline constexpr bool enable_matcher_logic<regex_matcher> = true;
#endif

} // namespace restat
