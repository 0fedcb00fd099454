#include "keyboard.hpp"

#include <poll.h>
#include <unistd.h>

namespace restat::cli {
namespace {

constexpr tcflag_t line_mode = ICANON | ECHO;

bool is_in_foreground() noexcept { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

} // namespace

keyboard::keyboard() noexcept { refresh(); }

keyboard::~keyboard() { release(); }

bool keyboard::is_available() noexcept {
    if (is_released_ || !is_in_foreground()) return false;
    if (!has_modes_) has_modes_ = ::tcgetattr(STDIN_FILENO, &original_modes_) == 0;
    return has_modes_;
}

void keyboard::release() noexcept {
    std::lock_guard const lock{mutex_};
    is_released_ = true;
    if (has_modes_ && is_in_foreground()) ::tcsetattr(STDIN_FILENO, TCSANOW, &original_modes_);
}

void keyboard::reacquire() noexcept {
    std::lock_guard const lock{mutex_};
    is_released_ = false;
}

// Reads without the mutex, because a pager may take the key first, and then the read call blocks.
char keyboard::next_key() noexcept {
    pollfd on{STDIN_FILENO, POLLIN, 0};
    char key = 0;
    bool const is_here = [&] {
        std::lock_guard const lock{mutex_};
        return is_available();
    }();
    bool const pressed = is_here && ::poll(&on, 1, 0) > 0;
    return pressed && ::read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
}

void keyboard::refresh() noexcept {
    std::lock_guard const lock{mutex_};
    termios modes;
    if (!is_available() || ::tcgetattr(STDIN_FILENO, &modes) != 0) return;
    if ((modes.c_lflag & line_mode) == 0) return;
    modes.c_lflag &= ~line_mode;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

} // namespace restat::cli
