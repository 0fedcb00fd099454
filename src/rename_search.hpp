#pragma once

#include <restat/change.hpp>
#include <restat/enumerator/file_enumerator.hpp>

#include <vector>

namespace restat::detail {

/// A change that may be one end of a rename, and is not looked at by way of a link.
using rename_ends = std::vector<change*>;

/// Makes one change of two where it is certain that the file which one name lost is the one that
/// another got: it is the only one of that device and inode on either side, has no other name, and
///
/// - all of its record is the same, to the nanosecond of ctime (so it is in a directory that was
///   renamed): the record was final, so a later file would have another ctime; or
/// - it was made no later than the ctime of the old record, while a file made after that record
///   was taken would have been made later.
///
/// What was renamed onto a name that was there modified that name, and removed the other.
void join_renames(std::vector<change>& changes, rename_ends const& ends, birth_ref births);

} // namespace restat::detail
