#include <restat/file_system/name_list.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(a_name_list)

BOOST_AUTO_TEST_CASE(sorted_names_and_types_are_in_byte_order) {
    name_list names;
    BOOST_TEST(names.empty());
    names.add("b", file_type::directory);
    names.add("\xff", file_type::none);
    names.add("", file_type::fifo);
    names.add("a b", file_type::regular);
    BOOST_TEST(names[0].name == "b");
    names.sort();
    BOOST_REQUIRE(names.size() == 4U);
    BOOST_TEST(names[0].name == "");
    BOOST_TEST(names[1].name == "a b");
    BOOST_TEST(names[2].name == "b");
    BOOST_TEST((names[2].type == file_type::directory));
    BOOST_TEST(names[3].name == "\xff"); // bytes are unsigned
    names.clear();
    BOOST_TEST(names.empty());
}

BOOST_AUTO_TEST_CASE(each_name_ends_with_a_nul) {
    name_list names;
    names.add(std::string_view{"abc"}.substr(0, 2), file_type::none);
    names.add("c", file_type::none);
    BOOST_TEST(std::string{names[0].name.data()} == "ab");
}

BOOST_AUTO_TEST_CASE(sorted_list_finds_a_name) {
    name_list names;
    BOOST_TEST(!names.contains(""));
    for (auto const* name : {"b", "\xff", "a b", "a"}) names.add(name, file_type::none);
    names.sort();
    for (auto const* name : {"a", "a b", "b", "\xff"}) BOOST_TEST(names.contains(name));
    for (auto const* name : {"", " ", "a ", "aa", "c", "\xff\xff"})
        BOOST_TEST(!names.contains(name));
}

BOOST_AUTO_TEST_SUITE_END()
