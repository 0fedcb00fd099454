#include <restat/change_set.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

namespace {

change_set sample() {
    return change_set{{{.kind = change_kind::added, .path = "a"},
                       {.kind = change_kind::renamed, .path = "c", .from = "b"},
                       {.kind = change_kind::removed, .path = "d"}},
                      4};
}

} // namespace

BOOST_AUTO_TEST_SUITE(set_of_changes)

BOOST_AUTO_TEST_CASE(renamed_file_is_found_by_both_names) {
    auto const changes = sample();
    BOOST_REQUIRE(changes.contains("c"));
    BOOST_TEST(changes.find("c")->from == "b");
    BOOST_TEST(changes.find("b") == changes.find("c"));
    BOOST_TEST(changes.find("d")->path == "d");
    BOOST_TEST(changes.find("e") == nullptr);
    BOOST_TEST(changes.find("") == nullptr);
}

BOOST_AUTO_TEST_CASE(path_wins_over_the_former_name_of_another_file) {
    change_set const changes{{{.kind = change_kind::added, .path = "a"},
                              {.kind = change_kind::renamed, .path = "b", .from = "a"}}};
    BOOST_TEST(changes.find("a") == &changes[0]);
}

BOOST_AUTO_TEST_CASE(set_is_a_contiguous_range) {
    auto const changes = sample();
    BOOST_TEST(changes.end() - changes.begin() == 3);
    BOOST_TEST(changes.data() == &changes[0]);
    BOOST_TEST(change_set{}.empty());
}

BOOST_AUTO_TEST_CASE(copy_and_move_keep_changes_and_batch) {
    auto first = sample();
    auto const copy = first;
    auto const moved = std::move(first);
    BOOST_TEST(copy.size() == 3U);
    BOOST_TEST(copy.batch() == 4U);
    BOOST_TEST(moved[2].path == "d");
    BOOST_TEST(moved.batch() == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
