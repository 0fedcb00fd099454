#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/tree_memory.hpp"

namespace restat {

static_assert(file_enumerator<tree_enumerator>);

std::size_t detail::place_below(std::vector<std::string> const& roots,
                                std::string_view path) noexcept {
    for (std::string const& root : roots) {
        auto const top = plain_path(root);
        if (!is_within(path, top)) continue;
        if (path == top) return name_offset(path);
        if (top == ".") return 0;
        return top.ends_with('/') ? top.size() : top.size() + 1;
    }
    return path.npos;
}

template class basic_tree_enumerator<native_file_system>;

} // namespace restat
