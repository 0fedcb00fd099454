#pragma once

#include "linux/process_files.hpp"
#include "restart/file_evidence.hpp"

#include <optional>

namespace restat::detail {

/// The `file_evidence` of real processes. Looks at them when it is first asked, and reads the
/// content of few and small files.
class process_evidence final : public file_evidence {
public:
    process_evidence() = default;
    /// Of these processes, which run the program at this path.
    process_evidence(std::vector<int> pids, std::string program);

    file_use use_of(change const& what) override;
    std::string content_of(change const& what) override;

private:
    std::vector<int> pids_;
    std::string program_;
    std::optional<process_files> files_;
    file_number program_file_{};
    std::size_t read_ = 0;
};

} // namespace restat::detail
