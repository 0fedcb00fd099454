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
    auto const is_it = [&](change const& c) { return c.path == path; };
    auto const is_before = [](change const& c, auto wanted) { return path_less(c.path, wanted); };
    auto const at = is_by_path_ ? std::lower_bound(begin(), end(), path, is_before)
                                : std::find_if(begin(), end(), is_it);
    if (at != end() && at->path == path) return at;
    auto const gone = std::find_if(begin(), end(), [&](change const& c) {
        return c.kind == change_kind::renamed && c.from == path;
    });
    return gone != end() ? gone : nullptr;
}

} // namespace restat
