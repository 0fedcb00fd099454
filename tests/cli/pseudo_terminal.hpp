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

    /// Returns a descriptor of the terminal, as programs have it.
    int open_slave() const { return ::open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC); }
    /// Sets the width, as a window does.
    void set_columns(unsigned short columns) const {
        winsize const size{24, columns, 0, 0};
        BOOST_REQUIRE(::ioctl(master_, TIOCSWINSZ, &size) == 0);
    }

    /// Returns the modes of the terminal, as bytes.
    std::string modes() const {
        termios modes{};
        BOOST_REQUIRE(::tcgetattr(master_, &modes) == 0);
        return {reinterpret_cast<char const*>(&modes), sizeof modes};
    }

    /// Returns whether programs read whole lines, after the editing of each line.
    bool collects_lines() const {
        termios modes{};
        BOOST_REQUIRE(::tcgetattr(master_, &modes) == 0);
        return (modes.c_lflag & ICANON) != 0;
    }
    /// Returns the process group in the foreground.
    pid_t foreground() const { return ::tcgetpgrp(master_); }

    void type(std::string_view keys) const {
        BOOST_REQUIRE(::write(master_, keys.data(), keys.size()) ==
                      static_cast<ssize_t>(keys.size()));
    }

    bool shows(std::string_view text,
               std::chrono::milliseconds limit = running_program::patience) {
        auto const end = std::chrono::steady_clock::now() + limit;
        while (screen_.find(text) == screen_.npos) {
            if (std::chrono::steady_clock::now() >= end) return false;
            refresh(50);
        }
        return true;
    }
    /// Reads new text onto the screen; waits for text up to so many milliseconds.
    void refresh(int limit = 1) {
        pollfd ready{master_, POLLIN, 0};
        if (::poll(&ready, 1, limit) <= 0) return;
        char bytes[4096];
        if (auto const count = ::read(master_, bytes, sizeof bytes); count > 0) {
            screen_.append(bytes, static_cast<std::size_t>(count));
        }
    }
    std::string const& screen() const noexcept { return screen_; }

private:
    int master_;
    std::string name_;
    std::string screen_;
};

inline start_options at(terminal const& of, temporary_directory const& in, bool colors = true) {
    auto const prepare = [&of, colors] {
        of.take();
        if (!colors) ::setenv("NO_COLOR", "1", 1);
    };
    return {.directory = in.path(), .prepare = prepare};
}

/// An interactive shell at a terminal. TERM would not end it.
class interactive_shell : public running_program {
public:
    interactive_shell(terminal const& of, temporary_directory const& in)
        : running_program{{"bash", "--norc", "--noprofile", "-i"}, options(of, in)} {}

private:
    static start_options options(terminal const& of, temporary_directory const& in) {
        auto all = at(of, in, false);
        all.end_signal = SIGHUP;
        return all;
    }
};
