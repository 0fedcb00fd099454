#include "platform/files/bounded_write.hpp"

#include "platform/files/signal_hold.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <ctime>

#include <poll.h>
#include <unistd.h>

namespace restat::detail {
namespace {

// Hides a SIGPIPE of this thread's own writes from the host.
class no_sigpipe {
public:
    no_sigpipe() noexcept {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    no_sigpipe(no_sigpipe const&) = delete;
    ~no_sigpipe() {
        timespec const at_once{};
        while (!was_pending_ && ::sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_;
    sigset_t before_;
    bool was_pending_;
};

} // namespace

// A ready pipe takes PIPE_BUF bytes without blocking.
bool bounded_write(int descriptor, std::string_view text,
                   std::chrono::milliseconds limit) noexcept {
    no_sigpipe const guarded;
    detail::file_size_signal_held const held;
    while (!text.empty()) {
        pollfd room{descriptor, POLLOUT, 0};
        int const ready = ::poll(&room, 1, static_cast<int>(limit.count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready != 1 || (room.revents & POLLNVAL) != 0) return false;
        auto const written =
            ::write(descriptor, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
        if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace restat::detail
