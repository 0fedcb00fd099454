#pragma once

#include "snapshot_contents.hpp"

#include <restat/detail/owned.hpp>

#include <functional>
#include <string>
#include <string_view>

// A scan with other roots may give a path another name, for example `/home/w/f` instead of `w/f`.
// The scan compares the tree with a known snapshot that has the new names already.
//
//     known       w/d/f  w/g                 names   w/d -> /home/w/d
//     respelled   /home/w/d/f  w/g
namespace restat::detail {

/// The names of paths in a scan with other roots than the previous scan.
struct path_names {
    std::function<std::string(std::string_view)> name_of;   ///< of a path with its former name
    std::function<bool(std::string_view)> was_root;         ///< by its former name
    std::function<bool(std::string_view)> may_have_root_in; ///< a directory
};

/// A known snapshot with new names.
struct respelling {
    path_names names;
    owned<snapshot::contents> known; ///< after the adoption, with the former names
    bool adopted = false;            ///< the known snapshot has the new names
};

/// Returns the new name of a path. Of the paths not found in a listing, only roots have a new
/// name: other enumerators name their files themselves.
std::string new_name(std::string path, bool is_listed, path_names const& names);

/// Returns a copy of a snapshot with new names. The listed names of a directory get the name of
/// their directory, unless the path is a root now. \cost linear in the size of the snapshot
snapshot::contents respelled(snapshot::contents const& known, path_names const& names);

/// Returns whether a directory or a root of a snapshot has a new name.
bool is_respelled(snapshot::contents const& known, path_names const& names);

} // namespace restat::detail
