#pragma once

#include <restat/change_reason.hpp>
#include <restat/stat_record.hpp>

#include <string>
#include <string_view>

namespace restat {

/// What became of a path.
enum class change_kind : std::uint8_t {
    added,
    removed,
    modified,
    renamed, ///< the very file that had another name before; only where that is certain
};

/// "added", "removed", "modified" or "renamed".
constexpr std::string_view to_string(change_kind kind) noexcept {
    constexpr std::string_view names[] = {"added", "removed", "modified", "renamed"};
    return names[static_cast<unsigned>(kind)];
}

/// One path that differs between two looks at a tree.
struct change {
    change_kind kind = change_kind::modified;
    std::string path = {};           ///< bytes, as they are; of what was renamed, the new name
    fields differing = fields::none; ///< none if added or removed; a rename alone moves ctime
    stat_record before = {};         ///< of type `none` if added
    stat_record after = {};          ///< of type `none` if removed
    std::string from = {};           ///< the former name of what was renamed, else empty
    change_reason why = {};          ///< of one that a reloader tells
};

} // namespace restat
