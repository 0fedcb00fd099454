#pragma once

#include <termios.h>

namespace restat::cli {

/// The keys of the terminal on standard input, one by one and unseen. Its modes are put back when
/// this goes.
/// \source termios(3)
class keyboard {
public:
    keyboard() noexcept;
    keyboard(keyboard const&) = delete;
    ~keyboard();

    /// Whether there is one. A terminal that a shell has taken meanwhile is left alone.
    bool is_there() const noexcept;
    /// A key that was pressed, or 0.
    char take() const noexcept;
    /// Sets the modes again, where a shell has put back its own.
    void refresh() const noexcept;

private:
    termios before_ = {};
    bool found_ = false;
};

} // namespace restat::cli
