#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// A `path_matcher` that excludes standard output and standard error of this process, if they are
/// regular files. Without the exclusion, `restat . >changes.log` would report its own lines.
///
/// Compares device and inode for each path with the same name as the output file had at the
/// start.
/// \cost a comparison of names per path; a stat for each path with an equal name
class own_output {
public:
    own_output();

    verdict operator()(candidate const& path) const noexcept;
    explanation explain(candidate const& path) const;

private:
    struct file {
        std::string name;
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        char const* stream = "";
    };

    void add(int descriptor, char const* stream);
    file const* find(candidate const& path) const noexcept;

    std::vector<file> files_;
};

/// A `path_matcher` that excludes sockets, FIFOs and devices.
struct special_files {
    verdict operator()(candidate const& path) const noexcept;
    explanation explain(candidate const& path) const;
};

} // namespace restat::cli
