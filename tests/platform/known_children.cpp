#include "platform/process/known_children.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using restat::detail::known_children;
using namespace std::chrono_literals;

namespace {

/// Forks a child that handles TERM as told, and waits until it does.
int start_child(void (*on_term)(int)) {
    tests::pipe_ends ready;
    int const pid = ::fork();
    if (pid == 0) {
        ::signal(SIGTERM, on_term);
        if (::write(ready.write, "x", 1) != 1) ::_exit(9);
        for (;;) ::pause();
    }
    ready.close_write();
    char byte = 0;
    BOOST_REQUIRE(::read(ready.read, &byte, 1) == 1);
    return pid;
}

bool is_gone(int pid) { return ::waitpid(pid, nullptr, WNOHANG) == -1; }

} // namespace

BOOST_AUTO_TEST_SUITE(known_children_)

BOOST_AUTO_TEST_CASE(child_is_ended_and_reaped) {
    int const pid = start_child(SIG_DFL);
    known_children all;
    all.add(pid);
    all.end(30s);
    BOOST_TEST(is_gone(pid));
}

BOOST_AUTO_TEST_CASE(child_ignoring_term_is_killed_after_the_grace_period) {
    int const pid = start_child(SIG_IGN);
    known_children all;
    all.add(pid);
    all.end(20ms);
    BOOST_TEST(is_gone(pid));
}

BOOST_AUTO_TEST_CASE(other_process_and_ended_child_are_not_added) {
    int const ended = ::fork();
    if (ended == 0) ::_exit(0);
    BOOST_REQUIRE(::waitpid(ended, nullptr, 0) == ended);
    known_children all;
    all.add(ended);
    all.add(::getppid());
    all.add(::getpid());
    all.end(0ms); // ends neither the parent nor this process
    BOOST_TEST(::kill(::getppid(), 0) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
