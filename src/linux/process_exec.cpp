#include "linux/process_exec.hpp"

#include "linux/launch.hpp"
#include "linux/memfd.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

namespace restat::detail {
namespace {

// Each of these changes one thing that an exec would let the new program have, and changes it
// back when it goes, which it does only if there was no exec.

class in_directory {
public:
    explicit in_directory(std::string const& to) noexcept
        : before_{::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)} {
        entered_ = before_ && ::chdir(to.c_str()) == 0;
        if (!entered_) error_ = errno;
    }
    in_directory(in_directory const&) = delete;
    ~in_directory() {
        if (entered_ && ::fchdir(before_.get()) != 0) error_ = errno;
    }
    int error() const noexcept { return error_; }

private:
    held_descriptor before_;
    bool entered_ = false;
    int error_ = 0;
};

class timers_cleared {
public:
    timers_cleared() noexcept {
        itimerval const none = {};
        for (int which = 0; which < count; ++which)
            ::setitimer(kind(which), &none, &before_[which]);
    }
    timers_cleared(timers_cleared const&) = delete;
    ~timers_cleared() {
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

class inherited_descriptor {
public:
    explicit inherited_descriptor(int number) noexcept : number_{number} {
        if (number_ >= 0) set_on_exec(number_, on_exec::keep);
    }
    inherited_descriptor(inherited_descriptor const&) = delete;
    ~inherited_descriptor() {
        if (number_ >= 0) set_on_exec(number_, on_exec::close);
    }

private:
    int number_;
};

// What would have to be waited for is left alone, as that could take for ever: a stream that
// another thread is in, and one whose reader does not keep up.
void flush_output() noexcept {
    for (FILE* const stream : {stdout, stderr}) {
        if (::ftrylockfile(stream) != 0) continue;
        pollfd on{::fileno(stream), POLLOUT, 0};
        if (::poll(&on, 1, 0) == 1 && (on.revents & POLLOUT) != 0) std::fflush(stream);
        ::funlockfile(stream);
    }
}

} // namespace

std::error_code become(exec_request const& what) {
    auto const arguments = pointers_to(what.arguments);
    auto const environment = pointers_to(what.environment);
    flush_output();
    in_directory const there{what.directory};
    int reason = there.error();
    if (reason == 0) {
        timers_cleared const timers;
        inherited_descriptor const inherited{what.inherited};
        signals_for_exec const signals{what.signals};
        ::execve(what.path.c_str(), arguments.data(), environment.data());
        reason = errno;
    }
    return {reason, std::generic_category()};
}

bool is_root() noexcept { return ::geteuid() == 0; }

} // namespace restat::detail
