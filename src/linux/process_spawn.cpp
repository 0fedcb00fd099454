// How a child is started.
//
//     parent                                   child
//     everything is allocated
//     all signals blocked
//     fork ----------------------------------> own group; to die with the parent's thread
//     own group for the child (both do it:     was the parent gone before? then end
//       neither has to wait for the other)     the terminal, dispositions, descriptors, mask
//     reads the pipe <------------------------ execve; if it fails, errno into the pipe
//       end of file: the exec took place
//
// Between fork and exec only async-signal-safe calls are made: another thread of the parent may
// have held any lock. A copy of the pipe may live on in a process that the host forks on another
// thread in that moment; so the parent also asks the kernel whether the exec took place.

#include "linux/process.hpp"

#include "linux/launch.hpp"
#include "linux/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace restat::detail {
namespace {

struct prepared {
    spawn_request const& what;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    int parent;
    int descriptor_limit;
    held_descriptor reading;
    held_descriptor writing;
};

std::error_code system_error(int number) noexcept { return {number, std::generic_category()}; }

bool make_pipe(prepared& start) noexcept {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    start.reading = held_descriptor{ends[0]};
    start.writing = held_descriptor{ends[1]};
    return true;
}

int descriptor_limit() noexcept {
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
}

// The parent's number is 0 for a child that is the first of a new PID namespace: then the pipe,
// whose other end only the parent has, must do.
bool is_orphan(prepared const& start) noexcept {
    int const parent = ::getppid();
    if (parent != 0) return parent != start.parent;
    pollfd on{start.writing.get(), 0, 0};
    return ::poll(&on, 1, 0) > 0 && (on.revents & POLLERR) != 0;
}

void close_on_exec_but(std::vector<int> const& keep, int limit) noexcept {
    constexpr unsigned close_range_cloexec = 1U << 2;
    if (::syscall(SYS_close_range, 3U, ~0U, close_range_cloexec) != 0) {
        for (int number = 3; number < limit; ++number) set_on_exec(number, on_exec::close);
    }
    for (int const number : keep) set_on_exec(number, on_exec::keep);
}

[[noreturn]] void call_function(prepared& start) noexcept {
    environ = start.environment.data();
    set_mask(start.what.signals);
    int const status = start.what.run();
    std::fflush(nullptr);
    ::_exit(status);
}

[[noreturn]] void be_child(prepared& start) noexcept {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    start.reading.reset();
    if (is_orphan(start)) ::_exit(127);
    if (start.what.place == spawn_request::on_terminal::foreground) {
        terminal::lend_to(::getpid());
    }
    reset_dispositions(start.what.signals);
    if (start.what.run) {
        start.writing.reset();
        call_function(start);
    }
    close_on_exec_but(start.what.keep, start.descriptor_limit);
    set_mask(start.what.signals);
    ::execve(start.what.path.c_str(), start.arguments.data(), start.environment.data());
    int const reason = errno;
    if (::write(start.writing.get(), &reason, sizeof reason) < 0) ::_exit(126);
    ::_exit(127);
}

bool has_execed(int pid) {
    constexpr unsigned long forked_but_not_execed = 0x40; // PF_FORKNOEXEC
    char path[40];
    std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
    std::string text;
    if (!read_whole(path, text)) return false;
    char state = 0;
    unsigned long flags = forked_but_not_execed;
    auto const name_end = std::min(text.rfind(')'), text.size() - 1);
    std::sscanf(text.c_str() + name_end, ") %c %*d %*d %*d %*d %*d %lu", &state, &flags);
    return (flags & forked_but_not_execed) == 0;
}

// What the exec failed with, 0 if it took place.
int exec_outcome(int reading, int pid) {
    constexpr int pause = 50; // ms
    constexpr int pauses = 200;
    for (int waited = 0; waited < pauses;) {
        pollfd on{reading, POLLIN, 0};
        int const ready = ::poll(&on, 1, pause);
        if (ready < 0) continue; // EINTR
        if (ready == 0 && has_execed(pid)) return 0;
        if (ready == 0) ++waited;
        if (ready == 0) continue;
        int reason = 0;
        ssize_t const got = ::read(reading, &reason, sizeof reason);
        if (got < 0 && errno == EINTR) continue;
        return got == sizeof reason ? reason : 0;
    }
    return 0;
}

int fork_child(prepared& start) {
    signals_blocked const quiet;
    int const pid = ::fork();
    if (pid == 0) be_child(start);
    return pid;
}

} // namespace

int spawn(spawn_request const& what, std::error_code& error) {
    error.clear();
    prepared start{what,       pointers_to(what.arguments), pointers_to(what.environment),
                   ::getpid(), descriptor_limit(),          {},
                   {}};
    if (what.run) std::fflush(nullptr); // else the child would write it a second time
    int const pid = make_pipe(start) ? fork_child(start) : -1;
    if (pid < 0) {
        error = system_error(errno);
        return 0;
    }
    ::setpgid(pid, pid);
    start.writing.reset();
    int const reason = what.run ? 0 : exec_outcome(start.reading.get(), pid);
    if (reason == 0) return pid;
    reap(pid);
    error = system_error(reason);
    return 0;
}

} // namespace restat::detail
