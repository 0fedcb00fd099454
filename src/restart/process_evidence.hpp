#pragma once

#include "platform/process/process_files.hpp"
#include "restart/file_evidence.hpp"
#include "restart/written_files.hpp"

#include <restat/detail/start_directory.hpp>

#include <optional>

namespace restat::detail {

/// The `file_evidence` of real processes. The first question reads the open files of the
/// processes. A file that a reader of this process's output holds open, such as the log of `tee`,
/// counts as written by them, and so does a file that they were seen to write earlier in the run.
/// Reads content only from small files, and only from a few.
class process_evidence final : public file_evidence {
public:
    process_evidence() = default;
    /// Describes these processes, running the program at this path. Relative paths of changes
    /// are below the directory.
    process_evidence(std::vector<int> pids, std::string program, start_directory directory,
                     written_files written_before = {});

    file_use use_of(change const& what) override;
    std::string content_of(change const& what) override;

private:
    std::vector<int> pids_;
    std::string program_;
    start_directory directory_;
    written_files written_before_; // in this run
    std::optional<process_files> files_;
    std::optional<process_files> logs_; // of the readers of the output
    file_number program_file_{};
    std::size_t files_read_ = 0;
};

} // namespace restat::detail
