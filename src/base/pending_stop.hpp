#pragma once

#include <csignal>

// Defined here alone, since the library and the program both stop their job.
namespace restat::detail {

/// A TSTP that waits for the calling thread; the destructor stops this process by the signal. A
/// shell may continue the job before that: CONT discards the signal, so the process does not stop
/// after its job was resumed. The destructor returns when this process continues, or immediately
/// if no process could continue it.
/// \source signal(7), "orphaned process group" in credentials(7)
class pending_stop {
public:
    pending_stop() noexcept {
        sigemptyset(&key_);
        sigaddset(&key_, SIGTSTP);
        ::pthread_sigmask(SIG_BLOCK, &key_, &before_);
        ::raise(SIGTSTP);
    }
    pending_stop(pending_stop const&) = delete;
    ~pending_stop() {
        ::pthread_sigmask(SIG_UNBLOCK, &key_, nullptr);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t key_;
    sigset_t before_;
};

/// Stops the job of this process like Ctrl-Z in the foreground: all its members with this
/// process. Returns when this process continues, or immediately if no process could continue it.
inline void stop_job() noexcept {
    pending_stop const this_process;
    ::kill(0, SIGTSTP); // the other members; a waiting restat recognizes the sender
}

} // namespace restat::detail
