#pragma once

#include <restat/matcher/explanation.hpp>
#include <restat/matcher/letter_case.hpp>

#include <memory>
#include <string>
#include <vector>

namespace restat {

/// How the globs of a `glob_matcher` are read, and where they came from.
struct glob_options {
    letter_case letters = letter_case::sensitive;
    /// For `explain`: one for each glob, "globs.txt:3", or one for all, "-g".
    std::vector<std::string> origins = {};
};

/// A `path_matcher` of globs, one or thousands: `include` for what any of them matches; else
/// `exclude` for a file, `none` for a directory.
///
/// | in a glob | matches |
/// | --- | --- |
/// | `*` | any bytes of one component, also none, also a leading dot |
/// | `?` | one byte other than `/` |
/// | `[a-z_]` `[!a-z]` `[^a-z]` | one byte of the set, or one outside of it; never `/` |
/// | `[[:alpha:]]` | a class of POSIX, of ASCII alone |
/// | `**/` at the start or after `/` | any number of directories, also none |
/// | `/**` at the end | all below, but not the directory itself |
/// | `{a,b*,}` | either; may be nested; means the glob once for each alternative |
/// | `\x` | the byte `x`, in a set too |
/// | anything else | itself |
///
/// A glob without a `/` is matched against the last component. One with a `/` is matched against
/// the whole path and against the part below the root: either is enough. A `/` at the end is not
/// counted: it asks for a directory. A leading `./` of glob or path says nothing.
///
/// Two `*` elsewhere are one, and more than two are two. `a/**/b` has `a/b`, and `**` alone any
/// name. `]` is itself as the
/// first of a set, `-` as the first or last. `,` and `}` outside of braces and `]` outside of a
/// set are themselves. Each alternative of a brace is a glob of its own: `{src/,}a` is the path
/// `src/a`, or any file of the name `a`. Bytes are compared, not characters: `?` takes two of
/// them for an `é` in UTF-8.
///
/// \errors `bad_pattern` for a set, brace or backslash that nothing ends, an unknown class, a
/// range whose ends are swapped, a NUL byte, a glob that names nothing; `pattern_too_large` for
/// one that comes to more than 1,024 alternatives or 16,384 bytes, or nests more than 1,024 braces
/// \cost in proportion to path times globs at most, whatever they are. Of many globs only those
/// are tried that may match, found by the path's name, extension and each four bytes of it; so
/// ten thousand cost little more than one. No allocation. Copies share what was compiled.
/// \source POSIX.1-2017, XCU 2.13; gitignore(5) for `**`
class RESTAT_EXPORT glob_matcher {
public:
    /// `glob_matcher{"*.cpp", "include/**/*.hpp"}`
    template <std::convertible_to<std::string_view>... Globs>
        requires(sizeof...(Globs) > 0)
    explicit glob_matcher(Globs const&... globs)
        : glob_matcher{
              std::vector<std::string>{std::string{static_cast<std::string_view>(globs)}...}} {}
    explicit glob_matcher(std::vector<std::string> const& globs, glob_options how = {});
    /// Sets `fault` (or clears it) instead of throwing, and then matches nothing.
    glob_matcher(std::vector<std::string> const& globs, glob_options how, pattern_fault& fault);

    verdict operator()(candidate const& path) const noexcept;
    /// The first glob that matches.
    explanation explain(candidate const& path) const;

private:
    struct rules;
    std::shared_ptr<rules const> rules_;
};

} // namespace restat
