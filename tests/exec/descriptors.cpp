#include "exec/life.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

using namespace restat::real;

namespace {

/// A server in a directory of its own.
struct server : directory {
    server() {
        for (std::size_t run = 0; run < 4; ++run) edit(run);
    }

    std::vector<std::string> command(std::string const& words) const {
        return {EXEC_SERVER, words, *this / "log"};
    }
    std::string line(std::size_t index) const { return directory::line("log", index); }
    /// Edits the files in turn, so that no file changes after each start.
    void edit(std::size_t run) const {
        write("log.config" + std::to_string(run % 4), std::to_string(run));
    }
    /// Returns true if this number of runs is reached in time.
    bool has_runs(std::size_t count) const {
        return wait_for([&] { return lines("log") >= count; });
    }
    /// Edits until this number of runs is reached.
    bool restarts_until(std::size_t runs) const {
        for (auto run = lines("log"); run < runs; ++run) {
            edit(run);
            if (!has_runs(run + 1)) return false;
        }
        return true;
    }
    /// Returns the open descriptors of a run, logged at the end of its line.
    std::string open_in(std::size_t index) const {
        auto const text = line(index);
        return text.substr(text.rfind(' ') + 1);
    }
};

/// A client of the server currently bound to the port.
struct client {
    int number = -1;

    explicit client(server const& of) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(of.read("log.port"))));
        number = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
        if (::connect(number, raw, sizeof address) != 0) ::close(std::exchange(number, -1));
        timeval const patience{30, 0};
        ::setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    client(client const&) = delete;
    ~client() { ::close(number); }

    /// Returns the next answer; "end" for a closed connection, "nothing" without an answer.
    std::string next() const {
        char text[16];
        auto const got = ::recv(number, text, sizeof text, 0);
        if (got > 0) return std::string(text, static_cast<std::size_t>(got));
        return got == 0 || errno == ECONNRESET ? "end" : "nothing";
    }
};

int given[2]; // a pipe; a server gets its ends at numbers chosen by a test

void give_pipe_at_7() { ::dup2(given[1], 7); }

void give_job_server_at_3() {
    int const read = ::fcntl(given[0], F_DUPFD, 100);
    int const write = ::fcntl(given[1], F_DUPFD, 100);
    ::dup2(read, 3);
    ::dup2(write, 4);
    ::close(read);
    ::close(write);
    ::setenv("MAKEFLAGS", " -j2 --jobserver-auth=3,4", 1);
}

void tell_of_a_job_server_that_is_not_there() {
    ::close(3);
    ::close(4);
    ::setenv("MAKEFLAGS", " -j2 --jobserver-auth=3,4", 1);
}

void give_socket_by_the_contract() {
    int const made = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (made != 3) {
        ::dup2(made, 3);
        ::close(made);
    }
    ::setenv("LISTEN_FDS", "1", 1);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
}

void close_streams() {
    for (int const number : {0, 1, 2}) ::close(number);
}

struct pipe_for_a_server {
    pipe_for_a_server() {
        if (::pipe2(given, O_CLOEXEC) != 0) std::abort();
    }
    ~pipe_for_a_server() {
        ::close(given[0]);
        ::close(given[1]);
    }
};

std::size_t wanted_runs(std::size_t usual) {
    char const* const wanted = std::getenv("RESTAT_EXEC_RESTARTS");
    return wanted ? std::strtoul(wanted, nullptr, 10) : usual;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(exec_descriptors, server)

BOOST_AUTO_TEST_CASE(ordinary_server_serves_again_and_old_connections_close) {
    for (auto const* const words : {"before", "after", "asio", "before+refuse-close-range"}) {
        for (auto const* const old : {"log", "log.port"}) fs::remove(path / old);
        driven_process const process{command(words)};
        BOOST_REQUIRE_MESSAGE(has_runs(1), words);
        for (std::size_t run = 1; run <= 3; ++run) {
            client const waiting{*this};
            BOOST_TEST(waiting.next() == std::to_string(run), words);
            edit(run);
            BOOST_TEST(waiting.next() == "end", words);
            BOOST_REQUIRE_MESSAGE(has_runs(run + 1), words);
            BOOST_REQUIRE_MESSAGE(line(run).starts_with(std::to_string(run + 1) + ' '),
                                  words << ": " << line(run));
        }
        BOOST_TEST(open_in(1) == open_in(2), words);
        BOOST_TEST(open_in(2) == open_in(3), words);
    }
}

BOOST_AUTO_TEST_CASE(many_restarts_of_an_ordinary_server_leak_no_descriptor) {
    driven_process const process{command("after")};
    BOOST_REQUIRE(has_runs(1));
    auto const runs = wanted_runs(30);
    BOOST_REQUIRE(restarts_until(runs + 1));
    for (std::size_t run = 1; run <= runs; ++run) {
        BOOST_TEST(open_in(run) == open_in(1));
        BOOST_TEST(line(run).starts_with(std::to_string(run + 1) + ' '));
    }
    BOOST_TEST_MESSAGE(runs << " restarts; the last run began with " << open_in(runs) << " open");
}

BOOST_AUTO_TEST_CASE(inherited_pipe_is_closed_unless_listed_or_left) {
    struct {
        char const* words;
        char const* pipe;
    } const table[] = {
        {"after", "pipe closed"},
        {"after+inherit", "pipe open"},
        {"keep+leave", "pipe open"},
    };
    for (auto const& [words, pipe] : table) {
        for (auto const* const old : {"log", "log.port"}) fs::remove(path / old);
        pipe_for_a_server const held;
        driven_process const process{command(words), give_pipe_at_7};
        BOOST_REQUIRE(has_runs(1));
        BOOST_TEST(line(0).find("pipe open") != std::string::npos, line(0));
        BOOST_REQUIRE(restarts_until(3));
        for (std::size_t run = 1; run <= 2; ++run) {
            BOOST_TEST(line(run).find(pipe) != std::string::npos, words << ": " << line(run));
        }
    }
}

// The kept descriptor takes number 3.
BOOST_AUTO_TEST_CASE(job_server_moves_for_a_kept_descriptor) {
    for (auto const* const words : {"jobs+after", "jobs+keep"}) {
        for (auto const* const old : {"log", "log.port"}) fs::remove(path / old);
        pipe_for_a_server const held;
        BOOST_REQUIRE(::write(given[1], "+", 1) == 1);
        driven_process const process{command(words), give_job_server_at_3};
        BOOST_REQUIRE(has_runs(1));
        BOOST_REQUIRE(restarts_until(4));
        for (std::size_t run = 0; run < 4; ++run) {
            auto const expected = std::to_string(run + 1) + " token +";
            BOOST_TEST(line(run).starts_with(expected), words << ": " << line(run));
        }
    }
}

BOOST_AUTO_TEST_CASE(job_server_with_a_path_is_reopened_by_each_run) {
    BOOST_REQUIRE(::mkfifo((*this / "jobs").c_str(), 0600) == 0);
    int const make = ::open((*this / "jobs").c_str(), O_RDWR | O_CLOEXEC);
    BOOST_REQUIRE(::write(make, "+", 1) == 1);
    ::setenv("MAKEFLAGS", ("--jobserver-auth=fifo:" + (*this / "jobs")).c_str(), 1);
    driven_process const process{command("jobs+after")};
    ::unsetenv("MAKEFLAGS");
    BOOST_REQUIRE(has_runs(1));
    BOOST_REQUIRE(restarts_until(3));
    for (std::size_t run = 0; run < 3; ++run) {
        BOOST_TEST(line(run).starts_with(std::to_string(run + 1) + " fifo +"), line(run));
    }
    BOOST_TEST(open_in(1) == open_in(2));
    ::close(make);
}

// The first descriptors of the process get the numbers 0 to 2, which are those of the streams.
BOOST_AUTO_TEST_CASE(descriptors_with_the_numbers_of_missing_streams_are_closed) {
    driven_process const process{command("after"), close_streams};
    BOOST_REQUIRE(has_runs(1));
    for (std::size_t run = 1; run <= 3; ++run) {
        client const waiting{*this};
        BOOST_TEST(waiting.next() == std::to_string(run));
        BOOST_REQUIRE(restarts_until(run + 1));
        BOOST_TEST(line(run).starts_with(std::to_string(run + 1) + ' '), line(run));
        BOOST_TEST(open_in(run) == "0"); // the listing of the descriptors itself
        BOOST_TEST(waiting.next() == "end");
    }
}

// Like `make` with a recipe that is no make: the listener gets the number 3.
BOOST_AUTO_TEST_CASE(listener_with_the_number_of_a_stale_job_server_is_closed) {
    driven_process const process{command("before"), tell_of_a_job_server_that_is_not_there};
    BOOST_REQUIRE(has_runs(1));
    BOOST_REQUIRE(restarts_until(3));
    BOOST_TEST(line(2).starts_with("3 "), line(2));
}

BOOST_AUTO_TEST_CASE(socket_of_a_service_manager_is_passed_on_to_each_run) {
    driven_process const process{command("activated+after"), give_socket_by_the_contract};
    BOOST_REQUIRE(has_runs(1));
    BOOST_REQUIRE(restarts_until(3));
    for (std::size_t run = 0; run < 3; ++run) {
        BOOST_TEST(line(run).starts_with(std::to_string(run + 1) + " given"), line(run));
    }
}

BOOST_AUTO_TEST_CASE(variables_of_kept_descriptors_reach_no_child) {
    driven_process const process{command("keep+child")};
    BOOST_REQUIRE(has_runs(1));
    BOOST_REQUIRE(restarts_until(3));
    for (std::size_t run = 0; run < 3; ++run) {
        BOOST_TEST(line(run).starts_with(std::to_string(run + 1) + " 0 "), line(run));
    }
}

BOOST_AUTO_TEST_SUITE_END()
