// Drives the servers with an event loop under load: edits of the configuration, and restarts by
// exec. No client may be refused or left without an answer.

#include "examples/driven_process.hpp"
#include "support/free_port.hpp"

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>

using namespace std::chrono_literals;
using restat::testing::temp_tree;

namespace {

// Returns the answer of the server; empty if it refused or gave none.
std::string ask(int port) {
    int const client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval const patience{60, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
    std::string answer;
    char bytes[64];
    ssize_t got = ::connect(client, raw, sizeof address) == 0 ? 1 : -1;
    while (got > 0) {
        got = ::recv(client, bytes, sizeof bytes, 0);
        if (got > 0) answer.append(bytes, static_cast<std::size_t>(got));
    }
    ::close(client);
    return got < 0 ? "" : answer;
}

// Asks until the answer is the expected one.
bool answers(int port, std::string const& expected) {
    auto const end = std::chrono::steady_clock::now() + driven_process::patience;
    while (std::chrono::steady_clock::now() < end) {
        if (ask(port) == expected) return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

// A client that asks again and again.
class load {
public:
    explicit load(int port)
        : thread_{[this, port](std::stop_token stop) {
            while (!stop.stop_requested()) {
                (ask(port).empty() ? failed : answered) += 1;
                std::this_thread::sleep_for(1ms);
            }
        }} {}
    void end() {
        thread_.request_stop();
        thread_.join();
    }

    std::atomic<int> answered = 0;
    std::atomic<int> failed = 0;

private:
    std::jthread thread_;
};

void check_loop_server(char const* program) {
    temp_tree const tree;
    tree.write("configuration", "1\n");
    tree.write("program", "1");
    int const port = free_port();
    driven_process const server{
        {program, std::to_string(port), tree / "configuration", tree / "program"}};
    BOOST_TEST_REQUIRE(answers(port, "1 1"));
    load clients{port};
    std::size_t run = 1;
    for (int n = 2; n <= RESTARTS + 1; ++n) {
        auto const text = std::to_string(n);
        tree.write("configuration", text + '\n');
        BOOST_TEST_REQUIRE(answers(port, std::to_string(run) + ' ' + text)); // in place
        tree.write("program", text);
        BOOST_TEST_REQUIRE(answers(port, std::to_string(++run) + ' ' + text)); // by exec
    }
    clients.end();
    BOOST_TEST(clients.failed == 0);
    BOOST_TEST(clients.answered > RESTARTS);
}

} // namespace

BOOST_AUTO_TEST_SUITE(loop_servers)

BOOST_AUTO_TEST_CASE(server_on_epoll_refuses_no_client) { check_loop_server(EPOLL_SERVER); }

#ifdef ASIO_LOOP_SERVER
BOOST_AUTO_TEST_CASE(server_on_asio_refuses_no_client) { check_loop_server(ASIO_LOOP_SERVER); }
#endif

BOOST_AUTO_TEST_SUITE_END()
