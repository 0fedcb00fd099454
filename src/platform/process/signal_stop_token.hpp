#pragma once

#include "platform/files/thread.hpp"

#include <atomic>
#include <csignal>
#include <stop_token>

namespace restat::detail {

/// While an object lives, TERM, INT and HUP request a stop instead of terminating this process.
/// Signals with another handler keep it, and ignored INT and HUP stay ignored. A nested object
/// forwards its signals to the outer object. Programs and copies started by this process
/// terminate as usual.
/// \threads a thread of its own, for the stop callbacks
/// \errors throws `reload_error` if the system has no descriptor or thread left
/// \source sigaction(2), eventfd(2)
class signal_stop_token {
public:
    signal_stop_token();
    signal_stop_token(signal_stop_token const&) = delete;
    ~signal_stop_token();

    std::stop_token token() const noexcept { return stop_.get_token(); }

private:
    static constexpr int signals[] = {SIGTERM, SIGINT, SIGHUP};
    static constexpr int count = sizeof signals / sizeof *signals;

    static void* listen(void* self) noexcept;
    void take_signals() noexcept;

    std::stop_source stop_;
    std::atomic<bool> over_ = false;
    int event_;
    int around_ = -1; // the event of the outer object
    bool taken_[count] = {};
    struct sigaction before_[count] = {};
    detail::thread listener_;
};

} // namespace restat::detail
