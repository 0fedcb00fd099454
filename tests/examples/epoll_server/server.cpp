// A server whose loop on epoll waits for the clients and for two reloaders: no thread, no timer.
#include "examples/loop_server.hpp"

#include <sys/epoll.h>

namespace {

void add(int epoll, int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

} // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    int const listener = listener_of_all_runs(std::atoi(arguments[1]));
    auto configuration = settings_reloader(arguments[2]);
    restat::stat_reloader program{restart_options(arguments[3])};
    program.strategy().keep(listener, "listener");
    program.baseline();
    configuration.baseline(); // before the read: a later edit differs from the baseline
    auto& settings = configuration.strategy().function();
    settings.read();
    auto const run = program.strategy().generation();

    int const epoll = ::epoll_create1(EPOLL_CLOEXEC);
    add(epoll, listener);
    add(epoll, configuration.descriptor());
    add(epoll, program.descriptor());
    std::error_code ignored; // the observer gets the reason
    for (;;) {
        epoll_event event{};
        if (::epoll_wait(epoll, &event, 1, -1) != 1) continue;
        if (event.data.fd == listener) {
            answer_waiting_clients(listener, run, settings.text());
        } else if (event.data.fd == configuration.descriptor()) {
            configuration.poll(ignored);
        } else {
            program.poll(ignored);
        }
    }
}
