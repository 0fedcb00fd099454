#pragma once

#include <restat/detail/file_reader.hpp>
#include <restat/detail/start_directory.hpp>

#include <memory>

namespace restat::detail {

/// Returns a reader of the files of this system. Relative paths begin in the directory.
std::shared_ptr<file_reader> kernel_file_reader(start_directory const& from);

} // namespace restat::detail
