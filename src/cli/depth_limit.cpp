#include "depth_limit.hpp"

#include <algorithm>
#include <string>

namespace restat::cli {

verdict depth_limit::operator()(candidate const& path) const noexcept {
    auto const below = path.relative();
    auto const slashes = std::count(below.begin(), below.end(), '/');
    auto const levels = static_cast<std::size_t>(slashes) + (path.is_directory() ? 2 : 1);
    return levels > levels_ ? verdict::exclude : verdict::none;
}

explanation depth_limit::explain(candidate const& path) const {
    if ((*this)(path) == verdict::none) return {};
    return {verdict::exclude, "the depth of " + std::to_string(levels_), "--depth"};
}

} // namespace restat::cli
