#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/tree_members.hpp"

namespace restat {

static_assert(file_enumerator<tree_enumerator>);

std::size_t detail::place_below(std::vector<std::string> const& roots, std::string_view path) {
    root_list all;
    all.take(roots);
    return all.root_prefix(path);
}

template class basic_tree_enumerator<native_file_system>;

} // namespace restat
