#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

/// A terminal with a program at it, which reads and writes there alone.
class terminal {
public:
    terminal() : master_{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)} {
        BOOST_REQUIRE(master_ >= 0);
        BOOST_REQUIRE(::grantpt(master_) == 0);
        BOOST_REQUIRE(::unlockpt(master_) == 0);
        name_ = ::ptsname(master_);
    }
    terminal(terminal const&) = delete;
    ~terminal() { ::close(master_); }

    /// Called in the child: takes the terminal as its own.
    void take() const {
        ::setsid();
        int const slave = ::open(name_.c_str(), O_RDWR);
        ::ioctl(slave, TIOCSCTTY, 0);
        for (int descriptor : {0, 1, 2}) ::dup2(slave, descriptor);
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("NO_COLOR");
    }

    void type(std::string_view keys) const {
        BOOST_REQUIRE(::write(master_, keys.data(), keys.size()) ==
                      static_cast<ssize_t>(keys.size()));
    }

    bool shows(std::string_view text) {
        auto const end = std::chrono::steady_clock::now() + running_program::patience;
        while (screen_.find(text) == screen_.npos) {
            if (std::chrono::steady_clock::now() >= end) return false;
            read_some();
        }
        return true;
    }
    std::string const& screen() const noexcept { return screen_; }

private:
    void read_some() {
        pollfd ready{master_, POLLIN, 0};
        if (::poll(&ready, 1, 50) <= 0) return;
        char bytes[4096];
        if (auto const count = ::read(master_, bytes, sizeof bytes); count > 0) {
            screen_.append(bytes, static_cast<std::size_t>(count));
        }
    }

    int master_;
    std::string name_;
    std::string screen_;
};

start_options at(terminal const& of, temporary_directory const& in, bool colours = true) {
    return {.directory = in.path(), .prepare = [&of, colours] {
                of.take();
                if (!colours) ::setenv("NO_COLOR", "1", 1);
            }};
}

constexpr char const* interrupt_key = "\x03";

} // namespace

BOOST_AUTO_TEST_SUITE(at_a_terminal)

BOOST_AUTO_TEST_CASE(names_are_escaped_and_kinds_coloured) {
    temporary_directory const there;
    terminal screen;
    running_program restat{restat_with({"-v", "-n", "50ms"}), at(screen, there)};
    BOOST_REQUIRE(screen.shows("a scan of "));
    there.write("a\n\x1b[31m\xFF\xC3\xA9", "1");
    BOOST_TEST(screen.shows("\x1b[32madded\x1b[m a\\n\\x1b[31m\\xff\xC3\xA9\r\n"),
               screen.screen());
}

BOOST_AUTO_TEST_CASE(no_color_is_honoured) {
    temporary_directory const there;
    terminal screen;
    running_program restat{restat_with({"-v", "-n", "50ms"}), at(screen, there, false)};
    BOOST_REQUIRE(screen.shows("restat: a scan of "));
    there.write("a", "1");
    BOOST_TEST(screen.shows("added a\r\n"));
    BOOST_TEST(screen.screen().find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_interrupt_ends_the_command_and_restat_by_the_same_signal) {
    temporary_directory const there;
    terminal screen;
    running_program restat{restat_with({"--", "sh", "-c", "echo up; exec sleep 1000"}),
                           at(screen, there)};
    BOOST_REQUIRE(screen.shows("up\r\n"));
    screen.type(interrupt_key);
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->signal == SIGINT);
}

BOOST_AUTO_TEST_CASE(the_command_reads_what_is_typed) {
    temporary_directory const there;
    terminal screen;
    running_program restat{
        restat_with({"--on-exit", "quit", "--", "sh", "-c", "echo up; read word; exit $word"}),
        at(screen, there)};
    BOOST_REQUIRE(screen.shows("up\r\n"));
    screen.type("42\n");
    auto const end = restat.wait();
    BOOST_REQUIRE(end);
    BOOST_TEST(end->code == 42);
}

BOOST_AUTO_TEST_SUITE_END()
