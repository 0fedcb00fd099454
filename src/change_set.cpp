#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>

#include <algorithm>

namespace restat {

change const* change_set::find(std::string_view path) const noexcept {
    auto const at = std::lower_bound(begin(), end(), path, [](change const& c, auto wanted) {
        return path_less(c.path, wanted);
    });
    return at != end() && at->path == path ? at : nullptr;
}

} // namespace restat
