#include "input_end.hpp"

#include <restat/error.hpp>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace restat::cli {
namespace {

constexpr int background_pause = 200; // ms

[[noreturn]] void fail(std::error_code error, char const* operation) {
    throw reload_error{{{}, error, operation}};
}

/// Returns whether another process group has the terminal, so that this process must not read.
bool is_in_background() noexcept {
    return ::isatty(STDIN_FILENO) && ::tcgetpgrp(STDIN_FILENO) != ::getpgrp();
}

// Another process may take the input, or the terminal, first.
bool is_temporary(int error) noexcept {
    return error == EINTR || error == EAGAIN || (error == EIO && is_in_background());
}

/// Returns whether standard input has not ended.
bool discard_some() noexcept {
    char bytes[4096];
    auto const size = ::read(STDIN_FILENO, bytes, sizeof bytes);
    return size > 0 || (size < 0 && is_temporary(errno));
}

bool is_readable(int descriptor, int limit) noexcept {
    pollfd on{descriptor, POLLIN, 0};
    return ::poll(&on, 1, limit) > 0;
}

} // namespace

input_end::input_end(std::function<void()> action) : action_{std::move(action)} {
    if (::pipe2(wake_, O_CLOEXEC) != 0) fail({errno, std::generic_category()}, "make a pipe");
    try {
        thread_ = std::thread{[this] { read_to_end(); }};
    } catch (std::system_error const& failed) {
        close_pipe();
        fail(failed.code(), "start a thread (clone3)");
    }
}

input_end::~input_end() {
    [[maybe_unused]] auto const written = ::write(wake_[1], "", 1);
    thread_.join();
    close_pipe();
}

void input_end::close_pipe() noexcept {
    for (int const end : wake_) ::close(end);
}

void input_end::read_to_end() const {
    for (;;) {
        while (is_in_background()) {
            if (is_readable(wake_[0], background_pause)) return;
        }
        pollfd on[] = {{STDIN_FILENO, POLLIN, 0}, {wake_[0], POLLIN, 0}};
        ::poll(on, 2, -1);
        if (on[1].revents != 0) return;
        if (on[0].revents != 0 && !discard_some()) return action_();
    }
}

} // namespace restat::cli
