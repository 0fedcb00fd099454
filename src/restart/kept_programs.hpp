#pragma once

#include "linux/program_copy.hpp"

namespace restat::detail {

/// Keeps what was good last, to go back to it, and what is on trial.
class kept_programs {
public:
    /// Nothing runs that is known.
    void forget_run() noexcept;
    /// The file was started. It is copied, unless it is the one that was good last.
    /// \errors none is kept of it then
    void started(program_source& file, std::error_code& error);
    /// What was good last was started.
    void went_back() noexcept;
    /// What was started last is good.
    void approve() noexcept;

    /// Whether there is something good of another content than what was started last.
    bool can_go_back() const;
    program_copy const& good() const noexcept { return good_; }

private:
    program_copy good_;
    program_copy on_trial_;
    bool good_runs_ = false;
};

} // namespace restat::detail
