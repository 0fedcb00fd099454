// probe LOG PORT MILLISECONDS: holds a port, and logs its life: a line `begin PID` and a line
// `end PID`, with MILLISECONDS between TERM and the end. What is wrong is a line of its own.

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace {

void log(char const* file, std::string const& line) {
    int const to = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    auto const text = line + " " + std::to_string(::getpid()) + "\n";
    if (::write(to, text.data(), text.size()) < 0) std::perror("write");
    ::close(to);
}

int listen_at(int port) {
    int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<unsigned short>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto const* const name = reinterpret_cast<sockaddr const*>(&address);
    if (::bind(listener, name, sizeof address) != 0 || ::listen(listener, 1) != 0) return -1;
    return listener;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    int const listener = listen_at(std::atoi(arguments[2]));
    log(arguments[1], listener < 0 ? std::strerror(errno) : "begin");
    int signal = 0;
    ::sigwait(&term, &signal);
    long const pause = std::atol(arguments[3]);
    timespec const time{pause / 1000, pause % 1000 * 1'000'000};
    ::nanosleep(&time, nullptr);
    log(arguments[1], "end");
    ::close(listener);
}
