#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// A program run by a test, with its standard output as a pipe. Every wait is bounded. The
// destructor kills a running program.
class driven_process {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds patience{60};

    // Calls `prepare` in the child before the exec.
    explicit driven_process(std::vector<std::string> const& command,
                            void (*prepare)() = nullptr) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
        std::vector<char*> arguments;
        for (auto const& argument : command) {
            arguments.push_back(const_cast<char*>(argument.c_str()));
        }
        arguments.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], 1);
            for (int const signal : {SIGHUP, SIGINT, SIGQUIT}) std::signal(signal, SIG_DFL);
            if (prepare) prepare();
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        output_ = ends[0];
    }
    driven_process(driven_process const&) = delete;
    ~driven_process() {
        if (!status_) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(output_);
    }

    int pid() const { return pid_; }
    void signal(int number) const { ::kill(pid_, number); }

    // Returns the next line with this prefix, without the prefix, or nothing within the limit.
    // Other lines before it are kept in `skipped`.
    std::optional<std::string> line(std::string const& begin, clock::duration limit = patience) {
        auto const end = clock::now() + limit;
        for (;;) {
            while (auto next = take_line()) {
                if (next->rfind(begin, 0) == 0) return next->substr(begin.size());
                skipped += *next + '\n';
            }
            if (!read_more(end)) return {};
        }
    }

    // Returns the exit status, or 1000 + the signal, or -1 if the program still runs.
    int wait(clock::duration limit = patience) {
        auto const end = clock::now() + limit;
        while (!has_ended() && clock::now() < end) ::usleep(2000);
        return status_.value_or(-1);
    }

    // Returns the complete output of the program and its children.
    std::string rest() {
        while (read_more(clock::now() + patience)) {
        }
        return skipped + buffer_;
    }

    std::string skipped;

private:
    bool has_ended() {
        int status = 0;
        if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
            status_ = WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
        return status_.has_value();
    }

    std::optional<std::string> take_line() {
        auto const end = buffer_.find('\n');
        if (end == std::string::npos) return {};
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return line;
    }

    bool read_more(clock::time_point end) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(end - clock::now());
        pollfd on{output_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&on, 1, static_cast<int>(left.count())) <= 0)
            return false;
        char bytes[4096];
        auto const got = ::read(output_, bytes, sizeof bytes);
        if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
        return got > 0;
    }

    int pid_ = -1;
    int output_ = -1;
    std::optional<int> status_;
    std::string buffer_;
};

// Returns true if the process is gone within the limit.
inline bool is_gone(int pid, std::chrono::milliseconds limit = std::chrono::seconds{30}) {
    auto const end = driven_process::clock::now() + limit;
    while (::kill(pid, 0) == 0) {
        if (driven_process::clock::now() > end) return false;
        ::usleep(2000);
    }
    return true;
}
