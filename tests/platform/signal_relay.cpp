#include "platform/process/signal_relay.hpp"

#include "platform/files/wait.hpp"
#include "platform/in_child.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

/// Asks again and again until the answer is yes, at most for 30 s.
template <class Question>
bool comes_true(Question ask) {
    auto const limit = monotonic_now() + 30s;
    while (!ask()) {
        if (monotonic_now() > limit) return false;
        sleep_until(monotonic_now() + 1ms);
    }
    return true;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signal_relays, *boost::unit_test::precondition(no_thread_sanitizer))

BOOST_AUTO_TEST_CASE(relay_runs_from_prepare_to_the_destructor) {
    int pid = 0;
    {
        signal_relay relay;
        BOOST_TEST(relay.pid() == 0);
        relay.prepare();
        pid = relay.pid();
        BOOST_REQUIRE(pid > 0);
        relay.prepare();
        BOOST_TEST(relay.pid() == pid);
    }
    BOOST_TEST(comes_true([&] { return ::kill(pid, 0) == -1; }));
}

BOOST_AUTO_TEST_CASE(no_wait_of_this_process_sees_the_relay) {
    signal_relay relay;
    relay.prepare();
    BOOST_TEST(::waitpid(relay.pid(), nullptr, WNOHANG) == -1);
}

BOOST_AUTO_TEST_CASE(signals_to_the_relay_are_heard) {
    signal_relay relay;
    relay.prepare();
    BOOST_REQUIRE(relay.pid() > 0);
    relay.begin();
    BOOST_TEST(!relay.heard_end());
    BOOST_TEST(::kill(relay.pid(), SIGTSTP) == 0);
    BOOST_TEST(comes_true([&] { return relay.heard_suspend(); }));
    BOOST_TEST(!relay.heard_suspend());
    BOOST_TEST(!relay.heard_end());
}

BOOST_AUTO_TEST_SUITE_END()
