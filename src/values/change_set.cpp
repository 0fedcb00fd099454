#include <restat/change_set.hpp>
#include <restat/snapshot.hpp>

#include <algorithm>

namespace restat {

change_set::change_set() noexcept = default;
change_set::change_set(std::vector<change> ordered, std::size_t batch) noexcept
    : changes_{std::move(ordered)}, batch_{batch} {}
change_set::change_set(change_set const&) = default;
change_set::change_set(change_set&&) noexcept = default;
change_set& change_set::operator=(change_set const&) = default;
change_set& change_set::operator=(change_set&&) noexcept = default;
change_set::~change_set() = default;

change const* change_set::find(std::string_view path) const noexcept {
    auto const at = std::lower_bound(begin(), end(), path, [](change const& c, auto wanted) {
        return path_less(c.path, wanted);
    });
    if (at != end() && at->path == path) return at;
    auto const gone = std::find_if(begin(), end(), [&](change const& c) {
        return c.kind == change_kind::renamed && c.from == path;
    });
    return gone != end() ? gone : nullptr;
}

} // namespace restat
