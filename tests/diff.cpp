#include <restat/diff.hpp>

#include "support/records.hpp"

#include <range/v3/algorithm/for_each.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/transform.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using support::file;
using support::tree;

namespace {

std::string told(change_set const& changes) {
    std::string text;
    for (change const& c : changes) text += std::string{to_string(c.kind)} + " " + c.path + "; ";
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(differences_of_snapshots)

BOOST_AUTO_TEST_CASE(changes_of_each_kind_are_ordered_by_path) {
    auto const before = tree({{"a", file(1)}, {"b", file(1)}, {"c/x", file(1)}});
    auto const after = tree({{"b", file(2)}, {"c-x", file(1)}, {"c/x", file(1)}, {"d", file(1)}});
    BOOST_TEST(told(diff(before, after)) == "removed a; modified b; added c-x; added d; ");
}

BOOST_AUTO_TEST_CASE(older_timestamp_is_a_change) {
    auto const changes = diff(tree({{"a", file(5)}}), tree({{"a", file(1)}}));
    BOOST_REQUIRE(changes.size() == 1U);
    BOOST_TEST(changes[0].changed == (fields::mtime | fields::ctime));
    BOOST_TEST(changes[0].before.mtime.seconds == 1005);
    BOOST_TEST(changes[0].after.mtime.seconds == 1001);
}

BOOST_AUTO_TEST_CASE(retargeted_link_is_a_change_even_with_an_equal_target) {
    auto const look = [](int link_version) {
        snapshot_builder found;
        auto link = file(link_version);
        link.type = file_type::symlink;
        found.add("a", file(1), link);
        return found.finish();
    };
    auto const changes = diff(look(1), look(2));
    BOOST_REQUIRE(changes.size() == 1U);
    BOOST_TEST(changes[0].changed == fields::target);
}

BOOST_AUTO_TEST_CASE(new_hard_link_is_no_change) {
    auto linked = file(1);
    linked.links = 2;
    linked.ctime.seconds += 9;
    BOOST_TEST(diff(tree({{"a", file(1)}}), tree({{"a", linked}})).empty());
}

BOOST_AUTO_TEST_CASE(change_sets_and_snapshots_compose_with_views) {
    auto const after = tree({{"a", file(1)}, {"b/c", file(2)}, {"d", file(3)}});
    auto const changes = diff(tree({{"a", file(1)}, {"d", file(4)}}), after);
    auto const is_new = [](change const& c) { return c.kind == change_kind::added; };
    auto const added = changes | ranges::views::filter(is_new) |
                       ranges::views::transform(&change::path) | ranges::to<std::vector>();
    BOOST_TEST(added == std::vector<std::string>{"b/c"}, boost::test_tools::per_element());

    auto const names =
        after | ranges::views::transform([](entry const& e) { return std::string{e.path}; }) |
        ranges::to<std::vector>();
    BOOST_TEST(names == (std::vector<std::string>{"a", "b/c", "d"}),
               boost::test_tools::per_element());
    static_assert(std::contiguous_iterator<decltype(changes.begin())>);
    static_assert(std::random_access_iterator<snapshot::iterator>);
}

BOOST_AUTO_TEST_CASE(change_set_finds_its_paths) {
    auto const changes = diff({}, tree({{"a/b", file(1)}, {"a-b", file(1)}, {"c", file(1)}}));
    for (auto const* path : {"a/b", "a-b", "c"}) BOOST_TEST(changes.contains(path));
    for (auto const* path : {"a", "a/", "d", ""}) BOOST_TEST(!changes.contains(path));
}

BOOST_AUTO_TEST_SUITE_END()
