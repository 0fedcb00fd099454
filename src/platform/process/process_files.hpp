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
    std::vector<file_number> written; ///< open for writing, or mapped so that a store changes it
    std::vector<file_number> loaded;  ///< now at the path of code that is mapped, as a module's
};

/// Returns the files in /proc of these processes. A process of another user shows no files.
/// \cost a file opened for each descriptor of each process, and another for its mappings
/// \source proc_pid_fd(5), proc_pid_fdinfo(5), proc_pid_maps(5)
process_files files_of(std::vector<int> const& pids);

/// Returns the files that these processes have open for writing, sorted.
/// \cost a file opened for each descriptor of each process
/// \source proc_pid_fd(5), proc_pid_fdinfo(5)
std::vector<file_number> files_written_by(std::vector<int> const& pids);

/// Returns the processes that get what this process writes to its standard output and error
/// through pipes, such as `tee`; directly or through each other. Only processes of this process
/// group count, and none that this process descends from: these may edit files on their own.
/// \cost nothing without such a pipe; otherwise a look at the descriptors of the group
/// \source pipe(7), credentials(7), proc_pid_fd(5), proc_pid_stat(5)
std::vector<int> readers_of_output();

/// Returns the number of the file at a path; zeros without a file.
file_number file_number_at(char const* path) noexcept;

} // namespace restat::detail
