// Drives the hosts of this directory. Requires working restarts, signals delivered to the host,
// free ports for the next run, and no leaked descriptor.

#include "examples/driven_process.hpp"
#include "support/free_port.hpp"

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using restat::testing::temp_tree;

namespace {

struct serving {
    int pid = 0;
    std::string text;
};

serving parse(std::string const& line) {
    serving seen;
    std::istringstream from{line};
    from >> seen.pid;
    std::getline(from >> std::ws, seen.text);
    return seen;
}

serving next_serving(driven_process& of) { return parse(of.line("serving ").value_or("")); }

long open_descriptors(int pid) {
    std::error_code gone;
    fs::directory_iterator const all{"/proc/" + std::to_string(pid) + "/fd", gone};
    return std::distance(begin(all), end(all));
}

// Asks until the answer is yes. A scan opens a descriptor for a moment, so that the next answer
// may be another one.
bool wait_until(std::function<bool()> const& is_so) {
    for (int n = 0; n < 6000; ++n) {
        if (is_so()) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

// Returns how often the threads of a process have waited so far.
long waits_of(int pid) {
    long all = 0;
    std::error_code gone;
    for (auto const& thread :
         fs::directory_iterator{"/proc/" + std::to_string(pid) + "/task", gone}) {
        std::ifstream status{thread.path() / "status"};
        for (std::string word; status >> word;) {
            long waits = 0;
            if (word == "voluntary_ctxt_switches:" && status >> waits) all += waits;
        }
    }
    return all;
}

// The number of open descriptors of a host after its first restart. Later runs have the same
// number, except during a scan.
class descriptor_count {
public:
    explicit descriptor_count(int pid) : pid_{pid} {}

    /// Returns true if the run has at most as many descriptors as at the first call, within the
    /// time limit.
    bool is_the_same() {
        if (least_ == 0) least_ = least_of_the_first_run();
        return wait_until([&] { return open_descriptors(pid_) <= least_; });
    }

private:
    // Several waits later, each thread of the run has opened its descriptors.
    long least_of_the_first_run() const {
        auto const before = waits_of(pid_);
        wait_until([&] { return waits_of(pid_) >= before + 20; });
        long least = open_descriptors(pid_);
        for (int n = 0; n < 20; ++n) {
            std::this_thread::sleep_for(2ms);
            least = std::min(least, open_descriptors(pid_));
        }
        return least;
    }

    int pid_;
    long least_ = 0;
};

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

class client {
public:
    explicit client(int port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        timeval const patience{60, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        auto const address = loopback(port);
        void const* const raw = &address;
        connected_ = ::connect(socket_, static_cast<sockaddr const*>(raw), sizeof address) == 0;
    }
    client(client const&) = delete;
    ~client() { ::close(socket_); }

    bool is_connected() const { return connected_; }
    std::string ask() const {
        char answer[64];
        (void)!::write(socket_, "?", 1);
        auto const got = ::read(socket_, answer, sizeof answer);
        return got > 0 ? std::string{answer, static_cast<std::size_t>(got)} : std::string{};
    }
    /// Returns true if the server closes its end within the time limit.
    bool is_ended() const {
        char byte = 0;
        return ::recv(socket_, &byte, 1, 0) == 0 || errno == ECONNRESET;
    }

private:
    int socket_;
    bool connected_ = false;
};

// Two files saved in turn. For the restart-loop guard, a single file saved after each start is
// like a file written by the program.
class configurations {
public:
    explicit configurations(temp_tree const& in) : in_{in} { save(), save(); }

    void save() {
        auto const which = ++saves_ % 2;
        lines_[which] = "content " + std::to_string(saves_);
        in_.write(which ? "odd" : "even", lines_[which] + '\n');
    }
    std::string text() const { return lines_[0] + ' ' + lines_[1]; }
    std::vector<std::string> command(std::vector<std::string> program) const {
        program.insert(program.end(), {in_ / "even", in_ / "odd"});
        return program;
    }

private:
    temp_tree const& in_;
    std::string lines_[2];
    std::size_t saves_ = 0;
};

// Requires a server that restarts after each save, answers with the last content, and keeps its
// pid.
void check_server(char const* program) {
    temp_tree const tree;
    configurations files{tree};
    int const port = free_port();
    driven_process server{files.command({program, std::to_string(port)})};
    auto const first = next_serving(server);
    BOOST_TEST_REQUIRE(first.pid == server.pid());
    descriptor_count descriptors{first.pid};
    for (int n = 1; n <= 5; ++n) {
        client const idle{port}; // connected, and never served
        BOOST_TEST(idle.is_connected());
        files.save();
        auto const seen = next_serving(server);
        BOOST_TEST(seen.pid == first.pid);
        BOOST_TEST(seen.text == files.text());
        BOOST_TEST(idle.is_ended());
        BOOST_TEST(client{port}.ask() == files.text());
        BOOST_TEST(descriptors.is_the_same());
    }
}

std::vector<serving> servings_in(std::string const& log) {
    std::vector<serving> all;
    std::ifstream from{log};
    for (std::string line; std::getline(from, line);) {
        if (line.starts_with("serving ")) all.push_back(parse(line.substr(8)));
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(hosts)

BOOST_AUTO_TEST_CASE(tutorial_socket_server_binds_its_port_again_after_each_save) {
    check_server(SOCKET_SERVER);
}

#ifdef ASIO_SERVER
BOOST_AUTO_TEST_CASE(asio_server_binds_its_port_again_after_each_save) {
    check_server(ASIO_SERVER);
}
#endif

BOOST_AUTO_TEST_CASE(daemon_restarts_under_its_pid) {
    temp_tree const tree;
    configurations files{tree};
    driven_process start{files.command({DAEMON, tree / "log"})};
    BOOST_TEST(start.wait() == 0);
    auto const log = tree / "log";
    BOOST_TEST_REQUIRE(wait_until([&] { return servings_in(log).size() == 1; }));
    auto const pid = servings_in(log)[0].pid;
    descriptor_count descriptors{pid};
    for (std::size_t n = 1; n <= 5; ++n) {
        files.save();
        BOOST_TEST(wait_until([&] { return servings_in(log).size() == n + 1; }));
        auto const last = servings_in(log).back();
        BOOST_TEST(last.pid == pid);
        BOOST_TEST(last.text == files.text());
        BOOST_TEST(descriptors.is_the_same());
    }
    ::kill(pid, SIGKILL);
    BOOST_TEST(is_gone(pid));
}

BOOST_AUTO_TEST_CASE(signals_of_a_host_with_signalfd_reach_it_before_and_after_a_restart) {
    temp_tree const tree;
    configurations files{tree};
    driven_process host{files.command({SIGNALFD_HOST})};
    BOOST_TEST_REQUIRE(next_serving(host).pid == host.pid());
    for (int n = 1; n <= 5; ++n) {
        for (int i = 0; i < 10; ++i) {
            host.signal(SIGUSR1);
            BOOST_TEST(host.line("signal ").value_or("none") == std::to_string(SIGUSR1));
        }
        files.save();
        BOOST_TEST(next_serving(host).text == files.text());
    }
    host.signal(SIGTERM);
    BOOST_TEST(host.line("signal ").value_or("none") == std::to_string(SIGTERM));
    BOOST_TEST(host.wait() == 0);
}

BOOST_AUTO_TEST_CASE(plugin_is_reloaded_and_the_state_of_the_host_stays) {
    temp_tree const tree;
    auto const put = [&](char const* edition) {
        fs::copy_file(edition, tree / "new");
        tree.rename("new", "plugin.so");
    };
    put(PLUGIN_1);
    driven_process host{{PLUGIN_HOST, tree / "plugin.so"}};
    auto const first = next_serving(host);
    BOOST_TEST(first.text == "edition 1 load 1");
    descriptor_count descriptors{first.pid};
    for (int n = 2; n <= 5; ++n) {
        put(n % 2 == 0 ? PLUGIN_2 : PLUGIN_1);
        auto const seen = next_serving(host);
        BOOST_TEST(seen.text == "edition " + std::to_string(n % 2 == 0 ? 2 : 1) + " load " +
                                    std::to_string(n));
        BOOST_TEST(seen.pid == first.pid);
        BOOST_TEST(descriptors.is_the_same());
    }
}

BOOST_AUTO_TEST_SUITE_END()
