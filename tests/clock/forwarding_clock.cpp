#include <restat/clock/forwarding_clock.hpp>

#include <restat/clock/interruptible_clock.hpp>
#include <restat/testing/archetypes.hpp>
#include <restat/testing/conformance.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

/// Ends each wait after 5 ms at the latest, and takes all else from the wrapped clock.
struct hasty_clock : forwarding_clock<manual_clock> {
    using forwarding_clock::forwarding_clock;
    using forwarding_clock::wait_until;
    wake wait_until(time_point when, std::stop_token stop) {
        return of().wait_until(std::min(when, now() + 5ms), std::move(stop));
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(forwarding_clocks)

BOOST_AUTO_TEST_CASE(each_call_reaches_the_wrapped_clock) {
    forwarding_clock wrapped{full_clock_archetype{0}};
    BOOST_TEST(wrapped.wait_until(time_point{3s}, {}) == wake::deadline);
    BOOST_TEST((wrapped.now() == time_point{3s}));
    BOOST_TEST((work_now(wrapped) == time_point{3s}));
    BOOST_TEST(wrapped.wait_until(time_point{4s}, {}, 0) == wake::hint);
    BOOST_TEST((wrapped.of().current == time_point{3s}));
}

BOOST_AUTO_TEST_CASE(reference_to_a_clock_is_not_copied) {
    clock_archetype one{0};
    forwarding_clock<clock_archetype&> wrapped{one};
    wrapped.wait_until(time_point{2s}, {});
    BOOST_TEST((one.now() == time_point{2s}));
}

BOOST_AUTO_TEST_CASE(wrapper_changes_only_the_members_that_it_declares) {
    manual_clock const time;
    hasty_clock hasty{time};
    time.advance(1s);
    time.work(2ms);
    BOOST_TEST((hasty.now() == time.now()));
    BOOST_TEST((std::as_const(hasty).now() == time.now()));
    BOOST_TEST((hasty.work_now() == time.work_now()));
}

BOOST_AUTO_TEST_CASE(wrapper_of_a_real_clock_keeps_its_rules) {
    forwarding_clock<interruptible_clock> wrapped;
    for (auto const& sentence : check_clock(wrapped)) BOOST_ERROR(sentence);
}

BOOST_AUTO_TEST_SUITE_END()
