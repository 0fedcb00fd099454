#include "platform/process/signal_fd.hpp"

#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat::detail;

// The object changes the signals of the process, so each check runs in a child.
BOOST_AUTO_TEST_SUITE(signal_descriptors)

BOOST_AUTO_TEST_CASE(pending_signal_is_taken_once) {
    BOOST_TEST(tests::in_child([] {
                   signal_fd const signals;
                   if (signals.take() != 0) return 1;
                   if (wait_readable(signals.descriptor(), -1, monotonic_now())) return 2;
                   ::kill(::getpid(), SIGTERM);
                   if (!wait_readable(signals.descriptor(), -1, monotonic_now())) return 3;
                   if (signals.take() != SIGTERM) return 4;
                   return signals.take() == 0 ? 0 : 5;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(signals_end_the_process_after_the_object) {
    BOOST_TEST(tests::in_child([] {
                   { signal_fd const signals; }
                   ::raise(SIGTERM);
                   return 0;
               }) == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(ignored_signal_stays_ignored) {
    BOOST_TEST(tests::in_child([] {
                   ::signal(SIGHUP, SIG_IGN);
                   signal_fd const signals;
                   ::kill(::getpid(), SIGHUP);
                   return signals.take() == 0 ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(raised_signal_acts_as_it_does_by_default) {
    BOOST_TEST(tests::in_child([] {
                   raise_signal(SIGINT);
                   return 0;
               }) == 128 + SIGINT);
    BOOST_TEST(tests::in_child([] {
                   ::signal(SIGINT, SIG_IGN);
                   raise_signal(SIGINT);
                   return 7;
               }) == 7);
}

BOOST_AUTO_TEST_SUITE_END()
