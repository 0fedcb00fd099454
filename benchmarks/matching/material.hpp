#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

/// What is matched against what; the same for the same seed.
struct material {
    std::vector<std::string> paths; ///< of files, as in a large project
    std::vector<std::string> globs; ///< 10,000, of each kind as many
    std::vector<std::string> regexes;
    /// A directory and the text of its ignore file, as a large project has them.
    std::vector<std::pair<std::string, std::string>> ignore_files;

    std::vector<std::string> some_globs(std::size_t count) const {
        return {globs.begin(), globs.begin() + static_cast<std::ptrdiff_t>(count)};
    }
};

material make_material(std::size_t paths, std::uint64_t seed);

} // namespace bench
