#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

// Shared tools of the hosts: the report that a host serves.

/// Prints a line "serving PID MORE" to standard output.
inline void say_serving(std::string const& more = "") {
    std::printf("serving %d %s\n", static_cast<int>(::getpid()), more.c_str());
    std::fflush(stdout);
}

/// Returns the first line of each file, joined by spaces.
inline std::string first_lines_of(std::vector<std::string> const& files) {
    std::string all;
    for (auto const& file : files) {
        std::string line;
        std::getline(std::ifstream{file}, line);
        all += (all.empty() ? "" : " ") + line;
    }
    return all;
}

/// Returns a listening socket on the loopback, as in tutorials: without close-on-exec. Without
/// SO_REUSEADDR, a second socket could not be bound while the first is open. Ends the program on
/// failure.
inline int listen_as_in_tutorials(int port) {
    int const listener = ::socket(AF_INET, SOCK_STREAM, 0);
    int const yes = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    void* const raw = &address;
    if (::bind(listener, static_cast<sockaddr*>(raw), sizeof address) != 0 ||
        ::listen(listener, 16) != 0) {
        std::perror("bind");
        std::exit(1);
    }
    return listener;
}
