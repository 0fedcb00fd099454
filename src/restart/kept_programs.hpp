#pragma once

#include "platform/process/program_copy.hpp"

namespace restat::detail {

/// Keeps a copy of the last good program, for a rollback, and a copy of the program on trial.
class kept_programs {
public:
    /// Forgets the running program: its file is now unknown.
    void forget_run() noexcept;
    /// Records the start of a file. Copies the file, unless the last good program already has the
    /// same source.
    /// \errors the file is then not kept
    void started(program_source& file, std::error_code& error);
    /// Records a start of the last good copy.
    void rolled_back_to_good() noexcept;
    /// Marks the program started last as good.
    void approve() noexcept;

    /// Returns true if the last good program has different content from the program started last.
    bool can_roll_back() const;
    program_copy const& good() const noexcept { return good_; }

private:
    program_copy good_;
    program_copy on_trial_;
    bool is_good_running_ = false;
};

} // namespace restat::detail
