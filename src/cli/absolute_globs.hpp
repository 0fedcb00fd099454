#pragma once

#include <restat/matcher/glob_matcher.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Returns the part of a glob before its first wildcard.
std::string_view literal_prefix(std::string_view glob);

/// Returns whether a glob, or any alternative in its braces, starts with `/`.
bool is_absolute_glob(std::string_view glob);

/// A `path_matcher` of globs for absolute paths, from the top of the file system:
/// "/home/me/a/*.c".
///
/// Compares each path as printed, and by its location, however its PATH was given: from the
/// starting directory as reported by the system, from `$PWD`, and with symbolic links resolved.
class absolute_globs {
public:
    /// Takes globs that are absolute by `is_absolute_glob`.
    absolute_globs(std::vector<std::string> globs, std::string origin,
                   std::vector<std::string> const& paths, pattern_fault& fault);

    bool empty() const noexcept { return globs_.empty(); }
    /// Returns the first glob without a possible match at or below any PATH; empty if there is no
    /// such glob.
    std::string const& first_outside() const noexcept { return outside_; }

    verdict operator()(candidate const& path) const noexcept;
    explanation explain(candidate const& path) const;

private:
    /// The prefix of printed paths in a directory, and the absolute directories behind it, all
    /// with a final slash.
    struct place {
        std::string printed;
        std::vector<std::string> at;
    };

    void find_outside();
    std::string absolute_path(candidate const& path) const;

    std::vector<std::string> globs_;
    glob_matcher matcher_;
    std::vector<place> places_;
    std::string outside_;
};

} // namespace restat::cli
