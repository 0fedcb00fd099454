// A server that replaces itself with its next version: after a rebuild, or a save of its
// configuration, the server restarts under the same pid. The first three lines of main do all of
// this.
//
//     server PORT CONFIGURATION
#include <restat/stat_reloader.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {

constexpr char version[] = "1";

std::string greeting_in(char const* file) {
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    return line;
}

/// Returns a listening socket on the loopback, or -1. The socket is closed on exec.
int listen_on(int port) {
    int const listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    void* const raw = &address;
    bool const listens = bind(listener, static_cast<sockaddr*>(raw), sizeof address) == 0 &&
                         listen(listener, 16) == 0;
    return listens ? listener : -1;
}

void answer(int connection, std::string const& text) {
    char request[1024];
    if (read(connection, request, sizeof request) > 0) {
        std::string const reply =
            "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" +
            text;
        if (write(connection, reply.data(), reply.size()) < 0) std::perror("server: write");
    }
    close(connection);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 3) return std::fputs("usage: server PORT CONFIGURATION\n", stderr), 2;
    char const* const configuration = arguments[2];

    restat::stat_reloader reloader{{.track = {configuration}, .interval = 100ms}};
    restat::reloader_guard const watching{reloader};

    std::signal(SIGPIPE, SIG_IGN);
    int const listener = listen_on(std::atoi(arguments[1]));
    if (listener < 0) return std::perror("server: listen"), 1;
    std::string const text = std::string{"hello "} + version + ", " + greeting_in(configuration) +
                             " (pid " + std::to_string(getpid()) + ")\n";
    std::printf("server: http://127.0.0.1:%s says: %s", arguments[1], text.c_str());
    std::fflush(stdout);
    for (;;) {
        int const connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection >= 0) answer(connection, text);
    }
}
