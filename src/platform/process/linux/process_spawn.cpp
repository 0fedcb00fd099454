// Starts a child process.
//
//     parent                                   child
//     everything is allocated
//     all signals blocked
//     clone ---------------------------------> own group; to die with the parent's thread
//       stands still, and lends its memory     was the parent gone before? then end
//                                              the terminal, dispositions, descriptors, mask
//       goes on <----------------------------- execve; if it fails, errno into the request
//
// The child borrows the memory instead of copying it, so the cost of a start does not depend on
// the size of the parent. A function instead of a program needs a copy: fork. In both cases only
// async-signal-safe calls precede the exec or the function, since another thread of the parent
// may hold any lock.

#include "platform/process/process_spawn.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/refused_call.hpp"
#include "platform/files/signal_hold.hpp"
#include "platform/files/system_error.hpp"
#include "platform/process/clone.hpp"
#include "platform/process/descriptor_table.hpp"
#include "platform/process/environment.hpp"
#include "platform/process/placed_descriptors.hpp"
#include "platform/process/process.hpp"
#include "platform/process/signal.hpp"
#include "platform/process/standard_streams.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::size_t stack_size = 64 * 1024;
constexpr int not_started = 127; // never reported

struct prepared {
    spawn_request const& what;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    std::vector<int> placed;
    std::string path_of_image;
    int parent;
    held_descriptor parents_end; // readable after the parent's end
    held_descriptor nothing;     // /dev/null, for a child without input
    int error = 0;
};

// The parent's number is 0 for a child that is the first process of a new PID namespace.
bool is_orphan(prepared const& start) noexcept {
    int const parent = ::getppid();
    if (parent != 0) return parent != start.parent;
    pollfd on{start.parents_end.get(), POLLIN, 0};
    return ::poll(&on, 1, 0) > 0;
}

void close_on_exec_but(std::vector<int> const& keep) noexcept {
    close_on_exec_from(first_placed);
    for (int const number : keep) set_on_exec(number, on_exec::keep);
}

// Returns false if the parent has already ended.
bool be_child(prepared const& start) noexcept {
    if (start.what.reads == spawn_request::input::nothing) {
        ::setsid(); // also a new group, without a terminal that could stop it
    } else {
        ::setpgid(0, 0);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (is_orphan(start)) return false;
    if (start.what.lends) {
        if (start.what.relay) start.what.relay->join(::getpid()); // before the first key
        start.what.lends->lend_to(::getpid());
    }
    if (start.nothing) ::dup2(start.nothing.get(), STDIN_FILENO);
    reset_dispositions(start.what.signals);
    return true;
}

[[noreturn]] void call_function(prepared& start) noexcept {
    if (!be_child(start)) ::_exit(not_started);
    start.parents_end.reset();
    environ = start.environment.data();
    set_mask(start.what.signals);
    int const status = start.what.run();
    std::fflush(nullptr);
    ::_exit(status);
}

// Returns only on failure.
void execute(prepared& start) noexcept {
    char* const* const arguments = start.arguments.data();
    char* const* const environment = start.environment.data();
    if (start.what.image < 0) {
        ::execve(start.what.path.c_str(), arguments, environment);
        return;
    }
    ::syscall(SYS_execveat, start.what.image, "", arguments, environment, AT_EMPTY_PATH);
    if (errno == EPERM || errno == ENOSYS) {
        ::execve(start.path_of_image.c_str(), arguments, environment);
    }
}

// Runs in the parent's memory while the parent waits.
int call_exec(void* data) noexcept {
    auto& start = *static_cast<prepared*>(data);
    if (!be_child(start)) return not_started;
    close_on_exec_but(start.what.keep);
    write_listen_pid(start.environment.data(), ::getpid());
    set_mask(start.what.signals);
    auto const& directory = start.what.directory;
    bool const is_there = directory.empty() || ::chdir(directory.c_str()) == 0;
    if (is_there && place_descriptors(start.placed.data(), start.placed.size())) {
        execute(start);
    }
    start.error = errno;
    return not_started;
}

int fork_child(prepared& start) {
    bool const flushed = flush_for_copy(); // otherwise the child would write the output again
    signals_blocked const quiet;
    int const pid = ::fork();
    if (pid == 0 && !flushed) forget_output();
    if (pid == 0) call_function(start);
    if (pid > 0) ::setpgid(pid, pid); // parent and child both do this, so neither waits
    return pid;
}

int clone_child(prepared& start) {
    std::unique_ptr<std::byte[]> const stack{new std::byte[stack_size]};
    auto const end = reinterpret_cast<std::uintptr_t>(stack.get() + stack_size);
    auto* const top = reinterpret_cast<void*>(end - end % 64);
    signals_blocked const quiet;
    return RESTAT_CLONE(call_exec, top, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
}

// The older form of the same call.
int vfork_child(prepared& start) {
    signals_blocked const quiet;
    int const pid = ::vfork();
    if (pid == 0) ::_exit(call_exec(&start));
    return pid;
}

int exec_child(prepared& start) {
    int const pid = clone_child(start);
    bool const is_refused = pid < 0 && (errno == EPERM || errno == ENOSYS);
    return is_refused ? vfork_child(start) : pid;
}

} // namespace

spawn_outcome spawn(spawn_request const& what) {
    prepared start{what,
                   pointers_to(what.arguments),
                   pointers_to(what.environment),
                   what.placed,
                   "/proc/self/fd/" + std::to_string(what.image),
                   ::getpid(),
                   end_descriptor(::getpid()),
                   {}};
    if (what.reads == spawn_request::input::nothing) {
        start.nothing = held_descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
        if (!start.nothing) return {0, system_error(errno), spawn_outcome::cause::system};
    }
    int const pid = what.run ? fork_child(start) : exec_child(start);
    if (pid < 0) {
        return {0, error_of(needed_call::clone, errno), spawn_outcome::cause::system};
    }
    if (start.error == 0) return {pid, {}, {}};
    reap(pid);
    return {0, system_error(start.error), spawn_outcome::cause::program};
}

} // namespace restat::detail
