#include "chosen_kinds.hpp"

#include "values.hpp"

#include <restat/renames.hpp>

#include <algorithm>

namespace restat::cli {
namespace {

constexpr change_kind all_kinds[] = {change_kind::added, change_kind::removed,
                                     change_kind::modified, change_kind::renamed};

bool has(chosen_kinds const& kinds, change_kind one) noexcept {
    return std::find(kinds.begin(), kinds.end(), one) != kinds.end();
}

} // namespace

std::optional<chosen_kinds> parse_kinds(std::string_view list) {
    chosen_kinds kinds;
    for (auto const name : split_list(list)) {
        auto const* const kind =
            std::find_if(std::begin(all_kinds), std::end(all_kinds),
                         [&](change_kind one) { return to_string(one) == name; });
        if (kind == std::end(all_kinds)) return {};
        kinds.push_back(*kind);
    }
    return kinds;
}

change_set changes_of(chosen_kinds const& kinds, change_set const& all) {
    if (kinds.empty()) return all;
    auto const parts = has(kinds, change_kind::renamed) ? all : without_renames(all);
    std::vector<change> chosen;
    for (auto const& what : parts) {
        if (has(kinds, what.kind)) chosen.push_back(what);
    }
    return change_set{std::move(chosen), all.batch()};
}

} // namespace restat::cli
