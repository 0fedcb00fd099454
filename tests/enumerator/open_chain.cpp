#include "enumerator/open_chain.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using testing::memory_file_system;

namespace {

/// A tree of nested directories: t/0/1/2/...
memory_file_system deep_tree(int depth) {
    memory_file_system const tree;
    std::string path = "t";
    for (int i = 0; i < depth; ++i) path += "/" + std::to_string(i);
    tree.make_directory(path);
    return tree;
}

void enter_all(walking::stage& s, int depth) {
    s.enter_root();
    for (int i = 0; i < depth; ++i) s.enter(std::to_string(i));
}

std::string open_levels(walking::stage& s) {
    std::string text;
    for (auto const& level : s.chain.levels()) text += level.at ? 'x' : '-';
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_chain_of_open_directories, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(only_the_lowest_directories_stay_open) {
    walking::stage s{deep_tree(15)};
    enter_all(s, 11);
    BOOST_TEST(open_levels(s) == "xxxxxxxxxxxx");
    for (int i = 11; i < 15; ++i) s.enter(std::to_string(i));
    BOOST_TEST(open_levels(s) == "----xxxxxxxxxxxx");
}

BOOST_AUTO_TEST_CASE(top_below_a_root_stays_open) {
    walking::stage s{deep_tree(15)};
    detail::walk_origin from;
    from.root = "t";
    from.below = 2;
    from.is_root = false;
    s.chain.begin(from, "t/0");
    std::error_code error;
    s.chain.prepare(s.chain.open_top(error), last_link::keep,
                    walking::directory_row::no_directory);
    BOOST_TEST(!error);
    s.chain.lower();
    for (int i = 1; i < 15; ++i) s.enter(std::to_string(i));
    BOOST_TEST(open_levels(s) == "x--xxxxxxxxxxxx");
}

BOOST_AUTO_TEST_CASE(paths_of_directories_end_with_a_slash) {
    walking::stage s{deep_tree(2)};
    enter_all(s, 1);
    BOOST_TEST(s.chain.path() == "t/0/");
    s.chain.go_to("1");
    BOOST_TEST(s.chain.path() == "t/0/1");
    BOOST_TEST(s.chain.name() == "1");
    BOOST_TEST(s.chain.level_path() == "t/0/");
    auto const size = s.chain.as_directory([](std::string_view path) { return path.size(); });
    BOOST_TEST(size == std::string_view{"t/0/1/"}.size());
    BOOST_TEST(s.chain.path() == "t/0/1");
    s.chain.go_back();
    BOOST_TEST(s.chain.path() == "t/0/");
}

BOOST_AUTO_TEST_CASE(closed_directory_is_opened_from_the_nearest_open_directory) {
    walking::stage s{deep_tree(3)};
    enter_all(s, 3);
    auto const before = s.tree.opened().size();
    s.chain.levels()[3].at = {};
    s.chain.levels()[2].at = {};
    std::error_code error;
    s.chain.reopen(error);
    BOOST_TEST(!error);
    auto const opened = s.tree.opened();
    scanning::paths const again(opened.begin() + static_cast<long>(before), opened.end());
    BOOST_TEST(again == (scanning::paths{"t/0/1", "t/0/1/2"}));
    BOOST_TEST(open_levels(s) == "xxxx");
    s.chain.close_levels();
    s.chain.reopen(error);
    BOOST_TEST(!error);
    BOOST_TEST(open_levels(s) == "xxxx");
}

BOOST_AUTO_TEST_CASE(another_directory_in_the_place_of_a_closed_directory_is_an_error) {
    walking::stage s{deep_tree(2)};
    enter_all(s, 2);
    s.tree.rename("t/0", "t/old");
    s.tree.make_directory("t/0/1");
    BOOST_TEST(s.chain.has_moved());
    s.chain.close_levels();
    std::error_code error;
    s.chain.reopen(error);
    BOOST_TEST(error.value() == ESTALE);
    BOOST_TEST(open_levels(s) == "x--");
}

BOOST_AUTO_TEST_CASE(link_in_the_place_of_a_closed_directory_is_not_passed) {
    walking::stage s{deep_tree(2)};
    enter_all(s, 2);
    s.tree.rename("t/0", "t/old");
    s.tree.symlink("old", "t/0");
    BOOST_TEST(!s.chain.has_moved()); // the path leads to the same directory
    s.chain.close_levels();
    std::error_code error;
    s.chain.reopen(error);
    BOOST_TEST(error);
}

BOOST_AUTO_TEST_CASE(way_to_a_top_follows_only_the_links_of_the_walk) {
    memory_file_system const tree;
    tree.make_directory("t/real/in");
    tree.symlink("real", "t/link");
    walking::stage s{tree};
    detail::walk_origin from;
    from.root = "t";
    from.below = 2;
    from.is_root = false;
    std::error_code error;
    s.chain.begin(from, "t/link/in");
    static_cast<void>(s.chain.open_top(error));
    BOOST_TEST(error);
    error.clear();
    from.links = {std::string_view{"t/link"}.size()};
    s.chain.begin(from, "t/link/in");
    BOOST_TEST(static_cast<bool>(s.chain.open_top(error)));
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(shortage_of_descriptors_closes_the_directories_above) {
    walking::stage s{deep_tree(3)};
    s.tree.limit_descriptors(3);
    enter_all(s, 3);
    BOOST_TEST(open_levels(s) == "--xx");
}

BOOST_AUTO_TEST_CASE(shortage_of_descriptors_gives_up_a_scan_of_several_workers) {
    walking::stage s{deep_tree(3), {}, {.threads = 2}};
    s.tree.limit_descriptors(3);
    enter_all(s, 2);
    std::error_code error;
    BOOST_TEST(!s.chain.open("2", last_link::keep, error));
    BOOST_TEST(detail::is_shortage(error));
    BOOST_TEST(s.shared.given_up.load());
    BOOST_TEST(open_levels(s) == "xxx");
}

BOOST_AUTO_TEST_CASE(part_of_a_directory_is_taken_over_with_its_names) {
    walking::stage s{deep_tree(1)};
    walking::stage::task part;
    std::error_code error;
    part.root = "t";
    part.path = "t/";
    part.at = s.tree.open("t", error);
    part.rules_changed = true;
    part.names.add("a", file_type::directory);
    part.known_names.push_back(7);
    s.chain.begin(part, part.path);
    s.chain.take_over(part);
    BOOST_TEST(s.below() == scanning::paths{"a"});
    BOOST_TEST(s.chain.lowest().known_below[0] == 7U);
    BOOST_TEST(s.chain.lowest().rules_changed);
    BOOST_TEST(s.chain.level_path() == "t/");
    BOOST_TEST(part.names.empty());
}

BOOST_AUTO_TEST_SUITE_END()
