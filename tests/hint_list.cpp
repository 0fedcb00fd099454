#include <restat/hint_list.hpp>

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace restat;

namespace {

hint_list::paths set_of(std::initializer_list<char const*> paths) {
    return {paths.begin(), paths.end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(hint_lists)

BOOST_AUTO_TEST_CASE(path_counts_once) {
    hint_list hints;
    BOOST_TEST(hints.empty());
    for (int i = 0; i < 3; ++i) {
        hints.check_file("d/a");
        hints.list("d");
    }
    BOOST_TEST((hints.files() == set_of({"d/a"})));
    BOOST_TEST((hints.directories() == set_of({"d"})));
    BOOST_TEST(!hints.empty());
}

BOOST_AUTO_TEST_CASE(file_above_the_bound_counts_as_its_directory) {
    hint_list hints;
    auto const add = [&](std::string const& where) {
        for (std::size_t i = 0; i < 1000; ++i) hints.check_file(where + std::to_string(i));
    };
    add("d/");
    BOOST_TEST(hints.files().size() == hint_list::most_files);
    BOOST_TEST((hints.directories() == set_of({"d"})));
    add("");
    add("/");
    BOOST_TEST((hints.directories() == set_of({".", "/", "d"})));
    hints.check_file("d/1"); // is known
    BOOST_TEST(!hints.is_lost());
}

BOOST_AUTO_TEST_CASE(directories_above_the_bound_are_a_loss) {
    hint_list hints;
    hints.check_file("a");
    for (std::size_t i = 0; i < hint_list::most_directories; ++i) hints.list(std::to_string(i));
    hints.list("0");
    BOOST_TEST(!hints.is_lost());
    hints.list("one more");
    BOOST_TEST(hints.is_lost());
    BOOST_TEST(!hints.empty());
    BOOST_TEST(hints.files().empty());
    BOOST_TEST(hints.directories().empty());
    hints.list("and one more");
    hints.check_file("a");
    BOOST_TEST(hints.files().empty());
    BOOST_TEST(hints.directories().empty());
}

BOOST_AUTO_TEST_CASE(bytes_of_all_paths_are_bounded) {
    hint_list hints;
    std::string const tail(4000, 'x');
    std::size_t added = 0;
    while (!hints.is_lost() && added < 1000) hints.list(std::to_string(added++) + tail);
    BOOST_TEST(added * tail.size() <= hint_list::most_bytes + 2 * tail.size());
    BOOST_TEST(hints.is_lost());
}

BOOST_AUTO_TEST_CASE(removed_paths_make_room) {
    hint_list hints;
    std::string const path(4000, 'x');
    for (int i = 0; i < 1000; ++i) {
        hints.list(path);
        hints.check_file(path);
        hints.remove(path);
        hints.remove("missing");
    }
    BOOST_TEST(hints.empty());
}

BOOST_AUTO_TEST_CASE(lists_are_added) {
    hint_list some;
    some.check_file("a");
    some.list("d");
    hint_list all;
    all.list("e");
    all.add(some);
    BOOST_TEST((all.files() == set_of({"a"})));
    BOOST_TEST((all.directories() == set_of({"d", "e"})));
    hint_list lost;
    lost.lost();
    all.add(lost);
    BOOST_TEST((all == lost));
    all.clear();
    BOOST_TEST(all.empty());
    BOOST_TEST((all == hint_list{}));
}

BOOST_AUTO_TEST_CASE(coverage_is_whole_if_each_directory_has_events) {
    event_coverage sum{.directories = 3, .watched = 3};
    BOOST_TEST(sum.is_whole());
    BOOST_TEST(!event_coverage{}.is_whole());
    auto const full = std::make_error_code(std::errc::no_space_on_device);
    sum += {.directories = 4, .watched = 1, .partly = 1, .refused = 2, .why = full};
    sum += {.why = std::make_error_code(std::errc::permission_denied)};
    BOOST_TEST((sum == event_coverage{7, 4, 1, 0, 2, full}));
    BOOST_TEST(!sum.is_whole());
    BOOST_TEST(event_coverage{.checked = 1}.is_whole()); // without any directory
}

BOOST_AUTO_TEST_SUITE_END()
