#pragma once

#include <restat/testing/file_system_conformance.hpp>

namespace restat::testing::detail {

/// Checks the watches of a file system in a directory "checked" of their own, and appends the
/// faults.
void check_watches(file_system_calls const& files, tree_calls const& tree, std::string const& top,
                   sentences& wrong);

} // namespace restat::testing::detail
