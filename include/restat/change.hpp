#pragma once

#include <restat/change_history.hpp>
#include <restat/stat_record.hpp>

#include <string>
#include <string_view>

namespace restat {

/// The kind of a change to a path.
enum class change_kind : std::uint8_t {
    added,
    removed,
    modified,
    renamed, ///< the same file under a new name; only if that is certain
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(change_kind of) noexcept {
    using enum change_kind;
    switch (of) {
    case added: return "added";
    case removed: return "removed";
    case modified: return "modified";
    case renamed: return "renamed";
    }
    return "invalid";
}

/// A path that differs between two scans of a tree.
struct change {
    change_kind kind = change_kind::modified;
    std::string path = {};         ///< raw bytes; after a rename, the new name
    fields changed = fields::none; ///< none if added or removed; a rename alone changes ctime
    stat_record before = {};       ///< of type `none` if added
    stat_record after = {};        ///< of type `none` if removed
    std::string from = {};         ///< former name of a renamed file, else empty
    change_history history = {};   ///< set in changes that a reloader delivers
};

/// Returns a clause for people, with names escaped: "'a.conf' modified (mtime, size)" or
/// "'b' renamed from 'a'".
RESTAT_EXPORT_OR({}, std::string to_string(change const& of))

} // namespace restat
