// The exec and the old program need different states: descriptors at different numbers, a
// different directory, a different signal mask. A new thread therefore shares only memory and
// signal handlers with the other threads, and changes all other state for itself:
//
//     the thread that restarts                   a thread for the exec
//     everything is allocated
//     timers cleared, ignored signals set
//     clone, waits ----------------------------> descriptors, directory, mask
//                                                execve: this is the process now, same pid, and
//                                                has this thread's descriptors
//     timers and signals as they were <--------- it failed: errno, and it ends
//
// The other threads never see a foreign directory or descriptor. Descriptors they open meanwhile
// are only in their own table, and their table ends with them. The new thread has no thread-local
// memory and borrows the memory of the waiting thread, so it makes only system calls.

#include "platform/process/process_exec.hpp"

#include "platform/process/clone.hpp"
#include "platform/process/environment.hpp"

#include "platform/files/refused_call.hpp"
#include "platform/process/descriptor_table.hpp"
#include "platform/process/placed_descriptors.hpp"
#include "platform/process/standard_streams.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <memory>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace restat::detail {
namespace {

class timers_cleared {
public:
    timers_cleared() noexcept {
        itimerval const none = {};
        for (int which = 0; which < count; ++which)
            ::setitimer(kind(which), &none, &before_[which]);
    }
    timers_cleared(timers_cleared const&) = delete;
    ~timers_cleared() { // runs only if exec failed
        for (int which = 0; which < count; ++which)
            ::setitimer(kind(which), &before_[which], nullptr);
    }

private:
    static constexpr int count = 3;
    static __itimer_which_t kind(int which) noexcept {
        constexpr __itimer_which_t kinds[count] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
        return kinds[which];
    }
    itimerval before_[count] = {};
};

// The state for the exec thread.
struct last_steps {
    launch_record const& launch;
    char* const* arguments;
    char* const* environment;
    int* placed;
    std::size_t placed_count;
    int const* kept;
    std::size_t kept_count;
    bool closes_others;
    int error = 0;
};

long system_call(long failed, last_steps& to) noexcept {
    if (failed < 0 && to.error == 0) to.error = errno;
    return failed;
}

// The parent death signal belongs to a thread, so the exec thread requests the signal again. If the
// parent has just ended, sends the signal directly.
void expect_death_of_parent(launch_record const& launch) noexcept {
    if (launch.death_signal == 0) return;
    ::syscall(SYS_prctl, PR_SET_PDEATHSIG, launch.death_signal, 0L, 0L, 0L);
    if (::syscall(SYS_getppid) != launch.parent) {
        ::syscall(SYS_kill, ::syscall(SYS_getpid), launch.death_signal);
    }
}

// Changes the table of this thread only, so a failed exec leaves the flags of the process
// unchanged.
void pass_descriptors(last_steps& to) noexcept {
    if (!place_descriptors(to.placed, to.placed_count)) system_call(-1, to);
    int const behind_placed = first_placed + static_cast<int>(to.placed_count);
    if (to.closes_others) {
        close_on_exec_from(behind_placed);
        for (int const number : to.launch.closed_streams) {
            ::syscall(SYS_fcntl, number, F_SETFD, static_cast<long>(FD_CLOEXEC));
        }
    }
    for (std::size_t i = 0; i < to.kept_count; ++i) {
        ::syscall(SYS_fcntl, to.kept[i], F_SETFD, 0L);
    }
}

int take_last_steps(void* context) noexcept {
    auto& to = *static_cast<last_steps*>(context);
    constexpr long mask_size = 64 / CHAR_BIT; // the size in the kernel
    pass_descriptors(to);
    system_call(::syscall(SYS_chdir, to.launch.directory.c_str()), to);
    if (to.error != 0) return 0;
    expect_death_of_parent(to.launch);
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &to.launch.signals.mask, nullptr, mask_size);
    system_call(::syscall(SYS_execve, to.launch.path.c_str(), to.arguments, to.environment), to);
    return 0; // ends only this thread
}

std::error_code exec_in_a_thread(last_steps& steps) {
    constexpr std::size_t size = 256 * 1024; // a signal handler of the host may run on it
    constexpr std::size_t alignment = 64;
    constexpr int shared = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    auto const stack = std::make_unique<unsigned char[]>(size);
    auto const end = reinterpret_cast<std::uintptr_t>(stack.get()) + size;
    auto* const top = stack.get() + size - end % alignment;
    bool const made = RESTAT_CLONE(take_last_steps, top, shared | CLONE_VFORK, &steps) >= 0;
    return made ? std::error_code{steps.error, std::generic_category()}
                : error_of(needed_call::clone, errno);
}

} // namespace

std::error_code become(exec_request const& what) {
    auto const arguments = pointers_to(what.launch.arguments);
    auto const environment = pointers_to(what.environment);
    auto placed = what.placed;
    write_listen_pid(environment.data(), ::getpid());
    flush_output();
    timers_cleared const timers;
    ignored_for_exec const signals{what.launch.signals};
    last_steps steps{what.launch,   arguments.data(), environment.data(), placed.data(),
                     placed.size(), what.kept.data(), what.kept.size(),   what.closes_others};
    return exec_in_a_thread(steps);
}

bool is_root() noexcept { return ::geteuid() == 0; }

} // namespace restat::detail
