#pragma once

#include <mutex>

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
    /// Puts the modes back, and leaves what is typed to whoever has the terminal next, until
    /// `take_again`.
    /// \threads any
    void put_back() noexcept;
    void take_again() noexcept;

private:
    bool is_there() noexcept;

    termios before_ = {}; // as they were when this process first had it
    bool has_found_ = false;
    bool is_away_ = false;
    std::mutex mutex_; // of all that is above, and of the modes
};

} // namespace restat::cli
