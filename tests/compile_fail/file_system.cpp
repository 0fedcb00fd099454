#include <restat/enumerator/tree_enumerator.hpp>

struct knows_no_names {
    restat::stamp now() noexcept { return {}; }
};

restat::basic_tree_enumerator<knows_no_names> walk{"."};
