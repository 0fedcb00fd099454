// A host that takes its signals from a descriptor: it blocks them before anything else, and no
// other thread may take them.
//
//     signalfd_host CONFIGURATION
#include "host.hpp"

#include <restat/stat_reloader.hpp>

#include <csignal>
#include <fstream>
#include <sys/signalfd.h>

using namespace std::chrono_literals;

int main(int count, char** arguments) {
    if (count != 2) return 2;
    restat::stat_reloader reloader{{.track = {arguments[1]}, .interval = 20ms}};
    restat::reloader_guard const watching{reloader};
    sigset_t mine;
    sigemptyset(&mine);
    sigaddset(&mine, SIGUSR1);
    sigaddset(&mine, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &mine,
                  nullptr); // after the guard: its thread must block them itself
    int const signals = ::signalfd(-1, &mine, 0);
    std::string text;
    std::getline(std::ifstream{arguments[1]}, text);
    say_serving(text);
    for (signalfd_siginfo one; ::read(signals, &one, sizeof one) == sizeof one;) {
        std::printf("signal %u\n", one.ssi_signo);
        std::fflush(stdout);
        if (one.ssi_signo == SIGTERM) return 0;
    }
}
