#include "scratch.hpp"

#include "descriptor.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace bench {
namespace {

// Signals that end the program, and the one that tells of the end of a child, blocked.
class held_signals {
public:
    held_signals() {
        ::sigemptyset(&held_);
        for (int const each : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaddset(&held_, each);
        ::sigprocmask(SIG_BLOCK, &held_, &before_);
    }
    void release() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    int wait() const { return ::sigwaitinfo(&held_, nullptr); }

private:
    sigset_t held_{};
    sigset_t before_{};
};

[[noreturn]] void work_in(std::string const& scratch, pid_t parent,
                          std::function<int(std::string const&)> const& work) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) std::_Exit(1);
    int status = 1;
    try {
        status = work(scratch);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
    }
    std::fflush(nullptr);
    std::_Exit(status);
}

// The status of the worker, or 128 and the signal that ended the wait or the worker.
int wait_for(pid_t worker, held_signals const& signals) {
    for (;;) {
        int const signal = signals.wait();
        int status = 0;
        if (signal < 0) continue;
        if (signal == SIGCHLD && ::waitpid(worker, &status, WNOHANG) != worker) continue;
        ::kill(-worker, SIGKILL); // also what it left behind
        if (signal == SIGCHLD) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        ::waitpid(worker, nullptr, 0);
        return 128 + signal;
    }
}

// There may be millions of files, and a disk that is asked to discard the block of each directory
// lets whoever removes it wait: so many threads wait at once, from the third level on.
void remove_tree(std::string const& root) {
    namespace fs = std::filesystem;
    std::error_code ignored; // somebody may still be dying; what is left is tried once more
    std::vector<fs::path> below;
    for (fs::recursive_directory_iterator at{root, ignored}, end; at != end;
         at.increment(ignored)) {
        if (at.depth() == 2) at.disable_recursion_pending();
        below.push_back(at->path());
    }
    in_threads(16, below.size(), [&](std::size_t index) {
        std::error_code failed;
        fs::remove_all(below[below.size() - 1 - index], failed);
    });
    fs::remove_all(root, ignored);
}

} // namespace

int with_scratch(std::string const& parent, std::function<int(std::string const&)> const& work) {
    std::string scratch = parent + "/restat-benchmark-XXXXXX";
    if (!::mkdtemp(scratch.data())) must(-1, scratch);
    held_signals const signals;
    pid_t const self = ::getpid();
    std::fflush(nullptr);
    pid_t const worker = must(::fork(), "fork");
    if (worker == 0) {
        signals.release();
        work_in(scratch, self, work);
    }
    ::setpgid(worker, worker);
    int const status = wait_for(worker, signals);
    remove_tree(scratch);
    return status;
}

} // namespace bench
