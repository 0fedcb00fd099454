#include <restat/file_system/name_list.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

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

BOOST_AUTO_TEST_CASE(names_of_any_number_are_sorted_in_steps) {
    std::mt19937 random{7};
    for (std::size_t const count : {0U, 1U, 2U, 127U, 128U, 129U, 255U, 256U, 257U, 384U, 1000U,
                                    4095U, 4096U, 4097U, 9000U}) {
        name_list names;
        std::vector<std::string> expected;
        for (int turn = 0; turn < 2; ++turn) { // then again, with the memory of before
            for (std::size_t i = 0; i < count; ++i) {
                expected.push_back(std::to_string(random() % 100'000));
                names.add(expected.back(), i % 2 ? file_type::regular : file_type::fifo);
            }
            std::size_t steps = 1;
            while (names.sort_some()) ++steps;
            std::sort(expected.begin(), expected.end());
            BOOST_REQUIRE(names.size() == count);
            for (std::size_t i = 0; i < count; ++i) BOOST_TEST(names[i].name == expected[i]);
            // No step sorts or moves more than a few hundred names.
            std::size_t moves = count;
            for (std::size_t run = 128; run < count; run *= 2) moves += count;
            BOOST_TEST(steps >= moves / 256);
            names.clear();
            expected.clear();
        }
    }
}

BOOST_AUTO_TEST_CASE(first_names_are_kept_at_any_number) {
    for (std::size_t const count : {0U, 1U, 4095U, 4096U, 4097U, 8192U, 9000U}) {
        name_list names;
        for (int i = 0; i < 9000; ++i) names.add(std::to_string(i), file_type::regular);
        names.keep_first(count);
        names.add("next", file_type::fifo);
        BOOST_REQUIRE(names.size() == count + 1);
        if (count > 0) BOOST_TEST(names[count - 1].name == std::to_string(count - 1));
        BOOST_TEST(names[count].name == "next");
        BOOST_TEST((names[count].type == file_type::fifo));
    }
}

BOOST_AUTO_TEST_CASE(names_of_any_length_are_kept_and_copied) {
    name_list names;
    std::vector<std::string> expected;
    for (std::size_t const length :
         {0U, 1U, 15U, 255U, 65'534U, 65'535U, 65'536U, 200'000U, 3U}) {
        for (char const first : {'b', 'a'}) {
            expected.push_back(first + std::string(length, 'x'));
            names.add(expected.back(), file_type::none);
        }
    }
    auto const is_same = [&](name_list const& in) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (in[i].name != expected[i] || in[i].name.data()[expected[i].size()] != '\0')
                return false;
        }
        return in.size() == expected.size();
    };
    BOOST_TEST(is_same(names));
    name_list copy = names;
    names.clear();
    BOOST_TEST(is_same(copy));
    copy.sort();
    std::sort(expected.begin(), expected.end());
    BOOST_TEST(is_same(copy));
    for (auto const& name : expected) BOOST_TEST(copy.contains(name));
}

// Otherwise one name of many would take as long as all names before.
BOOST_AUTO_TEST_CASE(names_do_not_move_while_others_are_added) {
    name_list names;
    for (int i = 0; i < 10'000; ++i) names.add("name_" + std::to_string(i), file_type::none);
    std::vector<char const*> at;
    for (std::size_t i = 8192; i < 10'000; ++i) at.push_back(names[i].name.data());
    for (int i = 10'000; i < 100'000; ++i)
        names.add("name_" + std::to_string(i), file_type::none);
    for (std::size_t i = 8192; i < 10'000; ++i)
        BOOST_REQUIRE(names[i].name.data() == at[i - 8192]);
}

BOOST_AUTO_TEST_CASE(names_cleared_in_the_middle_of_a_sort_are_forgotten) {
    name_list names;
    for (int i = 1000; i > 0; --i) names.add(std::to_string(i), file_type::regular);
    for (int i = 0; i < 10; ++i) BOOST_TEST(names.sort_some());
    names.clear();
    names.add("b", file_type::regular);
    names.add("a", file_type::regular);
    names.sort();
    BOOST_REQUIRE(names.size() == 2U);
    BOOST_TEST(names[0].name == "a");
    BOOST_TEST(names[1].name == "b");
}

BOOST_AUTO_TEST_SUITE_END()
