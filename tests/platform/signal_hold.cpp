#include "platform/files/signal_hold.hpp"

#include <restat/testing/temp_tree.hpp>

#include "platform/in_child.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/resource.h>

using namespace restat::detail;

namespace {

bool is_blocked(int signal) {
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    return ::sigismember(&now, signal) == 1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signal_holds)

BOOST_AUTO_TEST_CASE(signals_are_blocked_while_the_object_lives) {
    BOOST_TEST(!is_blocked(SIGUSR1));
    {
        signals_blocked const blocked;
        BOOST_TEST(is_blocked(SIGUSR1));
        BOOST_TEST(is_blocked(SIGTERM));
    }
    BOOST_TEST(!is_blocked(SIGUSR1));
}

BOOST_AUTO_TEST_CASE(write_above_the_file_size_limit_fails_without_a_signal,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    restat::testing::temp_tree const tree;
    auto const path = tree / "file";
    auto const write_too_much = [&] {
        int const file = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
        rlimit const limit{4, 4};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        if (::write(file, "1234", 4) != 4) return 2;
        return ::write(file, "5", 1) == -1 && errno == EFBIG ? 0 : 1;
    };
    BOOST_TEST(tests::in_child([&] {
                   file_size_signal_held const held;
                   return write_too_much();
               }) == 0);
    BOOST_TEST(tests::in_child(write_too_much) == 128 + SIGXFSZ);
}

BOOST_AUTO_TEST_SUITE_END()
