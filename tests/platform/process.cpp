#include "platform/process/process.hpp"

#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace restat;
using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

/// A child in a group of its own that waits, ended and reaped by the destructor.
struct waiting_child {
    int pid = ::fork();

    waiting_child() {
        if (pid == 0) {
            for (;;) ::pause();
        }
        ::setpgid(pid, pid);
    }
    waiting_child(waiting_child const&) = delete;
    ~waiting_child() {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
};

/// Waits for the end of a child, without a limit of its own: the descriptor tells.
void wait_for_end(int pid) {
    siginfo_t info{};
    BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) == 0);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(processes, waiting_child)

BOOST_AUTO_TEST_CASE(end_is_seen_and_its_number_stays_reserved) {
    BOOST_TEST(!check_end(pid));
    signal_group(pid, SIGTERM);
    wait_for_end(pid);
    auto const end = check_end(pid);
    BOOST_REQUIRE(end.has_value());
    BOOST_TEST(end->status == (exit_status{0, SIGTERM}));
    BOOST_TEST(!end->error);
    BOOST_TEST(group_exists(pid));
    reap(pid);
    BOOST_TEST(!group_exists(pid));
    BOOST_TEST(static_cast<bool>(check_end(pid)->error)); // no longer a child
}

BOOST_AUTO_TEST_CASE(group_of_zombies_is_reaped) {
    signal_group(pid, SIGKILL);
    wait_for_end(pid);
    reap_group(pid);
    BOOST_TEST(!group_exists(pid));
}

BOOST_AUTO_TEST_CASE(stop_is_taken_once) {
    BOOST_TEST(take_stop(pid) == 0);
    signal_group(pid, SIGSTOP);
    siginfo_t info{};
    BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WNOWAIT) == 0);
    BOOST_TEST(take_stop(pid) == SIGSTOP);
    BOOST_TEST(take_stop(pid) == 0);
}

BOOST_AUTO_TEST_CASE(descriptor_is_readable_after_the_end) {
    auto const end = end_descriptor(pid);
    if (!end) return; // as before Linux 5.3
    BOOST_TEST(!wait_readable(end.get(), -1, monotonic_now()));
    signal_group(pid, SIGKILL);
    BOOST_TEST(wait_readable(end.get(), -1, monotonic_now() + 30s));
}

BOOST_AUTO_TEST_CASE(wait_without_a_descriptor_lasts_its_time) {
    auto const begin = monotonic_now();
    wait_readable_for(-1, 5);
    BOOST_TEST((monotonic_now() - begin >= 5ms));
}

BOOST_AUTO_TEST_SUITE_END()
