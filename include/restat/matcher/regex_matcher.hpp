#pragma once

#include <restat/matcher/explanation.hpp>
#include <restat/matcher/letter_case.hpp>

#include <memory>
#include <string>
#include <vector>

namespace restat {

/// How the patterns of a `regex_matcher` read a path.
struct regex_options {
    enum class unit {
        byte,
        utf8, ///< characters; what is not UTF-8 in a path matches nothing
    };

    letter_case letters = letter_case::sensitive;
    unit characters = unit::byte;
    /// For `explain`: one for each pattern, "patterns.txt:3", or one for all, "-r".
    std::vector<std::string> origins = {};
};

/// A `path_matcher` of PCRE2 patterns, any number: `include` for a path in which any of them is
/// found; else `exclude` for a file, `none` for a directory.
///
/// A pattern is looked for anywhere in the whole path, less a leading `./`. `.` matches a newline
/// too, and `$` only the very end. `\C`, and in byte mode `(*UTF)` and `(*UCP)`, are refused. An
/// empty pattern is found in every path.
///
/// A pattern that comes to no answer within 100,000 steps gives up: unless another one is found,
/// the verdict is `none`, and `faults` tells of it, once for each pattern. Where eight gave up on
/// one path, the rest is not asked.
///
/// \errors `bad_pattern` with the offset at which PCRE2 stopped, also for a NUL byte, which is in
/// no path; `pattern_too_large` for one of more than 32 KiB, one that compiles to more than 16
/// KiB, or one that is nested too deep
/// \cost no allocation, but for paths of more than 320 bytes and for patterns that take more than
/// 1,000 steps from one place. The code is just-in-time compiled where the system permits. Eight
/// patterns or more first look, in one pass, for the texts that they cannot do without, so that
/// most are not asked at all. Copies share what was compiled and what was told.
/// \threads matches of one object do not wait for each other
/// \source pcre2pattern(3), pcre2api(3), pcre2jit(3)
class RESTAT_EXPORT regex_matcher {
public:
    /// `regex_matcher{"\\.(c|h)pp$", "^src/"}`
    template <std::convertible_to<std::string_view>... Patterns>
        requires(sizeof...(Patterns) > 0)
    explicit regex_matcher(Patterns const&... patterns)
        : regex_matcher{std::vector<std::string>{
              std::string{static_cast<std::string_view>(patterns)}...}} {}
    explicit regex_matcher(std::vector<std::string> const& patterns, regex_options how = {});
    /// Sets `fault` (or clears it) instead of throwing, and then matches nothing.
    regex_matcher(std::vector<std::string> const& patterns, regex_options how,
                  pattern_fault& fault);

    verdict operator()(candidate const& path) const noexcept;
    /// The first pattern that is found, or else that gave up.
    explanation explain(candidate const& path) const;
    /// Appends the patterns that gave up for the first time since the last call.
    void faults(std::vector<finding>& into) const;

private:
    struct rules;
    std::shared_ptr<rules const> rules_;
};

} // namespace restat
