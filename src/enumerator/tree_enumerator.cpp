#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/tree_members.hpp"

namespace restat {

static_assert(file_enumerator<tree_enumerator>);

std::size_t detail::place_below(std::vector<std::string> const& roots, std::string_view path) {
    std::size_t place = path.npos;
    for (std::string const& root : roots) {
        auto const top = plain_path(root);
        if (top.empty() || !is_within(path, top)) continue;
        if (path == top) return name_offset(path);
        auto const below = directory_key(top).size();
        if (place == path.npos || below > place) place = below;
    }
    return place;
}

template class basic_tree_enumerator<native_file_system>;

} // namespace restat
