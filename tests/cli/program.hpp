#pragma once

#include <restat/restart/exit_status.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// A directory of its own for one test, removed with all below it at the end.
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

/// Has permissions concern the program that this process becomes, also as root.
/// \source capabilities(7)
void obey_permissions();

/// How a program is started for a test.
struct start_options {
    std::string directory = {};
    std::function<void()> prepare = {}; ///< called in the child just before exec
};

/// A program that runs, with its standard output and error read; killed at the end.
class running_program {
public:
    static constexpr std::chrono::seconds patience{60};

    running_program(std::vector<std::string> arguments, start_options how);
    running_program(running_program const&) = delete;
    ~running_program();

    /// Reads until `enough` is true. False if it does not come true in time.
    bool wait_for(std::function<bool()> const& enough,
                  std::chrono::milliseconds limit = patience);
    bool wait_for_output(std::string_view text);
    bool wait_for_error(std::string_view text);
    /// Waits until nothing at all was written for so long.
    bool becomes_silent(std::chrono::milliseconds time = std::chrono::milliseconds{400});
    /// Its end; nothing if it does not end in time.
    std::optional<restat::exit_status> wait(std::chrono::milliseconds limit = patience);
    void signal(int number) const;
    /// Reads no more of its standard output.
    void close_output();

    pid_t pid() const noexcept { return pid_; }
    std::string const& output() const noexcept { return output_; }
    std::string const& error() const noexcept { return error_; }

private:
    bool read_some(std::chrono::milliseconds limit);
    bool reap();

    pid_t pid_ = -1;
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

/// The command line that starts `restat` with these arguments.
std::vector<std::string> restat_with(std::vector<std::string> const& arguments);

/// Whether there is a process of this number that is no zombie.
bool is_alive(pid_t process);
/// Waits until there is none.
bool is_gone_soon(pid_t process);
