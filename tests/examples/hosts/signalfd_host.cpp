// A host that reads its signals from a descriptor. No other thread may receive these signals.
//
//     signalfd_host CONFIGURATION...
#include "host.hpp"

#include <restat/stat_reloader.hpp>

#include <csignal>
#include <sys/signalfd.h>

using namespace std::chrono_literals;

int main(int count, char** arguments) {
    if (count < 2) return 2;
    std::vector<std::string> const files(arguments + 1, arguments + count);
    restat::stat_reloader reloader{{.track = files, .interval = 20ms}};
    restat::reloader_guard const watching{reloader};
    sigset_t mine;
    sigemptyset(&mine);
    sigaddset(&mine, SIGUSR1);
    sigaddset(&mine, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &mine,
                  nullptr); // after the guard: its thread must block them itself
    int const signals = ::signalfd(-1, &mine, 0);
    say_serving(first_lines_of(files));
    for (signalfd_siginfo one; ::read(signals, &one, sizeof one) == sizeof one;) {
        std::printf("signal %u\n", one.ssi_signo);
        std::fflush(stdout);
        if (one.ssi_signo == SIGTERM) return 0;
    }
}
