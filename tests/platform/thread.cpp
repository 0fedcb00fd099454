#include "platform/files/thread.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using restat::detail::thread;

namespace {

void* note_mask(void* into) {
    ::pthread_sigmask(SIG_SETMASK, nullptr, static_cast<sigset_t*>(into));
    return nullptr;
}

} // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(thread_blocks_all_signals) {
    sigset_t mask;
    ::sigemptyset(&mask);
    std::error_code error;
    thread other;
    other.start(note_mask, &mask, error);
    BOOST_REQUIRE(!error);
    other.join();
    for (int const signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM}) {
        BOOST_TEST(::sigismember(&mask, signal) == 1);
    }
    sigset_t own;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &own);
    BOOST_TEST(::sigismember(&own, SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(join_without_a_thread_returns_at_once) {
    thread none;
    none.join();
    sigset_t mask;
    std::error_code error;
    none.start(note_mask, &mask, error);
    none.join();
    none.join();
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(forked_process_has_a_pid_of_its_own) {
    BOOST_TEST(restat::detail::this_process() == ::getpid());
    int const parent = ::getpid();
    BOOST_TEST(
        tests::in_child([&] { return restat::detail::this_process() != parent ? 0 : 1; }) == 0);
}

BOOST_AUTO_TEST_CASE(process_has_a_core_at_least) {
    BOOST_TEST(restat::detail::usable_cores() >= 1U);
}

BOOST_AUTO_TEST_SUITE_END()
