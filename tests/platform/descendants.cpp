#include "platform/process/descendants.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>

using namespace restat::detail;

namespace {

/// A child that waits, ended and reaped by the destructor.
struct waiting_child {
    int pid = ::fork();

    waiting_child() {
        if (pid == 0) {
            for (;;) ::pause();
        }
    }
    waiting_child(waiting_child const&) = delete;
    ~waiting_child() {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
};

bool holds(std::vector<int> const& numbers, int one) {
    return std::find(numbers.begin(), numbers.end(), one) != numbers.end();
}

} // namespace

// Each check runs in a process of its own, which has no children but those of the test.
BOOST_AUTO_TEST_SUITE(descendants)

BOOST_AUTO_TEST_CASE(living_child_is_seen_unless_it_is_left_out) {
    BOOST_TEST(tests::in_child([] {
                   if (check_children({}) != child_life::none) return 1;
                   waiting_child const child;
                   if (check_children({}) != child_life::some) return 2;
                   return check_children({child.pid}) == child_life::none ? 0 : 3;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(ended_child_is_reaped) {
    BOOST_TEST(tests::in_child([] {
                   int const pid = ::fork();
                   if (pid == 0) ::_exit(0);
                   siginfo_t info{};
                   ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
                   if (check_children({}) != child_life::none) return 1;
                   return ::waitpid(pid, nullptr, WNOHANG) == -1 ? 0 : 2;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(descendants_are_listed_without_those_left_out) {
    BOOST_TEST(tests::in_child([] {
                   waiting_child const one;
                   waiting_child const two;
                   auto const all = descendants_of_this_process({two.pid});
                   return holds(all, one.pid) && !holds(all, two.pid) ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(process_with_children_adopts_no_orphans) {
    BOOST_TEST(tests::in_child([] {
                   waiting_child const child;
                   return adopt_orphans() ? 1 : 0;
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
