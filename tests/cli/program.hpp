#pragma once

#include <restat/restart/exit_status.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// A directory for a single test, removed with its contents at the end.
class temporary_directory {
public:
    temporary_directory();
    temporary_directory(temporary_directory const&) = delete;
    ~temporary_directory();

    std::string operator/(std::string_view name) const { return path_ + "/" + std::string{name}; }
    std::string const& path() const noexcept { return path_; }
    /// Writes in place, as `echo TEXT > NAME` does.
    void write(std::string_view name, std::string_view text) const;
    void append(std::string_view name, std::string_view text) const;
    void rename(std::string_view from, std::string_view to) const;
    void remove(std::string_view name) const;
    void make_directory(std::string_view name) const;

private:
    std::string path_;
};

/// Makes permissions apply to the program that this process executes, even for root.
/// \source capabilities(7)
void obey_permissions();

/// The options for the start of a program in a test.
struct start_options {
    std::string directory = {};
    std::function<void()> prepare = {}; ///< called in the child just before exec
    int end_signal = SIGTERM;           ///< sent at the end of the test; KILL follows
};

/// A running program with captured standard output and error; killed at the end.
class running_program {
public:
    static constexpr std::chrono::seconds patience{60};

    running_program(std::vector<std::string> arguments, start_options how);
    running_program(running_program const&) = delete;
    ~running_program();

    /// Reads until `enough` is true; returns false after a timeout.
    bool wait_for(std::function<bool()> const& enough,
                  std::chrono::milliseconds limit = patience);
    bool wait_for_output(std::string_view text);
    bool wait_for_error(std::string_view text);
    /// Waits until no output was written for this time.
    bool becomes_silent(std::chrono::milliseconds time = std::chrono::milliseconds{400});
    /// Returns the exit status; no value after a timeout.
    std::optional<restat::exit_status> wait(std::chrono::milliseconds limit = patience);
    /// Waits for the end; returns whether this signal caused the end.
    bool ends_by(int signal);
    void signal(int number) const;
    /// Closes the pipe of its standard output.
    void close_output();

    pid_t pid() const noexcept { return pid_; }
    std::string const& output() const noexcept { return output_; }
    std::string const& error() const noexcept { return error_; }

private:
    bool read_some(std::chrono::milliseconds limit);
    bool reap();

    pid_t pid_ = -1;
    int end_signal_;
    int pipes_[2] = {-1, -1};
    std::string output_;
    std::string error_;
    std::optional<restat::exit_status> end_;
};

/// Runs `restat` with these arguments to its end.
struct finished {
    restat::exit_status status;
    std::string output;
    std::string error;
};
finished run_restat(std::vector<std::string> const& arguments, start_options how);

/// Returns the command line for `restat` with these arguments.
std::vector<std::string> restat_with(std::vector<std::string> const& arguments);

/// Returns the text with TIME instead of each duration of a run: "exited after TIME".
std::string without_durations(std::string const& text);

/// Returns whether the process exists and is not a zombie.
bool is_alive(pid_t process);
/// Waits until the process is gone.
bool is_gone_soon(pid_t process);
