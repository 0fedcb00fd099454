#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;

/// Connects to a socket file and reads all; "refused" if no one listens.
std::string answer_at(std::string const& file) {
    int const client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    file.copy(address.sun_path, sizeof address.sun_path - 1);
    std::string text = "refused";
    if (::connect(client, reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0) {
        char bytes[64];
        auto const size = ::read(client, bytes, sizeof bytes);
        text.assign(bytes, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    ::close(client);
    return text;
}

/// A server that takes the socket from descriptor 3 and answers each client with its pid.
std::vector<std::string> server_at(std::string const& address) {
    return restat_with({"-n", "50ms", "-g", "*.c", "--loop-guard", "off", "--listen", address,
                        "--", RESTAT_PROBE, "--serve"});
}

} // namespace

BOOST_AUTO_TEST_SUITE(listeners)

BOOST_AUTO_TEST_CASE(no_client_is_refused_during_restarts) {
    temporary_directory const there;
    running_program restat{server_at("./app.sock"), {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for([&] { return std::filesystem::exists(there / "app.sock"); }));
    std::string last;
    int restarts = 0;
    int refused = 0;
    auto const end = std::chrono::steady_clock::now() + running_program::patience;
    for (int edit = 0; restarts < 10 && std::chrono::steady_clock::now() < end; ++edit) {
        there.write("a.c", std::string(static_cast<std::size_t>(edit), 'a'));
        for (int client = 0; client < 10; ++client) {
            auto const answer = answer_at(there / "app.sock");
            refused += answer == "refused" ? 1 : 0;
            if (answer.empty() || answer == last) continue;
            restarts += last.empty() ? 0 : 1;
            last = answer;
        }
        std::this_thread::sleep_for(50ms);
    }
    BOOST_TEST(restarts >= 10);
    BOOST_TEST(refused == 0);
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
    auto const start = server_at("./app.sock");
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
