#pragma once

#include <restat/export.hpp>
#include <restat/hint_list.hpp>
#include <restat/snapshot.hpp>

namespace restat::detail {

/// Compares the scans of a part of an enumerator, one by one.
class RESTAT_EXPORT part_check {
public:
    /// Adds each file with a difference since the last call; at the first call, since `latest`.
    /// After a path came or went, everything is scanned.
    void compare(snapshot now, snapshot const& latest, hint_list& into);

private:
    snapshot before_;
    bool has_before_ = false;
};

} // namespace restat::detail
