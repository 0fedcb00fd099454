// A server from a tutorial, without any close-on-exec descriptor, that restarts itself by exec.
// Its arguments: options joined by '+', the log, and the tracked path. The server logs a line for
// each run. It answers each client with the number of the run, and keeps the connection.
#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/program_enumerator.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/options.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/exec_restart.hpp>
#include <restat/restart/inheritance.hpp>

#include "exec/report.hpp"
#include "support/free_port.hpp"
#include "support/refused_call.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace std::chrono_literals;
namespace fs = std::filesystem;
namespace asio = boost::asio;

namespace {

std::string words;
std::string log_path;

bool says(std::string const& word) {
    return ('+' + words + '+').find('+' + word + '+') != words.npos;
}

void tell(std::string const& line) { append_line(log_path, line); }

// The first run takes a free port; later runs take the same port.
int port() {
    int const noted = std::atoi(text_of(log_path + ".port").c_str());
    return noted != 0 ? noted : free_port();
}
void note_port(int port) { std::ofstream{log_path + ".port"} << port; }

int listener() {
    int const made = ::socket(AF_INET, SOCK_STREAM, 0);
    int const on = 1;
    ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port()));
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(made, raw, sizeof address) != 0 || ::listen(made, 5) != 0) {
        tell(std::string{"bind: "} + std::strerror(errno));
        std::_Exit(1);
    }
    socklen_t size = sizeof address;
    ::getsockname(made, raw, &size);
    note_port(ntohs(address.sin_port));
    return made;
}

[[noreturn]] void answer(int listening, std::string const& with) {
    for (;;) {
        int const client = ::accept(listening, nullptr, nullptr);
        if (client >= 0) ::send(client, with.data(), with.size(), MSG_NOSIGNAL);
    }
}

void answer_by_asio(std::string const& with, std::string const& line) {
    asio::io_context context;
    asio::ip::tcp::endpoint const at{asio::ip::address_v4::loopback(),
                                     static_cast<std::uint16_t>(port())};
    asio::ip::tcp::acceptor acceptor{context, at};
    note_port(acceptor.local_endpoint().port());
    tell(line);
    std::vector<std::unique_ptr<asio::ip::tcp::socket>> clients;
    for (;;) {
        clients.push_back(std::make_unique<asio::ip::tcp::socket>(context));
        acceptor.accept(*clients.back());
        asio::write(*clients.back(), asio::buffer(with));
    }
}

// Returns the numbers in MAKEFLAGS, and whether a token is readable there; for a FIFO, its path.
std::string job_server() {
    char const* const flags = std::getenv("MAKEFLAGS");
    if (!flags) return "no flags";
    char const* const at = std::strstr(flags, "--jobserver-auth=");
    if (!at) return "no job server";
    char const* const value = at + std::strlen("--jobserver-auth=");
    char token = '?';
    if (std::strncmp(value, "fifo:", 5) == 0) {
        int const fifo = ::open(value + 5, O_RDWR); // stays open
        bool const has = ::read(fifo, &token, 1) == 1 && ::write(fifo, &token, 1) == 1;
        return has ? std::string{"fifo "} + token : "no fifo";
    }
    int read = -1;
    int write = -1;
    std::sscanf(value, "%d,%d", &read, &write);
    struct stat status {};
    bool const is_pipe = ::fstat(read, &status) == 0 && S_ISFIFO(status.st_mode);
    bool const has = is_pipe && ::read(read, &token, 1) == 1 && ::write(write, &token, 1) == 1;
    return has ? std::string{"token "} + token : "no token";
}

std::string listen_variables_of_a_child() {
    std::string const file = log_path + ".child";
    if (std::system(("env | grep -c ^LISTEN_ >'" + file + "'").c_str()) < 0) return "?";
    return text_of(file).substr(0, 1);
}

// Returns true if this process got a socket by the contract of sd_listen_fds(3). Makes the socket
// close-on-exec, like that function.
bool is_given_a_socket() {
    char const* const pid = std::getenv("LISTEN_PID");
    if (!pid || std::atoi(pid) != ::getpid()) return false;
    ::fcntl(3, F_SETFD, FD_CLOEXEC);
    struct stat status {};
    return ::fstat(3, &status) == 0 && S_ISSOCK(status.st_mode);
}

void live() {
    std::string line;
    if (says("jobs")) line += ' ' + job_server();
    if (says("activated")) line += is_given_a_socket() ? " given" : " not given";
    int listening = says("before") ? listener() : -1;
    if (says("keep")) listening = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (says("refuse-close-range")) refuse_call(436, EPERM);

    restat::exec_options how;
    if (says("inherit")) how.inherit = {7, 1000};
    if (says("leave")) how.others = restat::other_descriptors::left;
    restat::options watch{.interval = 2ms};
    for (char const file : {'0', '1', '2', '3'})
        watch.track.push_back(log_path + ".config" + file);
    watch.quiet_period = 0ms;
    restat::basic_reloader reloader{restat::program_enumerator{watch},
                                    restat::ignore_matcher{watch}, restat::interruptible_clock{},
                                    restat::exec_restart{watch, how}, restat::schedule_of(watch)};
    auto& restart = reloader.strategy();
    auto const generation = std::to_string(restart.generation());
    if (says("child")) line += ' ' + listen_variables_of_a_child();
    if (says("keep")) restart.keep(listening, "kept");
    line += " pipe " + std::string{::fcntl(7, F_GETFD) >= 0 ? "open" : "closed"};
    line = generation + line + ' ' + open_numbers();

    static std::ofstream journal{log_path + ".journal", std::ios::app};
    journal << generation << std::endl;
    ::epoll_create(1);
    if (says("after")) listening = listener();
    restat::reloader_guard const watching{reloader};
    if (says("asio")) answer_by_asio(generation, line);
    tell(line);
    if (says("keep")) {
        for (;;) ::pause();
    }
    answer(listening, generation);
}

} // namespace

int main(int, char** arguments) {
    ::alarm(240); // a limit for every failure
    words = arguments[1];
    log_path = arguments[2];
    live();
}
