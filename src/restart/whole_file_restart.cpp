#include <restat/restart/whole_file_restart.hpp>

#include <restat/is_whole.hpp>
#include <restat/observer.hpp>

#include "base/unread.hpp"

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

enum class state_of_file : std::uint8_t { complete, incomplete, unreadable };

state_of_file state_of(change const& what, start_directory const& from) {
    if (what.after.type != file_type::regular) return state_of_file::complete;
    if (what.after.size == 0 && !is_loadable(what)) return state_of_file::complete;
    std::error_code unreadable;
    if (is_whole(from.whole(what.path), unreadable) || is_absence(unreadable))
        return state_of_file::complete;
    return unreadable ? state_of_file::unreadable : state_of_file::incomplete;
}

} // namespace

whole_changes keep_whole(change_set const& changes, whole_file_options const& how,
                         start_directory const& from) {
    std::vector<change> whole;
    std::vector<change const*> incomplete;
    for (change const& what : changes) {
        auto const state = state_of(what, from);
        bool const is_early = what.history.delivered - what.history.last_changed < how.limit;
        if (state != state_of_file::complete && is_early) return {.must_wait = true};
        if (state == state_of_file::incomplete) {
            incomplete.push_back(&what);
        } else {
            whole.push_back(what);
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
