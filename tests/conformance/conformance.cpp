#include <restat/testing/conformance.hpp>

#include <restat/testing/archetypes.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

// The rules of each concept have tests of their own beside this file.
using namespace restat;
using namespace restat::testing;

namespace {

struct wrong_matcher : matcher_archetype {
    using matcher_archetype::matcher_archetype;
    explanation explain(candidate const&) const { return {.says = verdict::include}; }
};

} // namespace

BOOST_AUTO_TEST_SUITE(conformance)

BOOST_AUTO_TEST_CASE(sample_paths_are_of_many_kinds) {
    auto const paths = sample_paths();
    std::set<std::string> const different{paths.begin(), paths.end()};
    BOOST_TEST(different.size() == paths.size());
    auto const any = [&](auto is) { return std::any_of(paths.begin(), paths.end(), is); };
    BOOST_TEST(any([](auto const& path) { return path.find('\n') != path.npos; }));
    BOOST_TEST(any([](auto const& path) { return path.find('/') != path.npos; }));
    BOOST_TEST(any([](auto const& path) { return path.size() > 255; }));
    BOOST_TEST(any([](auto const& path) {
        return std::any_of(path.begin(), path.end(), [](char byte) { return byte & 0x80; });
    }));
}

BOOST_AUTO_TEST_CASE(correct_model_gets_no_sentence) {
    BOOST_TEST(check_matcher(matcher_archetype{0}).empty());
    enumerator_archetype enumerator{0};
    BOOST_TEST(check_enumerator(enumerator).empty());
    strategy_archetype strategy{0};
    BOOST_TEST(check_restart(strategy, {}).empty());
    handing_archetype handing{0};
    BOOST_TEST(check_no_handoff(handing).empty());
    supervising_archetype supervising{0};
    BOOST_TEST(check_supervision(supervising, std::chrono::seconds{10}).empty());
}

BOOST_AUTO_TEST_CASE(violated_rule_gets_a_sentence) {
    BOOST_TEST(!check_matcher(wrong_matcher{0}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
