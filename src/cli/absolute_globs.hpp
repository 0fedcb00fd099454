#pragma once

#include <restat/matcher/glob_matcher.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// A `path_matcher` of globs that tell a path from the top of the file system on: "/home/me/a/*.c".
///
/// A path is held against them by where it lies, whichever way its PATH was given: from the
/// starting directory as the system knows it, as `$PWD` has it, and without links.
class absolute_globs {
public:
    /// Of these globs, those that have such an alternative.
    /// \errors throws `usage_error` for a malformed one
    absolute_globs(std::vector<std::string> const& globs, std::string origin,
                   std::vector<std::string> const& paths);

    bool empty() const noexcept { return globs_.empty(); }
    /// The first of them that can match nothing at or below a PATH; empty if there is none.
    std::string const& first_outside() const noexcept { return outside_; }

    verdict operator()(candidate const& path) const noexcept;
    explanation explain(candidate const& path) const;

private:
    /// How what lies in a directory is told, and where that is: each with its slash.
    struct place {
        std::string told;
        std::vector<std::string> at;
    };

    void find_outside();
    std::string located(candidate const& path) const;

    std::vector<std::string> globs_;
    glob_matcher matcher_;
    std::vector<place> places_;
    std::string outside_;
};

} // namespace restat::cli
