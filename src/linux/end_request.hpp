#pragma once

#include "linux/thread.hpp"

#include <atomic>
#include <csignal>
#include <stop_token>

namespace restat::os {

/// For as long as it lives, TERM, INT and HUP request a stop instead of ending this process. A
/// signal that is handled otherwise stays so, and INT and HUP that are ignored do. One inside
/// another passes on what it hears. What this process starts or forks ends as ever.
/// \threads one of its own, on which stop callbacks are called
/// \errors throws `reload_error` where a descriptor or the thread cannot be had
/// \source sigaction(2), eventfd(2)
class end_request {
public:
    end_request();
    end_request(end_request const&) = delete;
    ~end_request();

    std::stop_token token() const noexcept { return stop_.get_token(); }

private:
    static constexpr int signals[] = {SIGTERM, SIGINT, SIGHUP};
    static constexpr int count = sizeof signals / sizeof *signals;

    static void* listen(void* self) noexcept;
    void take_signals() noexcept;

    std::stop_source stop_;
    std::atomic<bool> over_ = false;
    int event_;
    int around_ = -1; // the event of the one that this is inside of
    bool taken_[count] = {};
    struct sigaction before_[count] = {};
    sys::thread listener_;
};

} // namespace restat::os
