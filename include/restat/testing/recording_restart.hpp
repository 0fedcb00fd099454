#pragma once

#include <restat/restart/restart_strategy.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace restat::testing {

/// A `restart_strategy` that does nothing but note what it was given, and answers as it is told.
///
/// Copies share one record, so a test keeps a copy of the one that it gives to a reloader.
/// \threads one at a time
class recording_restart {
public:
    restart_result restart(change_set const& changes, std::error_code& error) {
        record_->seen.push_back(changes);
        error = record_->error;
        return record_->answer;
    }

    /// What later calls return, and why.
    void answer(restart_result with, std::error_code error = {}) {
        record_->answer = with;
        record_->error = error;
    }
    /// All that was given so far, oldest first.
    std::vector<change_set> const& seen() const noexcept { return record_->seen; }
    /// The same, forgotten.
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
