#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <cstddef>

namespace restat::cli {

/// A `path_matcher` that excludes paths too many levels below its PATH.
class depth_limit {
public:
    /// With 1 level, a directory is watched without its subdirectories.
    explicit depth_limit(std::size_t levels) noexcept : levels_{levels} {}

    verdict operator()(candidate const& path) const noexcept;
    explanation explain(candidate const& path) const;

private:
    std::size_t levels_;
};

} // namespace restat::cli
