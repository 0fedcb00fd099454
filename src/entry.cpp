#include <restat/entry.hpp>

namespace restat {

fields differences(entry const& before, entry const& after) noexcept {
    auto const differing = differences(before.record, after.record);
    // The link count of a link and the link's own ctime move together, as those of a file do.
    auto const link = differences(before.link, after.link);
    return is_edit(link) ? differing | fields::target : differing;
}

} // namespace restat
