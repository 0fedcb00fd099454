#include "matcher/last_component.hpp"

#include "candidates.hpp"
#include "dice.hpp"

using restat::candidate;
using restat::detail::last_component;
using tests::dice;

BOOST_AUTO_TEST_SUITE(last_components)

BOOST_AUTO_TEST_CASE(last_component_is_the_name_of_a_candidate) {
    auto const seed = tests::new_seed();
    dice random{seed};
    for (int i = 0; i < 20'000; ++i) {
        std::string path;
        for (auto size = random.below(40); size > 0; --size) {
            // Includes bytes that differ from a slash in the highest or the lowest bit.
            path += random.one_of(std::string_view{"/.\xaf\xff"
                                                   "0abcde"});
        }
        BOOST_TEST_INFO("seed " << seed << " path " << i);
        BOOST_REQUIRE(last_component(path) == candidate{path}.name());
    }
}

BOOST_AUTO_TEST_SUITE_END()
