#pragma once

#include <restat/change.hpp>
#include <restat/enumerator/file_enumerator.hpp>

#include <vector>

namespace restat::detail {

/// A change that may be an end of a rename, of a path without a link.
struct rename_end {
    change const* difference = nullptr;
    rename_end const* other = nullptr; ///< other end of a certain rename
};

/// Finds the certain renames among changes, a step at a time. A removed and an added path are a
/// certain rename if no other path has this device and inode, the file has no second name, and
///
/// - the whole record is the same, to the nanosecond of ctime (the file is in a renamed directory):
///   the old record was final, so a new file would have another ctime; or
/// - the birth time is not after the ctime of the old record: a new file would be younger.
///
/// A rename onto an existing name modifies this name, and removes the old name.
class rename_search {
public:
    /// Adds a change. Its address must stay the same until the last step. \cost logarithmic
    void add(rename_end& one);
    /// Takes the next step. Returns false after the last step. \cost logarithmic, and at most one
    /// look-up of a birth time
    bool step(birth_ref births);

private:
    static rename_end* pop(std::vector<rename_end*>& from);

    std::vector<rename_end*> gone_; // heaps, by device and inode
    std::vector<rename_end*> come_;
};

/// Joins the two ends of a rename into a single change.
change joined(change const& gone, change come);

} // namespace restat::detail
