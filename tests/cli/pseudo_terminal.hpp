#pragma once

#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/// A terminal that is the only input and output of a program.
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

    /// Makes the terminal the controlling terminal of the calling child.
    void take() const {
        ::setsid();
        int const slave = ::open(name_.c_str(), O_RDWR);
        ::ioctl(slave, TIOCSCTTY, 0);
        for (int descriptor : {0, 1, 2}) ::dup2(slave, descriptor);
        ::setenv("TERM", "xterm", 1);
        ::unsetenv("NO_COLOR");
    }

    /// Returns the modes of the terminal, as bytes.
    std::string modes() const {
        termios modes{};
        BOOST_REQUIRE(::tcgetattr(master_, &modes) == 0);
        return {reinterpret_cast<char const*>(&modes), sizeof modes};
    }

    void type(std::string_view keys) const {
        BOOST_REQUIRE(::write(master_, keys.data(), keys.size()) ==
                      static_cast<ssize_t>(keys.size()));
    }

    bool shows(std::string_view text,
               std::chrono::milliseconds limit = running_program::patience) {
        auto const end = std::chrono::steady_clock::now() + limit;
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

inline start_options at(terminal const& of, temporary_directory const& in, bool colors = true) {
    return {.directory = in.path(), .prepare = [&of, colors] {
                of.take();
                if (!colors) ::setenv("NO_COLOR", "1", 1);
            }};
}
