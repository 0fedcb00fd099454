#pragma once

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

namespace tests {

/// Calls a function in a forked child, and returns the status as a shell reports it: the result of
/// the function, or 128 plus the signal that ended the child.
template <class Function>
int in_child(Function act) {
    int const pid = ::fork();
    if (pid == 0) ::_exit(act());
    int status = 0;
    BOOST_REQUIRE(::waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Both ends of a pipe, closed by the destructor.
struct pipe_ends {
    int read = -1;
    int write = -1;

    pipe_ends() {
        int ends[2];
        BOOST_REQUIRE(::pipe(ends) == 0);
        read = ends[0];
        write = ends[1];
    }
    pipe_ends(pipe_ends const&) = delete;
    ~pipe_ends() {
        close_read();
        close_write();
    }
    void close_read() { close(read); }
    void close_write() { close(write); }

private:
    static void close(int& end) {
        if (end >= 0) ::close(end);
        end = -1;
    }
};

} // namespace tests
