#pragma once

#include "enumerator/checked_path.hpp"

#include <algorithm>
#include <string>
#include <string_view>

// Splits and joins the paths of the file system in memory.
namespace restat::testing {

inline std::string_view parent_path(std::string_view path) noexcept {
    return path.substr(0, std::min(path.size(), path.find_last_of('/') + 1));
}

inline std::string_view last_name(std::string_view path) noexcept {
    return path.substr(parent_path(path).size());
}

// Returns a path in the spelling of faults and of the list of opened directories.
inline std::string plain(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    return path.empty() ? "." : restat::detail::plain_path(path);
}

inline std::string joined(std::string const& directory, std::string_view name) {
    if (name.starts_with('/')) return plain(name);
    return directory == "." ? std::string{name} : directory + "/" + std::string{name};
}

} // namespace restat::testing
