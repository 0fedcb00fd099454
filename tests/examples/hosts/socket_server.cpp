// A server as written in tutorials: a plain socket, successive connections, and three lines that
// restart the server after a save of a configuration.
//
//     socket_server PORT CONFIGURATION...
#include "host.hpp"

#include <restat/stat_reloader.hpp>

#include <csignal>

using namespace std::chrono_literals;

int main(int count, char** arguments) {
    if (count < 3) return 2;
    std::vector<std::string> const files(arguments + 2, arguments + count);
    std::signal(SIGPIPE, SIG_IGN);
    int const listener = listen_as_in_tutorials(std::atoi(arguments[1]));
    restat::stat_reloader reloader{{.track = files, .interval = 20ms}};
    restat::reloader_guard const watching{reloader};
    auto const text = first_lines_of(files);
    std::ofstream log{files[0] + ".log", std::ios::app};
    say_serving(text);
    for (;;) {
        int const connection = ::accept(listener, nullptr, nullptr);
        if (connection < 0) continue;
        log << "a client\n" << std::flush;
        char request[16];
        if (::read(connection, request, sizeof request) > 0)
            (void)!::write(connection, text.data(), text.size());
        ::close(connection);
    }
}
