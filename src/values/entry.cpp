#include <restat/entry.hpp>

namespace restat {

fields changed_fields(entry const& before, entry const& after) noexcept {
    auto const changed = changed_fields(before.record, after.record);
    // A new hard link to a symbolic link changes its link count and ctime together, as for a
    // file.
    auto const link = changed_fields(before.link, after.link);
    return is_edit(link) ? changed | fields::target : changed;
}

} // namespace restat
