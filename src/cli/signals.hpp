#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

namespace restat::cli {

/// Takes INT, TERM, HUP and QUIT off the process and turns them into requests: the first asks to
/// stop, and INT or QUIT after it asks to hurry. TSTP, as Ctrl-Z sends it, stops the process
/// between a call of `suspend` and one of `resume`. What is ignored stays so.
///
/// Threads and programs started before it are not concerned; those started after it inherit the
/// blocked signals. It also keeps PIPE, TTIN and TTOU from ending or stopping this process.
/// \threads one of its own, which calls the actions
/// \source sigwaitinfo(2), signal(7), credentials(7)
class signal_watch {
public:
    struct actions {
        std::function<void(int signal)> key; ///< INT or QUIT that a terminal sent
        std::function<void()> hurry;
        std::function<void()> suspend;
        std::function<void()> resume;
    };

    signal_watch(std::stop_source stop, actions what);
    signal_watch(signal_watch const&) = delete;
    ~signal_watch();

    /// The first signal that came, or 0.
    int received() const noexcept { return first_; }

private:
    void wait();
    void take(int signal, bool from_terminal);

    std::stop_source stop_;
    actions what_;
    std::atomic<int> first_ = 0;
    std::atomic<bool> done_ = false;
    std::thread thread_;
};

/// Stops the job of this process, as Ctrl-Z would have done if the job had had the terminal.
/// Returns when it goes on, or at once where no shell could make it go on.
/// \source "orphaned process group" in credentials(7)
void stop_job() noexcept;

/// Ends this process by `signal`, as if it had never been caught, so that whoever waits for it
/// sees that signal.
void end_by(int signal) noexcept;

} // namespace restat::cli
