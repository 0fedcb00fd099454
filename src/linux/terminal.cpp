#include "linux/terminal.hpp"

#include "linux/signal.hpp"

#include <cerrno>

#include <unistd.h>

namespace restat::detail {

bool terminal::is_there() noexcept { return ::tcgetpgrp(STDIN_FILENO) >= 0; }

bool terminal::can_lend() noexcept {
    own_group_ = ::getpgrp();
    return ::tcgetpgrp(STDIN_FILENO) == own_group_ && ::tcgetattr(STDIN_FILENO, &modes_) == 0;
}

void terminal::lend_to(int group) noexcept {
    signals_blocked const no_ttou;
    ::tcsetpgrp(STDIN_FILENO, group);
}

bool terminal::is_lent_to(int group) noexcept { return ::tcgetpgrp(STDIN_FILENO) == group; }

void terminal::take_back(int group) noexcept {
    int const holder = ::tcgetpgrp(STDIN_FILENO);
    if (holder < 0) return;
    bool const nobody = ::kill(-holder, 0) != 0 && errno == ESRCH;
    if (holder != group && !nobody) return; // a shell has it
    signals_blocked const no_ttou;
    ::tcsetpgrp(STDIN_FILENO, own_group_);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &modes_); // output may be held up (Ctrl-S) for ever
}

} // namespace restat::detail
