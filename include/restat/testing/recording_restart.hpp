#pragma once

#include <restat/restart/restart_strategy.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace restat::testing {

/// A `restart_strategy` that records its changes and returns a prescribed answer.
///
/// Copies share the same record, so a test keeps a copy of the strategy of its reloader. The
/// strategy itself restarts nothing.
/// \threads one at a time
class recording_restart {
public:
    /// Records the changes, and returns the prescribed answer and its error.
    restart_result restart(change_set const& changes, std::error_code& error) {
        record_->seen.push_back(changes);
        error = record_->error;
        return record_->answer;
    }

    /// Sets the result and the error of later calls.
    void answer(restart_result with, std::error_code error = {}) {
        record_->answer = with;
        record_->error = error;
    }
    /// Returns all recorded change sets, oldest first.
    std::vector<change_set> const& seen() const noexcept { return record_->seen; }
    /// Returns all recorded change sets and forgets them.
    std::vector<change_set> take() { return std::exchange(record_->seen, {}); }

private:
    struct record {
        std::vector<change_set> seen;
        restart_result answer = restart_result::restarted;
        std::error_code error;
    };
    std::shared_ptr<record> record_ = std::make_shared<record>();
};

} // namespace restat::testing
