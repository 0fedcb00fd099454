#include <restat/testing/archetypes.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/tree_members.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;

static_assert(path_matcher<matcher_archetype>);
static_assert(file_enumerator<enumerator_archetype>);
static_assert(incremental_enumerator<incremental_archetype>);
static_assert(!incremental_enumerator<enumerator_archetype>);
static_assert(hinting_enumerator<hinting_archetype> && !hinting_enumerator<enumerator_archetype>);
static_assert(file_system<file_system_archetype>);
static_assert(waitable_clock<clock_archetype> && !descriptor_clock<clock_archetype>);
static_assert(descriptor_clock<descriptor_clock_archetype>);
static_assert(work_clock<work_clock_archetype> && !work_clock<clock_archetype>);
static_assert(restart_strategy<strategy_archetype>);
static_assert(!supervising_strategy<strategy_archetype> && !handing_strategy<strategy_archetype>);
static_assert(supervising_strategy<supervising_archetype>);
static_assert(handing_strategy<handing_archetype>);
static_assert(reporting_strategy<reporting_archetype>);
static_assert(!reporting_strategy<strategy_archetype>);
static_assert(learning_strategy<learning_archetype> && !handing_strategy<learning_archetype>);

// The tree enumerator requires no more of a file system than the concept.
template class restat::basic_tree_enumerator<file_system_archetype>;

namespace {

// Uses every function of a host, with minimal policies.
template <class Clock, class Restart, class Enumerator = enumerator_archetype>
void exercise() {
    basic_reloader reloader{Enumerator{0}, matcher_archetype{0}, Clock{0}, Restart{0}};
    reloader.baseline();
    BOOST_TEST((reloader.poll().state == poll_state::unchanged));
    BOOST_TEST((reloader.poll_for({}).state == poll_state::unchanged));
    reloader.observe(nullptr);
    reloader.stop();
    reloader.run();
    std::error_code error;
    reloader.run(std::stop_token{}, error);
    BOOST_TEST(!error);
}

} // namespace

BOOST_AUTO_TEST_SUITE(archetypes)

BOOST_AUTO_TEST_CASE(host_requires_only_the_members_of_the_concepts) {
    exercise<clock_archetype, strategy_archetype>();
    exercise<clock_archetype, supervising_archetype>();
    exercise<descriptor_clock_archetype, supervising_archetype>();
    exercise<clock_archetype, handing_archetype>();
    exercise<clock_archetype, learning_archetype>();
    exercise<clock_archetype, reporting_archetype>();
    exercise<clock_archetype, strategy_archetype, incremental_archetype>();
    exercise<clock_archetype, strategy_archetype, hinting_archetype>();
    exercise<descriptor_clock_archetype, supervising_archetype, full_enumerator_archetype>();
    exercise<work_clock_archetype, strategy_archetype, incremental_archetype>();
}

BOOST_AUTO_TEST_CASE(tree_enumerator_requires_only_the_members_of_file_system) {
    basic_tree_enumerator<file_system_archetype> walk{"a", {}, file_system_archetype{0}};
    snapshot_builder found;
    std::error_code error;
    auto const all = [](candidate const&) noexcept { return verdict::none; };
    walk.enumerate(matcher_ref{all}, found, error);
    BOOST_TEST(!error);
    BOOST_TEST(found.finish().findings().size() == 1U); // the file is missing
}

BOOST_AUTO_TEST_SUITE_END()
