#include "platform/process/signal_stop_token.hpp"

#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

bool is_stopped_in_time(std::stop_token const& token) {
    auto const limit = monotonic_now() + 30s;
    while (!token.stop_requested() && monotonic_now() < limit) {
        sleep_until(monotonic_now() + 1ms);
    }
    return token.stop_requested();
}

} // namespace

// The object changes the signals of the process, so each check runs in a child.
BOOST_AUTO_TEST_SUITE(signal_stop_tokens, *boost::unit_test::precondition(no_thread_sanitizer))

BOOST_AUTO_TEST_CASE(signal_requests_a_stop_instead_of_an_end) {
    for (int const signal : {SIGTERM, SIGINT, SIGHUP}) {
        BOOST_TEST(tests::in_child([&] {
                       signal_stop_token const stop;
                       if (stop.token().stop_requested()) return 1;
                       ::kill(::getpid(), signal);
                       return is_stopped_in_time(stop.token()) ? 0 : 2;
                   }) == 0);
    }
}

BOOST_AUTO_TEST_CASE(signal_ends_the_process_after_the_object) {
    BOOST_TEST(tests::in_child([] {
                   { signal_stop_token const stop; }
                   ::raise(SIGTERM);
                   return 0;
               }) == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(nested_object_forwards_its_signals) {
    BOOST_TEST(tests::in_child([] {
                   signal_stop_token const outer;
                   signal_stop_token const inner;
                   ::kill(::getpid(), SIGTERM);
                   return is_stopped_in_time(inner.token()) && is_stopped_in_time(outer.token())
                              ? 0
                              : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(ignored_signal_stays_ignored) {
    BOOST_TEST(tests::in_child([] {
                   ::signal(SIGINT, SIG_IGN);
                   signal_stop_token const stop;
                   ::kill(::getpid(), SIGINT);
                   ::kill(::getpid(), SIGINT);
                   return stop.token().stop_requested() ? 1 : 0;
               }) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
