#pragma once

#include <restat/stat_record.hpp>

#include <string>
#include <utility>
#include <vector>

namespace restat::detail {

/// A file as the kernel tells it from all others, for as long as it exists.
using file_number = std::pair<std::uint64_t, std::uint64_t>; ///< device, inode

/// The files that some processes use; both lists are sorted.
struct process_files {
    std::vector<file_number> written; ///< open for writing
    std::vector<file_number> loaded;  ///< now at the path of a mapping, or of the program
};

/// What can be read in /proc of these processes. A process of another user shows nothing.
/// \cost a file opened for each descriptor of each process, and one for its mappings
/// \source proc_pid_fd(5), proc_pid_fdinfo(5), proc_pid_maps(5)
process_files files_of(std::vector<int> const& pids);

/// The number of the file at a path; zeros if there is none.
file_number file_number_at(char const* path) noexcept;

} // namespace restat::detail
