#include "finding_log.hpp"

#include "values/stable_order.hpp"

#include <algorithm>
#include <tuple>

namespace restat::detail {

void finding_log::report(std::vector<finding> found, observer& to) {
    auto const key = [](finding const& f) {
        return std::tuple{std::string_view{f.path}, f.error.value(),
                          std::string_view{f.operation}};
    };
    auto const before = [&](finding const& a, finding const& b) { return key(a) < key(b); };
    sort_stably(found, before);
    for (finding const& f : found) {
        if (!std::binary_search(known_.begin(), known_.end(), f, before)) to.on_finding(f);
    }
    known_ = std::move(found);
}

} // namespace restat::detail
