#pragma once

#include <mutex>

#include <termios.h>

namespace restat::cli {

/// Reads single keys from the terminal on standard input, without an echo and without waiting for
/// the end of a line. Keys are available while this process is in the foreground, which may begin
/// after construction. The destructor restores the modes of the terminal.
/// \source termios(3)
class keyboard {
public:
    keyboard() noexcept;
    keyboard(keyboard const&) = delete;
    ~keyboard();

    /// Returns the next key, or 0.
    char next_key() noexcept;
    /// Sets the terminal modes again, in case a shell restored its own.
    void refresh() noexcept;
    /// Restores the terminal modes, and leaves typed keys to the next owner of the terminal,
    /// until `reacquire`.
    /// \threads any
    void release() noexcept;
    void reacquire() noexcept;

private:
    bool is_available() noexcept;

    termios original_modes_ = {}; // the modes when this process first owned the terminal
    bool has_modes_ = false;
    bool is_released_ = false;
    std::mutex mutex_; // guards the members above and the modes
};

} // namespace restat::cli
