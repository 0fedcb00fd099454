#pragma once

#include <restat/change.hpp>
#include <restat/enumerator/file_enumerator.hpp>

#include <vector>

namespace restat::detail {

/// A change that may be one end of a rename, and is not looked at by way of a link.
struct rename_end {
    change const* what = nullptr;
    rename_end const* other = nullptr; ///< the other end, where the rename is certain
};

/// Finds, a step at a time, the pairs of changes of which it is certain that the file which one
/// name lost is the one that another got: it is the only one of that device and inode on either
/// side, has no other name, and
///
/// - all of its record is the same, to the nanosecond of ctime (so it is in a directory that was
///   renamed): the record was final, so a later file would have another ctime; or
/// - it was made no later than the ctime of the old record, while a file made after that record
///   was taken would have been made later.
///
/// What was renamed onto a name that was there modified that name, and removed the other.
class rename_search {
public:
    /// Adds a change, which must stay where it is until the end. \cost logarithmic
    void add(rename_end& one);
    /// False if no pair is left. \cost logarithmic, and at most one question when a file was made
    bool step(birth_ref births);

private:
    static rename_end* pop(std::vector<rename_end*>& from);

    std::vector<rename_end*> gone_; // heaps, by device and inode
    std::vector<rename_end*> come_;
};

/// The change that both ends of a rename are.
change joined(change const& gone, change come);

} // namespace restat::detail
