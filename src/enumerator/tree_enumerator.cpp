#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/tree_walk.hpp"

namespace restat {

static_assert(file_enumerator<tree_enumerator>);

template class basic_tree_enumerator<native_file_system>;

} // namespace restat
