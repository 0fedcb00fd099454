#include <restat/field_names.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace restat;

BOOST_AUTO_TEST_SUITE(names_of_fields)

BOOST_AUTO_TEST_CASE(each_field_has_a_name_of_its_own) {
    auto const all = field_names(static_cast<fields>(0x3ff));
    BOOST_TEST(all.size() == 10U);
    BOOST_TEST(std::is_sorted(all.begin(), all.end()));
    BOOST_TEST((std::adjacent_find(all.begin(), all.end()) == all.end()));
}

BOOST_AUTO_TEST_CASE(names_of_a_set_are_in_order) {
    BOOST_TEST(field_names(fields::size | fields::mtime | fields::target) ==
                   (std::vector<std::string_view>{"mtime", "size", "target"}),
               boost::test_tools::per_element());
    BOOST_TEST(field_names(fields::none).empty());
}

BOOST_AUTO_TEST_SUITE_END()
