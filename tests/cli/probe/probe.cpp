// probe LOG MILLISECONDS: listens at a socket named like its log, and logs its life: a line
// `begin PID` and a line `end PID`, with MILLISECONDS between TERM and the end. An error, such as
// a socket that another run still holds, is logged instead of the beginning.
//
// probe --serve: answers each client of the socket that is descriptor 3 with its pid.
//
// probe --serve-announced: the same, for a socket that LISTEN_FDS and LISTEN_PID announce.

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

namespace {

void log(char const* file, std::string const& line) {
    int const to = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    auto const text = line + " " + std::to_string(::getpid()) + "\n";
    if (::write(to, text.data(), text.size()) < 0) std::perror("write");
    ::close(to);
}

// Binds a name in the abstract namespace, which becomes free with its last socket and which no
// other test takes.
int listen_at(std::string_view name) {
    int const listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
    if (::bind(listener, raw, sizeof address) != 0 || ::listen(listener, 1) != 0) return -1;
    return listener;
}

bool has_number(char const* variable, int number) {
    char const* const text = std::getenv(variable);
    return text != nullptr && std::to_string(number) == text;
}

// Returns whether sd_listen_fds(3) would return a single socket.
bool is_announced() {
    return has_number("LISTEN_PID", ::getpid()) && has_number("LISTEN_FDS", 1);
}

// By the contract of sd_listen_fds, the number of the socket is 3.
int serve() {
    auto const answer = std::to_string(::getpid());
    for (;;) {
        int const client = ::accept(3, nullptr, nullptr);
        if (client < 0) return 1;
        bool const is_written = ::write(client, answer.data(), answer.size()) >= 0;
        ::close(client);
        if (!is_written) return 1;
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count == 2 && std::string_view{arguments[1]} == "--serve") return serve();
    if (count == 2 && std::string_view{arguments[1]} == "--serve-announced")
        return is_announced() ? serve() : 1;
    if (count != 3) return 2;
    sigset_t term;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    int const listener = listen_at(arguments[1]);
    log(arguments[1], listener < 0 ? std::strerror(errno) : "begin");
    int signal = 0;
    ::sigwait(&term, &signal);
    long const pause = std::atol(arguments[2]);
    timespec const time{pause / 1000, pause % 1000 * 1'000'000};
    ::nanosleep(&time, nullptr);
    log(arguments[1], "end");
    ::close(listener);
}
