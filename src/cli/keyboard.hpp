#pragma once

#include <atomic>

#include <termios.h>

namespace restat::cli {

/// The keys of the terminal on standard input, one by one and unseen. They are there while this
/// process is in the foreground, which may begin after this is made. The modes of the terminal are
/// put back when this goes.
/// \source termios(3)
class keyboard {
public:
    keyboard() noexcept;
    keyboard(keyboard const&) = delete;
    ~keyboard();

    /// A key that was pressed, or 0.
    char take() noexcept;
    /// Sets the modes, which a shell may have put back to its own.
    void refresh() noexcept;
    /// Puts the modes back for as long as this process is stopped.
    /// \threads any
    void put_back() noexcept;

private:
    bool is_there() noexcept;

    termios before_ = {}; // as they were when this process first had it
    std::atomic<bool> has_found_ = false;
};

} // namespace restat::cli
