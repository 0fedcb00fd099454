#include <restat/clock/waitable_clock.hpp>

#include <restat/testing/archetypes.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

struct throwing_now {
    time_point now() { return {}; }
    wake wait_until(time_point, std::stop_token) { return wake::deadline; }
};
struct bool_wait {
    time_point now() noexcept { return {}; }
    bool wait_until(time_point, std::stop_token) { return true; }
};

} // namespace

static_assert(!waitable_clock<int>);
static_assert(!waitable_clock<throwing_now>, "now() must not throw");
static_assert(!waitable_clock<bool_wait>, "a wait gives its reason");
static_assert(waitable_clock<clock_archetype> && !work_clock<clock_archetype>);
static_assert(descriptor_clock<descriptor_clock_archetype>);

BOOST_AUTO_TEST_SUITE(waitable_clocks)

BOOST_AUTO_TEST_CASE(work_is_measured_by_the_clock_that_can) {
    work_clock_archetype clock{0};
    clock.current = time_point{7s};
    BOOST_TEST((work_now(clock) == time_point{7s}));
}

BOOST_AUTO_TEST_CASE(steady_clock_measures_work_for_every_other_clock) {
    clock_archetype clock{0};
    clock.current = time_point{7s};
    auto const before = std::chrono::steady_clock::now();
    auto const seen = work_now(clock);
    BOOST_TEST((before <= seen && seen <= std::chrono::steady_clock::now()));
}

BOOST_AUTO_TEST_CASE(wait_for_a_descriptor_is_that_of_the_clock) {
    full_clock_archetype clock{0};
    BOOST_TEST((wait_until_readable(clock, time_point{1s}, {}, 0) == wake::hint));
    BOOST_TEST((clock.now() == time_point{}));
}

BOOST_AUTO_TEST_CASE(wait_without_a_usable_descriptor_ends_within_20_ms) {
    full_clock_archetype clock{0};
    BOOST_TEST((wait_until_readable(clock, time_point{1s}, {}, -1) == wake::deadline));
    BOOST_TEST((clock.now() == time_point{20ms}));
    clock_archetype plain{0};
    BOOST_TEST((wait_until_readable(plain, time_point{1s}, {}, 0) == wake::deadline));
    BOOST_TEST((plain.now() == time_point{20ms}));
    wait_until_readable(plain, time_point{25ms}, {}, 0);
    BOOST_TEST((plain.now() == time_point{25ms}));
}

BOOST_AUTO_TEST_SUITE_END()
