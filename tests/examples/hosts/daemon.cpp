// A host that becomes a daemon: a session of its own, the root as working directory, redirected
// standard streams. The host names its files by absolute paths, like other daemons.
//
//     daemon LOG CONFIGURATION...
#include "host.hpp"

#include <restat/stat_reloader.hpp>

#include <fcntl.h>

using namespace std::chrono_literals;

namespace {

bool is_daemon() { return ::getppid() == 1 || ::getsid(0) == ::getpid(); }

// Runs once: a run started by a restart is still the daemon.
void become_daemon(char const* log) {
    if (::fork() != 0) ::_exit(0);
    ::setsid();
    (void)!::chdir("/");
    int const to = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    int const none = ::open("/dev/null", O_RDONLY);
    ::dup2(none, 0);
    ::dup2(to, 1);
    ::dup2(to, 2);
    ::close(to);
    ::close(none);
}

} // namespace

int main(int count, char** arguments) {
    if (count < 3) return 2;
    std::vector<std::string> const files(arguments + 2, arguments + count);
    if (!is_daemon()) become_daemon(arguments[1]);
    restat::stat_reloader reloader{{.track = files, .interval = 20ms}};
    restat::reloader_guard const watching{reloader};
    say_serving(first_lines_of(files));
    for (;;) ::pause();
}
