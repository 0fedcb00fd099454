#include <restat/enumerator/range_enumerator.hpp>

#include "enumerator/scanning.hpp"

#include <range/v3/view/all.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/transform.hpp>

#include <deque>
#include <span>
#include <string_view>

using namespace restat;
using namespace scanning;

namespace {

struct asset {
    std::string path;
    stat_record record;
    int handle = 0;
};

paths asked(std::string path) {
    paths all;
    auto const record = [&](candidate const& c) noexcept {
        all.push_back(std::string{c.relative()} + (c.is_directory() ? "/" : ""));
        return c.name() == "out" ? verdict::exclude : verdict::none;
    };
    range_enumerator range{std::vector<std::string>{std::move(path)}};
    scan(range, {}, record);
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_range_enumerator)

BOOST_AUTO_TEST_CASE(containers_of_any_path_type_are_accepted) {
    testing::temp_tree const tree;
    tree.write("a");
    std::string const path = tree / "a";
    range_enumerator strings{std::vector{path, tree.path()}}; // the directory is skipped
    range_enumerator views{std::deque<std::string_view>{path}};
    range_enumerator literals{std::vector<char const*>{path.c_str()}};
    BOOST_TEST(told(scan(strings)) == paths{path});
    BOOST_TEST(told(scan(views)) == paths{path});
    BOOST_TEST(told(scan(literals)) == paths{path});
}

BOOST_AUTO_TEST_CASE(view_sees_later_changes_of_its_container) {
    testing::temp_tree const tree;
    tree.write("a");
    tree.write("b");
    std::vector<std::string> files{tree / "a"};
    range_enumerator range{ranges::views::all(files)};
    BOOST_TEST(scan(range).size() == 1U);
    files.push_back(tree / "b");
    BOOST_TEST(scan(range).size() == 2U);
}

BOOST_AUTO_TEST_CASE(views_of_range_v3_are_accepted) {
    testing::temp_tree const tree;
    for (auto const* name : {"0", "1", "2", "3"}) tree.write(name);
    range_enumerator numbered{
        ranges::views::iota(0, 4) | ranges::views::filter([](int i) { return i % 2 == 1; }) |
        ranges::views::transform([&](int i) { return tree / std::to_string(i); })};
    BOOST_TEST(told(scan(numbered), tree.path() + "/") == (paths{"1", "3"}));
    std::vector<std::string> const names{tree / "0"};
    range_enumerator all{ranges::views::all(names)};
    BOOST_TEST(told(scan(all), tree.path() + "/") == paths{"0"});
}

BOOST_AUTO_TEST_CASE(elements_with_a_record_are_accepted) {
    stat_record known;
    known.type = file_type::regular;
    known.size = 42;
    std::vector<asset> const assets{{"textures/a", known}, {"textures/out", known}};
    range_enumerator range{std::span{assets}};
    auto const seen = scan(range, {}, without{"out"});
    BOOST_TEST(told(seen) == paths{"textures/a"});
    BOOST_TEST(seen[0].record.size == 42U);
}

BOOST_AUTO_TEST_CASE(entries_of_a_snapshot_are_accepted) {
    testing::temp_tree const tree;
    tree.write("a/x");
    tree_enumerator walk{tree.path()};
    auto const seen = scan(walk);
    range_enumerator again{ranges::views::all(seen)};
    BOOST_TEST(told(scan(again)) == told(seen));
}

BOOST_AUTO_TEST_CASE(matcher_is_asked_about_parents_from_the_top) {
    BOOST_TEST(asked("x") == paths{"x"});
    BOOST_TEST(asked("./a/b/x") == (paths{"a/", "a/b/", "a/b/x"}));
    BOOST_TEST(asked("/a/x") == (paths{"a/", "a/x"})); // below the root directory
    BOOST_TEST(asked("/x") == paths{"x"});
    BOOST_TEST(asked("a/out/b/x") == (paths{"a/", "a/out/"})); // and no path below
}

BOOST_AUTO_TEST_CASE(matcher_is_asked_once_about_a_shared_parent) {
    int directories = 0;
    auto const count = [&](candidate const& c) noexcept {
        directories += c.is_directory() ? 1 : 0;
        return verdict::exclude;
    };
    range_enumerator range{std::vector<std::string>{"a/x", "a/y", "b/x"}};
    scan(range, {}, count);
    BOOST_TEST(directories == 2);
}

BOOST_AUTO_TEST_CASE(missing_file_is_a_finding) {
    range_enumerator range{std::vector<std::string>{"no/such"}};
    BOOST_TEST(findings(scan(range)) ==
               paths{"cannot find 'no/such': No such file or directory"});
}

BOOST_AUTO_TEST_SUITE_END()
