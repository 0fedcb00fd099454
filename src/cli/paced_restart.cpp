#include "paced_restart.hpp"

#include <restat/clock/sleep_clock.hpp>

#include <algorithm>

namespace restat::cli {

paced_restart::paced_restart(command_restart command,
                             std::function<void(std::string const&)> tell)
    : command_{std::move(command)}, tell_{std::move(tell)} {}

supervision paced_restart::supervise(time_point now) {
    auto const state = command_.supervise(now);
    if (int const pid = command_.pid(); pid != 0 && std::exchange(pid_, pid) != pid) {
        started_ = now;
    }
    return state;
}

restart_result paced_restart::restart(change_set const& changes, std::error_code& error) {
    auto const now = sleep_clock{}.now();
    bool const suspicious = comes_soon(now) && is_suspected(changes);
    if (suspicious && row_ == patience) tell_(suspects_.front());
    if (suspicious && row_ >= patience && now < *started_ + pause) {
        row_ = patience + 1; // told
        error = std::make_error_code(std::errc::resource_unavailable_try_again);
        return restart_result::refused;
    }
    auto const result = command_.restart(changes, error);
    if (result == restart_result::refused) return result;
    if (!suspicious) row_ = 0;
    remember(changes);
    offered_.reset();
    return result;
}

bool paced_restart::comes_soon(time_point now) {
    if (!offered_) offered_ = now;
    return started_ && *offered_ < *started_ + soon;
}

// Whether all of it changed after each start of the row, or the row begins with it.
bool paced_restart::is_suspected(change_set const& changes) const {
    return row_ == 0 || std::all_of(changes.begin(), changes.end(), [&](change const& what) {
               return std::find(suspects_.begin(), suspects_.end(), what.path) != suspects_.end();
           });
}

void paced_restart::remember(change_set const& changes) {
    std::erase_if(suspects_, [&](auto const& path) { return !changes.contains(path); });
    if (suspects_.empty()) row_ = 0;
    if (row_++ == 0) {
        suspects_.clear();
        for (auto const& what : changes) suspects_.push_back(what.path);
    }
}

} // namespace restat::cli
