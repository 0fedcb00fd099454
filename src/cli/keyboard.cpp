#include "keyboard.hpp"

#include <poll.h>
#include <unistd.h>

namespace restat::cli {
namespace {

constexpr tcflag_t of_lines = ICANON | ECHO;

bool has_terminal() noexcept { return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp(); }

} // namespace

keyboard::keyboard() noexcept { refresh(); }

keyboard::~keyboard() { put_back(); }

bool keyboard::is_there() noexcept {
    if (is_away_ || !has_terminal()) return false;
    if (!has_found_) has_found_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    return has_found_;
}

void keyboard::put_back() noexcept {
    std::lock_guard const lock{mutex_};
    is_away_ = true;
    if (has_found_ && has_terminal()) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

void keyboard::take_again() noexcept {
    std::lock_guard const lock{mutex_};
    is_away_ = false;
}

// Reads without the mutex, because a pager may take the key first, and then the read call blocks.
char keyboard::take() noexcept {
    pollfd on{STDIN_FILENO, POLLIN, 0};
    char key = 0;
    bool const is_here = [&] {
        std::lock_guard const lock{mutex_};
        return is_there();
    }();
    bool const pressed = is_here && ::poll(&on, 1, 0) > 0;
    return pressed && ::read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
}

void keyboard::refresh() noexcept {
    std::lock_guard const lock{mutex_};
    termios modes;
    if (!is_there() || ::tcgetattr(STDIN_FILENO, &modes) != 0) return;
    if ((modes.c_lflag & of_lines) == 0) return;
    modes.c_lflag &= ~of_lines;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

} // namespace restat::cli
