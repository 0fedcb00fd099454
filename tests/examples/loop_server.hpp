#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/restart/inheritance.hpp>
#include <restat/stat_reloader.hpp>

#include "examples/hosts/host.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <fcntl.h>

// The parts of the servers with an event loop that do not depend on the loop.
//
//     epoll_server PORT CONFIGURATION PROGRAM_FILE
//     asio_server PORT CONFIGURATION PROGRAM_FILE
//
// An edit of the configuration changes the answers of the running server. An edit of the second
// file restarts the server by exec, and the next run keeps the listening socket.

/// The text of the configuration, as the callback reads it.
class settings {
public:
    explicit settings(std::string path) : path_{std::move(path)} {}
    void operator()(restat::change_set const&) { read(); }
    void read() { text_ = first_lines_of({path_}); }
    std::string const& text() const { return text_; }

private:
    std::string path_;
    std::string text_;
};

inline restat::verdict any_file(restat::candidate const&) noexcept {
    return restat::verdict::none;
}

/// Returns a reloader that reads the configuration again in place.
inline auto settings_reloader(std::string const& path) {
    using namespace std::chrono_literals;
    return restat::basic_reloader{restat::list_enumerator{path}, &any_file,
                                  restat::interruptible_clock{},
                                  restat::callback_restart{settings{path}},
                                  restat::schedule{.interval = 20ms, .quiet_period = 5ms}};
}

/// Returns the options of the reloader that restarts the server. A test that edits the file after
/// each start looks like a program that writes the file: the restart-loop guard is off.
inline restat::options restart_options(std::string const& path) {
    using namespace std::chrono_literals;
    return {
        .track = {path}, .interval = 20ms, .quiet_period = 5ms, .guard = restat::loop_guard::off};
}

/// Returns the listening socket of the last run, or a new one.
inline int listener_of_all_runs(int port) {
    int listener = restat::take_descriptor("listener");
    if (listener < 0) listener = listen_as_in_tutorials(port);
    ::fcntl(listener, F_SETFD, FD_CLOEXEC);
    ::fcntl(listener, F_SETFL, O_NONBLOCK);
    return listener;
}

/// Accepts and answers each waiting client, so no client is lost by an exec between two events.
inline void answer_waiting_clients(int listener, std::size_t run, std::string const& text) {
    std::string const answer = std::to_string(run) + ' ' + text;
    for (;;) {
        int const client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) return;
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::close(client);
    }
}
