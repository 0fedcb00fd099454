#pragma once

#include <restat/stat_record.hpp>

#include <string>
#include <utility>
#include <vector>

namespace restat::detail {

/// Identifies a file among all existing files of the system.
using file_number = std::pair<std::uint64_t, std::uint64_t>; ///< device, inode

/// The files in use by some processes; both lists are sorted.
struct process_files {
    std::vector<file_number> written; ///< open for writing
    std::vector<file_number> loaded;  ///< now at the path of a mapping, or of the program
};

/// Returns the files in /proc of these processes. A process of another user shows no files.
/// \cost a file opened for each descriptor of each process, and another for its mappings
/// \source proc_pid_fd(5), proc_pid_fdinfo(5), proc_pid_maps(5)
process_files files_of(std::vector<int> const& pids);

/// Returns the number of the file at a path; zeros without a file.
file_number file_number_at(char const* path) noexcept;

} // namespace restat::detail
