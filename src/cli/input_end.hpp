#pragma once

#include <functional>
#include <thread>

namespace restat::cli {

/// Reads and discards standard input until its end, then calls the action once. In the background
/// of a terminal, waits for the foreground. The destructor ends the thread.
/// \threads one of its own, which calls the action
/// \source poll(2), pipe(2), termios(3)
class input_end {
public:
    /// \errors throws `reload_error` if the system gives no descriptor or thread
    explicit input_end(std::function<void()> action);
    input_end(input_end const&) = delete;
    ~input_end();

private:
    void read_to_end() const;
    void close_pipe() noexcept;

    std::function<void()> action_;
    int wake_[2] = {-1, -1}; // a pipe, written to end the thread
    std::thread thread_;
};

} // namespace restat::cli
