#include "support/free_port.hpp"
#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

/// Connects to an address and reads all; "refused" if no one listens, empty without an answer.
template <class Address>
std::string answer_of(Address const& address) {
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
    int const client = ::socket(raw->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval const patience{10, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string text;
    if (::connect(client, raw, sizeof address) != 0) {
        if (errno == ECONNREFUSED || errno == ENOENT) text = "refused";
    } else {
        char bytes[64];
        auto const size = ::read(client, bytes, sizeof bytes);
        text.assign(bytes, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    ::close(client);
    return text;
}

std::string answer_at(std::string const& file) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    file.copy(address.sun_path, sizeof address.sun_path - 1);
    return answer_of(address);
}

std::string answer_at(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return answer_of(address);
}

/// Threads that ask a server again and again.
class clients {
public:
    explicit clients(std::function<std::string()> const& ask) {
        for (auto& each : threads_) {
            each = std::jthread{[this, ask](std::stop_token const& stop) {
                while (!stop.stop_requested()) {
                    note(ask());
                    std::this_thread::sleep_for(1ms);
                }
            }};
        }
    }

    /// Returns the newest answer; empty before the first.
    std::string last() const {
        std::lock_guard const lock{mutex_};
        return last_;
    }
    int refused() const noexcept { return refused_; }
    int answered() const noexcept { return answered_; }

private:
    // A server that stops may leave an accepted client without an answer.
    void note(std::string const& answer) {
        if (answer == "refused") ++refused_;
        if (answer == "refused" || answer.empty()) return;
        ++answered_;
        std::lock_guard const lock{mutex_};
        last_ = answer;
    }

    mutable std::mutex mutex_;
    std::string last_;
    std::atomic<int> refused_ = 0;
    std::atomic<int> answered_ = 0;
    std::array<std::jthread, 4> threads_;
};

/// A server that takes the socket from descriptor 3 and answers each client with its pid.
std::vector<std::string> server_at(std::string const& address, std::string const& kind) {
    return restat_with({"-n", "50ms", "--quiet-period", "10ms", "-g", "*.c", "--loop-guard",
                        "off", "--listen", address, "--", RESTAT_PROBE, kind});
}

/// Restarts a server under load, and returns whether each client was accepted.
void restart_under_load(std::string const& address, std::string const& kind,
                        std::function<std::string(temporary_directory const&)> const& ask) {
    char const* const wanted = std::getenv("RESTAT_TEST_RESTARTS"); // more in a long run
    int const restarts = wanted ? std::atoi(wanted) : 10;
    temporary_directory const there;
    running_program restat{server_at(address, kind), {.directory = there.path()}};
    // Not before the socket is open.
    BOOST_REQUIRE(restat.wait_for([&] { return ask(there) != "refused"; }));
    clients const load{[&] { return ask(there); }};
    BOOST_REQUIRE(restat.wait_for([&] { return !load.last().empty(); }));
    for (int edit = 1; edit <= restarts; ++edit) {
        auto const before = load.last();
        there.write("a.c", std::string(static_cast<std::size_t>(edit), 'a'));
        BOOST_REQUIRE(restat.wait_for([&] { return load.last() != before; }));
    }
    BOOST_TEST(load.refused() == 0);
    BOOST_TEST(load.answered() > restarts);
    BOOST_TEST_MESSAGE(restarts << " restarts, " << load.answered() << " answers");
}

} // namespace

BOOST_AUTO_TEST_SUITE(listeners)

BOOST_AUTO_TEST_CASE(no_client_of_a_socket_file_is_refused_during_restarts) {
    restart_under_load("./app.sock", "--serve", [](temporary_directory const& there) {
        return answer_at(there / "app.sock");
    });
}

BOOST_AUTO_TEST_CASE(no_client_of_a_port_is_refused_during_restarts) {
    int const port = free_port();
    restart_under_load(std::to_string(port), "--serve-announced",
                       [port](temporary_directory const&) { return answer_at(port); });
}

BOOST_AUTO_TEST_CASE(socket_file_is_removed_at_the_end) {
    temporary_directory const there;
    running_program restat{server_at("./app.sock", "--serve"), {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for([&] {
        auto const answer = answer_at(there / "app.sock");
        return !answer.empty() && answer != "refused";
    }));
    restat.signal(SIGTERM);
    BOOST_TEST(restat.ends_by(SIGTERM));
    BOOST_TEST(!std::filesystem::exists(there / "app.sock"));
}

BOOST_AUTO_TEST_CASE(sockets_are_announced_in_order_with_their_names) {
    temporary_directory const there;
    std::string const script = "echo $LISTEN_FDS $LISTEN_FDNAMES; [ $LISTEN_PID = $$ ] && "
                               "readlink /proc/$$/fd/3 /proc/$$/fd/4 | cut -d: -f1";
    auto const end = run_restat({"--on-exit", "quit", "--listen", "http=./a.sock", "--listen",
                                 "./b.sock", "--", "/bin/sh", "-c", script},
                                {.directory = there.path()});
    BOOST_TEST(end.output == "2 http:socket\nsocket\nsocket\n");
    BOOST_TEST(!std::filesystem::exists(there / "a.sock"));
}

BOOST_AUTO_TEST_CASE(abandoned_socket_file_is_replaced_and_a_used_one_is_not) {
    temporary_directory const there;
    auto const start = server_at("./app.sock", "--serve");
    {
        running_program killed{start, {.directory = there.path()}};
        BOOST_REQUIRE(
            killed.wait_for([&] { return std::filesystem::exists(there / "app.sock"); }));
        killed.signal(SIGKILL);
        BOOST_TEST(killed.ends_by(SIGKILL));
        BOOST_TEST(killed.wait_for([&] { return answer_at(there / "app.sock") == "refused"; }));
    }
    BOOST_REQUIRE(std::filesystem::exists(there / "app.sock"));
    running_program restat{start, {.directory = there.path()}};
    BOOST_TEST(restat.wait_for([&] { return answer_at(there / "app.sock") != "refused"; }));
    auto const second =
        run_restat({"--listen", "./app.sock", "--", "true"}, {.directory = there.path()});
    BOOST_TEST(second.status.code == 2);
    BOOST_TEST(second.error.starts_with("restat: --listen './app.sock': Address already in use"));
}

BOOST_AUTO_TEST_CASE(port_is_opened_on_the_local_host) {
    temporary_directory const there;
    std::string const script = "grep -c ' 0100007F:7D3B 00000000:0000 0A ' /proc/net/tcp";
    auto const end = run_restat({"--on-exit", "quit", "--listen", "32059", "-S", script},
                                {.directory = there.path()});
    BOOST_TEST(end.output == "1\n", end.error);
}

BOOST_AUTO_TEST_CASE(faulty_address_starts_nothing) {
    temporary_directory const there;
    struct {
        std::vector<std::string> arguments;
        char const* says;
    } const table[] = {
        {{"--listen", "web"}, "--listen 'web': not an address such as 8080"},
        {{"--listen", "70000"}, "--listen '70000': not an address"},
        {{"--listen", "::1:80"}, "--listen '::1:80': not an address"},
        {{"--listen", "[::1]"}, "--listen '[::1]': not an address"},
        {{"--listen", "./no/such.sock"}, "--listen './no/such.sock': No such file or directory"},
        {{"--listen", "./" + std::string(200, 'a')}, "File name too long"},
        {{"--listen", "./a", "--listen", "./b"}, "the name socket is given twice"},
    };
    for (auto const& [arguments, says] : table) {
        auto all = arguments;
        all.insert(all.end(), {"--", "touch", "started"});
        auto const end = run_restat(all, {.directory = there.path()});
        BOOST_TEST(end.status.code == 2, says);
        BOOST_TEST(end.error.find(says) != end.error.npos, end.error << " lacks " << says);
        BOOST_TEST(!std::filesystem::exists(there / "started"), says);
    }
}

BOOST_AUTO_TEST_CASE(socket_takes_the_place_of_an_inherited_descriptor) {
    temporary_directory const there;
    auto const end = run_restat({"--on-exit", "quit", "--listen", "./a", "-S",
                                 "readlink /proc/$$/fd/3 | cut -d: -f1; echo four >&4"},
                                {.directory = there.path(), .prepare = [] {
                                     ::dup2(1, 3);
                                     ::dup2(1, 4);
                                 }});
    BOOST_TEST(end.output == "socket\nfour\n", end.error);
}

BOOST_AUTO_TEST_CASE(socket_does_not_take_the_place_of_a_job_server) {
    temporary_directory const there;
    auto const end = run_restat({"--listen", "./a", "--", "true"},
                                {.directory = there.path(), .prepare = [] {
                                     ::dup2(1, 3);
                                     ::dup2(1, 4);
                                     ::setenv("MAKEFLAGS", " -j8 --jobserver-auth=3,4", 1);
                                 }});
    BOOST_TEST(end.status.code == 2);
    BOOST_TEST(end.error.starts_with("restat: --listen needs the descriptor 3, which is of the "
                                     "job server in MAKEFLAGS"));
}

BOOST_AUTO_TEST_SUITE_END()
