#include "platform/process/clone.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <vector>

#include <sys/wait.h>

BOOST_AUTO_TEST_SUITE(clones)

// Also under the thread sanitizer, whose own clone copies the memory like fork.
BOOST_AUTO_TEST_CASE(child_writes_to_the_memory_of_its_parent) {
    alignas(64) static unsigned char stack[64 * 1024];
    int written = 0;
    auto const write = [](void* to) {
        *static_cast<int*>(to) = 7;
        return 5;
    };
    int const pid =
        RESTAT_CLONE(write, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &written);
    BOOST_REQUIRE(pid > 0);
    int status = 0;
    BOOST_REQUIRE(::waitpid(pid, &status, 0) == pid);
    BOOST_TEST(WEXITSTATUS(status) == 5);
    BOOST_TEST(written == 7);
}

BOOST_AUTO_TEST_SUITE_END()
