#pragma once

#include <restat/restart/command_restart.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace restat::cli {

/// A `restart_strategy` that restarts a command, but not at full speed for ever where the command
/// itself writes what is watched.
///
/// When files changed soon after each of many starts in a row, the next restart is refused until
/// the command had a while; it runs on meanwhile, and no change is lost.
class paced_restart {
public:
    static constexpr std::chrono::seconds soon{1};  ///< after a start
    static constexpr std::size_t patience = 10;     ///< starts in a row
    static constexpr std::chrono::seconds pause{2}; ///< from a start to the restart, from then on

    /// `tell` gets a path that changed after each of those starts, once for each such row.
    paced_restart(command_restart command, std::function<void(std::string const& path)> tell);

    restart_result restart(change_set const& changes, std::error_code& error);
    void start(time_point now) { command_.start(now); }
    supervision supervise(time_point now);
    void stop(time_point now) { command_.stop(now); }
    int descriptor() const noexcept { return command_.descriptor(); }

    command_restart& command() noexcept { return command_; }

private:
    bool comes_soon(time_point now);
    bool is_suspected(change_set const& changes) const;
    void remember(change_set const& changes);

    command_restart command_;
    std::function<void(std::string const&)> tell_;
    int pid_ = 0;
    std::optional<time_point> started_;
    std::optional<time_point> offered_; // what is due now, for the first time
    std::size_t row_ = 0;               // starts after which something changed soon
    std::vector<std::string> suspects_; // what changed after each of them, in order
};

} // namespace restat::cli
