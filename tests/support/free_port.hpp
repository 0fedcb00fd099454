#pragma once

#include <fstream>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/// Returns a free TCP port of the loopback below the range that the kernel assigns by itself, so
/// that no other program gets the port by chance while a server restarts; 0 if there is none.
/// Different processes try different ports first.
/// \source ip_local_port_range in ip(7)
inline int free_port() {
    constexpr int first = 5000;
    int assigned = 32768;
    std::ifstream{"/proc/sys/net/ipv4/ip_local_port_range"} >> assigned;
    int const count = assigned - first;
    for (int tried = 0; tried < count; ++tried) {
        int const port = first + (::getpid() * 31 + tried) % count;
        int const probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<in_port_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
        bool const is_free = ::bind(probe, raw, sizeof address) == 0;
        ::close(probe);
        if (is_free) return port;
    }
    return 0;
}
