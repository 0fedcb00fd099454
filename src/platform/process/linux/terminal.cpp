#include "platform/process/terminal.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/signal_hold.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

bool is_pipe(int number) noexcept {
    struct stat status;
    return ::fstat(number, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

} // namespace

// Opens the terminal above the standard streams, since any standard stream may be closed. A
// terminal may exist without /dev/tty.
bool terminal::open() noexcept {
    constexpr int flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
    file_ = held_descriptor{::open("/dev/tty", flags)};
    if (!file_ || file_.get() <= STDERR_FILENO) {
        file_ = duplicate(file_ ? file_.get() : STDIN_FILENO, STDERR_FILENO + 1);
    }
    if (::tcgetpgrp(file_.get()) < 0) file_.reset();
    return static_cast<bool>(file_);
}

bool terminal::is_for_child_at_start() const noexcept {
    return ::tcgetpgrp(STDIN_FILENO) >= 0 && !is_pipe(STDOUT_FILENO) && !is_pipe(STDERR_FILENO);
}

bool terminal::can_lend() noexcept {
    own_group_ = ::getpgrp();
    return ::tcgetpgrp(file_.get()) == own_group_ && ::tcgetattr(file_.get(), &modes_) == 0;
}

void terminal::lend_to(int group) const noexcept {
    signals_blocked const no_ttou;
    ::tcsetpgrp(file_.get(), group);
}

bool terminal::is_lent_to(int group) const noexcept { return ::tcgetpgrp(file_.get()) == group; }

void terminal::take_back(int group) noexcept {
    int const holder = ::tcgetpgrp(file_.get());
    if (holder < 0) return;
    bool const nobody = ::kill(-holder, 0) != 0 && errno == ESRCH;
    if (holder != group && !nobody) return; // a shell has it
    signals_blocked const no_ttou;
    ::tcsetpgrp(file_.get(), own_group_);
    ::tcsetattr(file_.get(), TCSANOW, &modes_); // output may be blocked by Ctrl-S
}

} // namespace restat::detail
