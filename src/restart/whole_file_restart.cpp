#include <restat/restart/whole_file_restart.hpp>

#include <restat/is_whole.hpp>
#include <restat/observer.hpp>

#include <string_view>

namespace restat::detail {
namespace {

bool is_loadable(change const& what) noexcept {
    constexpr std::uint32_t executable = 0111;
    if ((what.after.mode & executable) != 0) return true;
    std::string_view const path = what.path;
    auto const name = path.substr(path.rfind('/') + 1);
    return name.ends_with(".so") || name.find(".so.") != name.npos;
}

// The strategy decides about an unreadable file.
bool is_incomplete(change const& what) {
    if (what.after.type != file_type::regular) return false;
    if (what.after.size == 0 && !is_loadable(what)) return false;
    std::error_code unreadable;
    return !is_whole(what.path, unreadable) && !unreadable;
}

} // namespace

whole_changes keep_whole(change_set const& changes, whole_file_options const& how) {
    std::vector<change> whole;
    std::vector<change const*> incomplete;
    for (change const& what : changes) {
        if (!is_incomplete(what)) {
            whole.push_back(what);
        } else if (what.history.delivered - what.history.last_changed < how.limit) {
            return {.must_wait = true};
        } else {
            incomplete.push_back(&what);
        }
    }
    if (incomplete.empty()) return {};
    for (change const* const what : incomplete) {
        if (how.report_to)
            how.report_to->on_finding({what->path, errc::incomplete, "deliver", {}});
    }
    return {.are_all = false, .whole = change_set{std::move(whole), changes.batch()}};
}

} // namespace restat::detail
