#include "platform/process/terminal.hpp"

#include <restat/restart/command_restart.hpp>

#include "restart/real_process.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

/// A process leading a session on a terminal of its own; the test has the other end. The exit
/// status is the line of the first failed check, or 0.
struct session {
    int keyboard = -1;
    int pid = 0;

    explicit session(int (*run)(directory const&, int keyboard), directory const& dir) {
        int screen = -1;
        BOOST_REQUIRE(::openpty(&keyboard, &screen, nullptr, nullptr, nullptr) == 0);
        pid = ::fork();
        if (pid == 0) {
            ::setsid();
            ::ioctl(screen, TIOCSCTTY, 0);
            for (int number = 0; number <= 2; ++number) ::dup2(screen, number);
            ::_exit(run(dir, keyboard));
        }
        ::close(screen);
    }
    session(session const&) = delete;
    ~session() { ::close(keyboard); }

    int status() {
        int status = 0;
        bool const ended = wait_for([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }, 60s);
        if (!ended) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
};

bool echoes() {
    termios modes{};
    ::tcgetattr(0, &modes);
    return (modes.c_lflag & ECHO) != 0;
}

command_restart shell(directory const& dir, std::string const& text,
                      std::function<void(process_event const&)> tell = {}) {
    return command_restart{
        {.command = {"/bin/sh", "-c", "cd '" + dir.path.string() + "'; " + text}},
        std::move(tell)};
}

int volatile interrupts = 0; // heard by a process of its own

// Starts a child, and waits until its run writes a line.
bool runs(command_restart& child, directory const& dir) {
    child.start(real::now());
    return drive(child, [&] { return dir.lines("runs") == 1; });
}

// Types a line, and waits until the child repeats the line.
bool reads_hello(command_restart& child, int keyboard, directory const& dir) {
    return ::write(keyboard, "hello\n", 6) == 6 &&
           drive(child, [&] { return dir.read("told") == "hello\n"; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(terminal_modes_are_restored_after_the_child) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   auto child = shell(d, "read line; stty -echo; echo $line >got; "
                                         "mv got told; kill -KILL $$");
                   child.start(real::now());
                   child.supervise(real::now());
                   if (::tcgetpgrp(0) != child.pid()) {
                       wait_for([&] { return ::tcgetpgrp(0) == child.pid(); });
                   }
                   if (!echoes()) return __LINE__;
                   if (::write(keyboard, "hello\n", 6) != 6) return __LINE__;
                   if (!drive(child, [&] { return child.last_exit(); })) return __LINE__;
                   if (d.read("told") != "hello\n") return __LINE__;
                   if (::tcgetpgrp(0) != ::getpgrp()) return __LINE__;
                   return echoes() ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(an_interrupt_from_the_keyboard_ends_the_child_and_reaches_this_process,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   std::signal(SIGINT, [](int) { interrupts = interrupts + 1; });
                   bool interrupted = false;
                   auto child = shell(d, "echo x >runs; exec sleep 60", [&](auto const& e) {
                       if (e.kind == kind::ended) interrupted = e.interrupted;
                   });
                   if (!runs(child, d)) return __LINE__;
                   if (::write(keyboard, "\x03", 1) != 1) return __LINE__;
                   if (!drive(child, [&] { return child.last_exit(); })) return __LINE__;
                   if (child.last_exit()->signal != SIGINT) return __LINE__;
                   if (!interrupted) return __LINE__;
                   if (!wait_for([] { return interrupts != 0; })) return __LINE__;
                   if (!finish(child)) return __LINE__;
                   return has_children() ? __LINE__ : 0;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(interrupt_ignored_by_the_child_reaches_this_process,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   std::signal(SIGINT, [](int) { interrupts = interrupts + 1; });
                   stop_step step{};
                   auto child = shell(d,
                                      "trap 'echo x >>ints' INT; trap 'exit 0' TERM; "
                                      "echo x >runs; while :; do sleep 0.02; done",
                                      [&](auto const& e) { step = e.step; });
                   if (!runs(child, d)) return __LINE__;
                   for (int times = 1; times <= 2; ++times) {
                       if (::write(keyboard, "\x03", 1) != 1) return __LINE__;
                       if (!drive(child, [&] { return interrupts == times; })) return __LINE__;
                   }
                   if (!is_alive(child.pid())) return __LINE__;
                   auto const began = real::now();
                   if (!finish(child)) return __LINE__;
                   if (real::now() - began < 1s) return __LINE__; // time for the key to work
                   return step == stop_step::signal ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(interrupt_ignored_by_this_process_is_not_forwarded) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   std::signal(SIGQUIT, SIG_IGN);
                   auto child = shell(d, "echo x >runs; while :; do sleep 0.02; done");
                   if (!runs(child, d)) return __LINE__;
                   sigset_t quit;
                   sigemptyset(&quit);
                   sigaddset(&quit, SIGQUIT);
                   ::pthread_sigmask(SIG_BLOCK, &quit, nullptr);
                   if (::write(keyboard, "\x1c", 1) != 1) return __LINE__;
                   drive(
                       child, [] { return false; }, 300ms);
                   sigset_t pending;
                   ::sigpending(&pending); // it would be pending although ignored
                   if (sigismember(&pending, SIGQUIT) == 1) return __LINE__;
                   return finish(child) ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(background_child_may_get_the_terminal_later) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   int const other = ::fork(); // the job owning the terminal
                   if (other == 0) {
                       ::setpgid(0, 0);
                       ::pause();
                   }
                   ::setpgid(other, other);
                   ::tcsetpgrp(0, other);
                   auto child = shell(d, "read line; echo $line >got; mv got told; sleep 60");
                   child.start(real::now());
                   auto const stopped = [&] {
                       return state_of(child.pid()) == 'T' && d.lines("told") == 0;
                   };
                   if (!drive(child, stopped)) return __LINE__; // it reads
                   ::signal(SIGTTOU, SIG_IGN);
                   ::tcsetpgrp(0, ::getpgrp()); // like a shell's `fg`
                   if (!drive(child, [&] { return ::tcgetpgrp(0) == child.pid(); })) {
                       return __LINE__;
                   }
                   if (!reads_hello(child, keyboard, d)) return __LINE__;
                   ::kill(other, SIGKILL);
                   ::waitpid(other, nullptr, 0);
                   return finish(child) && ::tcgetpgrp(0) == ::getpgrp() ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(child_asking_at_the_terminal_gets_it_despite_redirected_input) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   int const screen = ::dup(0);
                   ::dup2(::open("/dev/null", O_RDONLY), 0);
                   auto child = shell(d, "read line </dev/tty; echo $line >got; mv got told; "
                                         "exec sleep 60");
                   child.start(real::now());
                   if (!drive(child, [&] { return ::tcgetpgrp(screen) == child.pid(); })) {
                       return __LINE__;
                   }
                   if (!reads_hello(child, keyboard, d)) return __LINE__;
                   return finish(child) && ::tcgetpgrp(screen) == ::getpgrp() ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(child_writing_to_a_pipe_gets_the_terminal_only_on_demand) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   int ends[2];
                   if (::pipe(ends) != 0 || ::dup2(ends[1], 1) != 1) return __LINE__;
                   auto child =
                       shell(d, "echo x >runs; while [ ! -e ask ]; do sleep 0.02; done; "
                                "read line; echo $line >got; mv got told; exec sleep 60");
                   if (!runs(child, d)) return __LINE__;
                   if (::tcgetpgrp(0) != ::getpgrp()) return __LINE__;
                   d.write("ask", "");
                   if (!drive(child, [&] { return ::tcgetpgrp(0) == child.pid(); })) {
                       return __LINE__;
                   }
                   if (!reads_hello(child, keyboard, d)) return __LINE__;
                   return finish(child) && ::tcgetpgrp(0) == ::getpgrp() ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(frozen_child_continues_after_thaw) {
    directory const dir;
    auto child = shell(dir, "echo x >runs; exec sleep 60");
    child.start(real::now());
    BOOST_REQUIRE(drive(child, [&] { return dir.lines("runs") == 1; }));
    child.freeze();
    BOOST_TEST(drive(child, [&] { return state_of(child.pid()) == 'T'; }));
    child.thaw();
    BOOST_TEST(drive(child, [&] { return state_of(child.pid()) == 'S'; }));
    BOOST_TEST(finish(child));
}

BOOST_AUTO_TEST_CASE(child_started_between_freeze_and_thaw_is_frozen) {
    directory const dir;
    auto child = shell(dir, "echo x >runs; exec sleep 60");
    child.freeze();
    child.start(real::now());
    BOOST_TEST(drive(child, [&] { return child.pid() != 0 && state_of(child.pid()) == 'T'; }));
    child.thaw();
    BOOST_TEST(drive(child, [&] { return dir.lines("runs") == 1; }));
    BOOST_TEST(finish(child));
}

// Also tests starts in progress at that time. The delays cover the duration of a stop and a
// start.
BOOST_AUTO_TEST_CASE(no_process_runs_between_freeze_and_thaw) {
    command_restart child{{.command = {"sleep", "60"}, .input = command_input::nothing}};
    auto const stands = [of = ::gettid()] {
        std::ifstream children{"/proc/self/task/" + std::to_string(of) + "/children"};
        for (int pid = 0; children >> pid;) {
            if (auto const state = state_of(pid); state == 'S' || state == 'R') return false;
        }
        return true;
    };
    constexpr int rounds = 60;
    std::atomic<int> asked = 0;
    std::atomic<int> ran_on = 0;
    child.start(real::now());
    std::thread freezer{[&] {
        while (++asked <= rounds && ran_on == 0) {
            std::this_thread::sleep_for(asked.load() * 100us);
            child.freeze();
            if (!wait_for(stands, 20s)) ++ran_on;
            child.thaw();
        }
        asked = rounds + 1;
    }};
    int restarted = 0;
    auto const restart_once_a_round = [&] {
        std::error_code error;
        int const round = asked;
        if (std::exchange(restarted, round) != round) child.restart({}, error);
        return round > rounds;
    };
    BOOST_TEST(drive(child, restart_once_a_round, 600s));
    freezer.join();
    BOOST_TEST(ran_on == 0);
    BOOST_TEST(finish(child));
}

BOOST_AUTO_TEST_CASE(suspended_child_gives_the_terminal_back_until_the_listener_returns) {
    directory const dir;
    session it{[](directory const& d, int keyboard) {
                   int suspended = 0;
                   int holder = 0;
                   auto child = shell(d, "echo x >>runs; read line; echo x >>runs; read line",
                                      [&](auto const& e) {
                                          suspended += e.kind == kind::suspended;
                                          if (e.kind == kind::suspended) holder = ::tcgetpgrp(0);
                                      });
                   if (!runs(child, d)) return __LINE__;
                   if (::write(keyboard, "\x1a", 1) != 1) return __LINE__;
                   if (!drive(child, [&] { return suspended == 1; })) return __LINE__;
                   if (holder != ::getpgrp()) return __LINE__;
                   if (::tcgetpgrp(0) != child.pid()) return __LINE__;
                   if (::write(keyboard, "a\n", 2) != 2) return __LINE__;
                   if (!drive(child, [&] { return d.lines("runs") == 2; })) return __LINE__;
                   return finish(child) && ::tcgetpgrp(0) == ::getpgrp() ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_CASE(a_reloader_in_the_background_lends_nothing) {
    directory const dir;
    session it{[](directory const& d, int) {
                   int const other = ::fork(); // the job owning the terminal
                   if (other == 0) {
                       ::setpgid(0, 0);
                       ::pause();
                   }
                   ::setpgid(other, other);
                   ::tcsetpgrp(0, other);
                   auto child = shell(d, "echo x >runs; exec sleep 60");
                   child.start(real::now());
                   bool const runs = drive(child, [&] { return d.lines("runs") == 1; });
                   bool const untouched = ::tcgetpgrp(0) == other;
                   bool const ended = finish(child) && ::tcgetpgrp(0) == other;
                   ::kill(other, SIGKILL);
                   ::waitpid(other, nullptr, 0);
                   return runs && untouched && ended ? 0 : __LINE__;
               },
               dir};
    BOOST_TEST(it.status() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
