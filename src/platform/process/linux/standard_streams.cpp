#include "platform/process/standard_streams.hpp"

#include "platform/files/signal_hold.hpp"

#include <climits>
#include <cstddef>
#include <cstdio>
#include <initializer_list>

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

namespace restat::detail {
namespace {

// Returns true if a flush of the stream cannot block on its reader.
bool has_room(int number, std::size_t pending) noexcept {
    pollfd on{number, POLLOUT, 0};
    if (::poll(&on, 1, 0) != 1 || (on.revents & POLLOUT) == 0) return false;
    struct stat status;
    if (pending <= PIPE_BUF || ::fstat(number, &status) != 0 || !S_ISFIFO(status.st_mode)) {
        return true;
    }
    int unread = 0;
    return ::ioctl(number, FIONREAD, &unread) == 0 && unread == 0 &&
           static_cast<long>(pending) <= ::fcntl(number, F_GETPIPE_SZ);
}

bool flush_at_once(FILE* stream) noexcept {
    if (::ftrylockfile(stream) != 0) return false;
    bool const can = has_room(::fileno(stream), ::__fpending(stream));
    if (can) std::fflush(stream);
    ::funlockfile(stream);
    return can;
}

} // namespace

bool flush_output() noexcept {
    file_size_signal_held const quiet;
    constexpr int pause = 10; // ms
    int left = 20;            // pauses left
    bool whole = true;
    for (FILE* const stream : {stdout, stderr}) {
        bool done = flush_at_once(stream);
        while (!done && left-- > 0) {
            ::poll(nullptr, 0, pause);
            done = flush_at_once(stream);
        }
        whole = whole && done;
    }
    return whole;
}

bool flush_for_copy() noexcept {
    if (!flush_output()) return false;
    if (::ftrylockfile(stdin) != 0) return true;
    std::fflush(nullptr);
    ::funlockfile(stdin);
    return true;
}

void forget_output() noexcept {
    for (FILE* const stream : {stdout, stderr}) ::__fpurge(stream);
}

} // namespace restat::detail
