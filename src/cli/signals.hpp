#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace restat::cli {

/// Takes INT, TERM, HUP and QUIT off the process and turns them into requests: the first asks to
/// stop, and INT or QUIT after it asks to hurry. What is ignored stays so.
///
/// Threads and programs started before it are not concerned; those started after it inherit the
/// blocked signals. It also keeps PIPE and TTOU from ending or stopping what writes.
/// \threads one of its own, which calls `hurry`
/// \source sigwaitinfo(2), signal(7), credentials(7)
class signal_watch {
public:
    signal_watch(std::stop_source stop, std::function<void()> hurry);
    signal_watch(signal_watch const&) = delete;
    ~signal_watch();

    /// The first signal that came, or 0.
    int received() const noexcept { return first_; }

private:
    void wait();
    void take(int signal);

    std::stop_source stop_;
    std::function<void()> hurry_;
    std::atomic<int> first_ = 0;
    std::atomic<bool> done_ = false;
    std::thread thread_;
};

/// Ends this process by `signal`, as if it had never been caught, so that whoever waits for it
/// sees that signal.
void end_by(int signal) noexcept;

} // namespace restat::cli
