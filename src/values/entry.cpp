#include <restat/entry.hpp>

namespace restat {

fields differences(entry const& before, entry const& after) noexcept {
    auto const differing = differences(before.record, after.record);
    // A new hard link to a symbolic link changes its link count and ctime together, as for a
    // file.
    auto const link = differences(before.link, after.link);
    return is_edit(link) ? differing | fields::target : differing;
}

} // namespace restat
