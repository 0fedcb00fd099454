#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace restat::cli {

/// Intercepts INT, TERM, HUP and QUIT and turns them into requests. The first signal requests a
/// stop of the command; INT or QUIT after the first requests a kill. TSTP, as sent by Ctrl-Z,
/// stops the process between a call of `suspend` and a call of `resume`. Ignored signals stay
/// ignored.
///
/// Threads and programs started earlier keep their signal mask; later threads and programs
/// inherit the blocked signals. Also blocks PIPE, TTIN and TTOU, so that they neither end nor
/// stop this process.
/// \threads one of its own, which calls the actions
/// \source sigwaitinfo(2), signal(7), credentials(7)
class signal_watch {
public:
    struct actions {
        std::function<void(int signal)> key; ///< INT or QUIT from a terminal
        std::function<void()> kill;
        std::function<void()> suspend;
        std::function<void()> resume;
    };

    signal_watch(std::stop_source stop, actions on_signals);
    signal_watch(signal_watch const&) = delete;
    ~signal_watch();

    /// Returns the first signal received, or 0.
    int received() const noexcept { return first_signal_; }

private:
    void wait();
    void handle(int signal, bool from_terminal);

    std::stop_source stop_;
    actions actions_;
    std::atomic<int> first_signal_ = 0;
    std::atomic<bool> done_ = false;
    std::thread thread_;
};

/// Ends this process by the default action of `signal`, so that its parent process sees the
/// signal in the exit status.
void end_by(int signal) noexcept;

} // namespace restat::cli
