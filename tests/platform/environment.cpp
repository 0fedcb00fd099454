#include "platform/process/environment.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace restat::detail;

namespace {

using strings = std::vector<std::string>;
auto const each = boost::test_tools::per_element();

} // namespace

BOOST_AUTO_TEST_SUITE(environments)

BOOST_AUTO_TEST_CASE(value_is_found_by_the_whole_name) {
    strings const all{"AB=1", "A=2", "B="};
    BOOST_TEST(value_of("A", all) == "2");
    BOOST_TEST(value_of("AB", all) == "1");
    BOOST_TEST(value_of("B", all) == "");
    BOOST_TEST(value_of("C", all) == "");
}

BOOST_AUTO_TEST_CASE(assignment_replaces_the_earlier_ones) {
    strings all{"A=1", "B=1", "A=2"};
    set_variable(all, "A=3");
    BOOST_TEST(value_of("A", all) == "3");
    BOOST_TEST(all.size() == 2U);
    set_variable(all, "C=1");
    BOOST_TEST(value_of("C", all) == "1");
}

BOOST_AUTO_TEST_CASE(every_assignment_to_a_name_is_removed) {
    strings all{"A=1", "AB=1", "A=2"};
    remove_variable(all, "A");
    BOOST_TEST(all == strings{"AB=1"}, each);
}

BOOST_AUTO_TEST_CASE(variable_is_taken_once) {
    ::setenv("RESTAT_TEST_VARIABLE", "value", 1);
    BOOST_TEST(value_of("RESTAT_TEST_VARIABLE", current_environment()) == "value");
    BOOST_TEST(value_of_variable("RESTAT_TEST_VARIABLE") == "value");
    BOOST_TEST(take_variable("RESTAT_TEST_VARIABLE") == "value");
    BOOST_TEST(take_variable("RESTAT_TEST_VARIABLE") == "");
    BOOST_TEST(std::getenv("RESTAT_TEST_VARIABLE") == nullptr);
}

BOOST_AUTO_TEST_CASE(pointers_end_with_null) {
    strings const all{"one", "two"};
    auto const pointers = pointers_to(all);
    BOOST_REQUIRE(pointers.size() == 3U);
    BOOST_TEST(pointers[0] == all[0].c_str());
    BOOST_TEST(pointers[1] == all[1].c_str());
    BOOST_TEST((pointers[2] == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
