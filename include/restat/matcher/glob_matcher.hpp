#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/matcher/path_matcher.hpp>
#endif
#include <restat/matcher/letter_case.hpp>

#include <memory>
#include <string>
#include <vector>

namespace restat {

/// Options of a `glob_matcher`: how globs are read, and their origin.
struct glob_options {
    letter_case letters = letter_case::sensitive;
    /// Extensions, matched beside the globs: "cpp" matches the paths of the glob `*.cpp`. Each byte
    /// of an extension matches itself, even `*`.
    std::vector<std::string> extensions = {};
    /// The origin for `explain`: an entry for each glob and then for each extension,
    /// "globs.txt:3", or a single entry for all, "-g".
    std::vector<std::string> origins = {};
};

#ifndef RESTAT_DISABLED
/// A `path_matcher` of globs, a single glob or thousands. Returns `include` for a path that any
/// glob matches; else `exclude` for a file, `none` for a directory.
///
/// | in a glob | matches |
/// | --- | --- |
/// | `*` | any bytes of one component, also none, also a leading dot |
/// | `?` | one byte other than `/` |
/// | `[a-z_]` `[!a-z]` `[^a-z]` | one byte of the set, or one byte outside the set; never `/` |
/// | `[[:alpha:]]` | a POSIX class, of ASCII alone |
/// | `**/` at the start or after `/` | any number of directories, also none |
/// | `/**` at the end | every path below, but not the directory itself |
/// | `{a,b*,}` | any alternative; may be nested; means the glob once for each alternative |
/// | `\x` | the byte `x`, in a set too |
/// | any other byte | itself |
///
/// Matches a glob without a `/` against the last component. Matches a glob with a `/` against the
/// whole path and against the part below the root; either match is enough. A `/` at the end
/// restricts the glob to directories and does not count as a `/`. A leading `./` of glob or path
/// has no effect.
///
/// Elsewhere `**` is the same as `*`; a run of three or more stars counts as two. `a/**/b`
/// matches `a/b`, and `**` alone matches any name. `]` is an ordinary byte as the first of a set,
/// `-` as the first or last. `,` and `}` outside of braces, and `]` outside of a set, are
/// ordinary bytes. Each alternative of a brace is a glob of its own: `{src/,}a` matches the path
/// `src/a`, or any file named `a`. Globs compare bytes, not characters: an `é` in UTF-8 takes two
/// `?`.
///
/// \errors `bad_pattern` for an unterminated set, brace or backslash, an unknown class, a range
/// whose ends are swapped, a NUL byte, or a glob without a name. Also `bad_pattern` for an
/// extension that is empty, or has a `/` or a NUL byte. `pattern_too_large` for a glob with an
/// expansion of more than 1,024 alternatives or 16,384 bytes, or with more than 1,024 nested braces
/// \cost at most in proportion to path length times glob length, for any input. Of many globs,
/// only the possible matches are tried: the path's name, its extension and each four bytes of its
/// text select them. So ten thousand globs cost little more than one. No allocation. Copies share
/// the compiled globs.
/// \source POSIX.1-2017, XCU 2.13; gitignore(5) for `**`
class RESTAT_EXPORT glob_matcher {
public:
    /// Compiles globs given in code: `glob_matcher{"*.cpp", "include/**/*.hpp"}`.
    template <std::convertible_to<std::string_view>... Globs>
        requires(sizeof...(Globs) > 0)
    explicit glob_matcher(Globs const&... globs)
        : glob_matcher{
              std::vector<std::string>{std::string{static_cast<std::string_view>(globs)}...}} {}
    /// Compiles the globs.
    /// \errors throws `pattern_error` for a malformed or too large glob
    explicit glob_matcher(std::vector<std::string> const& globs, glob_options how = {});
    /// Sets `fault`, or clears it, instead of throwing; after a fault the matcher matches
    /// nothing.
    glob_matcher(std::vector<std::string> const& globs, glob_options how, pattern_fault& fault);

    verdict operator()(candidate const& path) const noexcept;
    /// Returns the first matching glob. An extension appears as a glob: "*.cpp".
    explanation explain(candidate const& path) const;

private:
    struct rules;
    std::shared_ptr<rules const> rules_;
};

template <>
inline constexpr bool enable_matcher_logic<glob_matcher> = true;
#endif

} // namespace restat
