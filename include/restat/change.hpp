#pragma once

#include <restat/change_reason.hpp>
#include <restat/stat_record.hpp>

#include <string>
#include <string_view>

namespace restat {

/// What became of a path.
enum class change_kind : std::uint8_t { added, removed, modified };

/// "added", "removed" or "modified".
constexpr std::string_view to_string(change_kind kind) noexcept {
    constexpr std::string_view names[] = {"added", "removed", "modified"};
    return names[static_cast<unsigned>(kind)];
}

/// One path that differs between two looks at a tree.
struct change {
    change_kind kind = change_kind::modified;
    std::string path = {};           ///< bytes, as they are
    fields differing = fields::none; ///< none unless `modified`
    stat_record before = {};         ///< of type `none` if added
    stat_record after = {};          ///< of type `none` if removed
    change_reason why = {};          ///< of one that a reloader tells
};

} // namespace restat
