#include "restart/merge_changes.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>

using namespace restat;

namespace {

change of(change_kind kind, std::string path, std::uint64_t before = 0, std::uint64_t after = 0) {
    change what{kind, std::move(path), fields::none, {}, {}};
    what.before.size = before;
    what.after.size = after;
    if (kind == change_kind::modified) what.changed = fields::size;
    return what;
}

std::string text(change_set const& all) {
    std::string joined;
    for (auto const& what : all) {
        joined += std::string{to_string(what.kind)} + ' ' + what.path + "; ";
    }
    return joined;
}

} // namespace

BOOST_AUTO_TEST_SUITE(merge)

BOOST_AUTO_TEST_CASE(each_pair_of_kinds_merges_to_the_combined_change) {
    using enum change_kind;
    struct {
        change_kind older, newer;
        char const* joined;
    } const cases[] = {
        {added, modified, "added a; "},       // it did not exist before
        {added, removed, ""},                 // it was added and removed again
        {modified, modified, "modified a; "}, //
        {modified, removed, "removed a; "},   //
        {removed, added, "modified a; "},     // another file took its place
    };
    for (auto const& c : cases) {
        auto const joined =
            detail::merge(change_set{{of(c.older, "a")}}, change_set{{of(c.newer, "a")}});
        BOOST_TEST(text(joined) == c.joined);
    }
}

BOOST_AUTO_TEST_CASE(merge_keeps_the_order_and_every_change) {
    using enum change_kind;
    change_set const older{{of(added, "a"), of(modified, "c"), of(added, "e")}};
    change_set const newer{
        {of(removed, "b"), of(modified, "c"), of(modified, "d"), of(added, "f")}};
    BOOST_TEST(text(detail::merge(older, newer)) ==
               "added a; removed b; modified c; modified d; added e; added f; ");
}

BOOST_AUTO_TEST_CASE(records_are_the_first_and_the_last) {
    using enum change_kind;
    auto const joined = detail::merge(change_set{{of(modified, "a", 1, 2)}},
                                      change_set{{of(modified, "a", 2, 3)}});
    BOOST_TEST(joined[0].before.size == 1U);
    BOOST_TEST(joined[0].after.size == 3U);
    BOOST_TEST((joined[0].changed == fields::size));
}

BOOST_AUTO_TEST_CASE(rename_without_other_changes_of_its_names_stays_a_rename) {
    using enum change_kind;
    auto const moved = [](char const* from, char const* to) {
        auto what = of(change_kind::renamed, to, 1, 2);
        what.from = from;
        return what;
    };
    auto const merged = [](change const& older, change const& newer) {
        return text(detail::merge(change_set{{older}}, change_set{{newer}}));
    };
    BOOST_TEST(merged(moved("a", "b"), of(modified, "c")) == "renamed b; modified c; ");
    BOOST_TEST(merged(of(modified, "c"), moved("a", "b")) == "renamed b; modified c; ");
    BOOST_TEST(merged(moved("a", "b"), of(modified, "b")) == "removed a; added b; ");
    BOOST_TEST(merged(moved("a", "b"), of(added, "a")) == "modified a; added b; ");
    BOOST_TEST(merged(moved("a", "b"), moved("b", "c")) == "removed a; added c; ");
    BOOST_TEST(merged(moved("a", "b"), moved("b", "a")) == "modified a; ");
    BOOST_TEST(merged(of(modified, "a"), moved("a", "b")) == "removed a; added b; ");
    BOOST_TEST(merged(of(added, "a"), moved("a", "b")) == "added b; ");
}

// A search for each name among all renames would take a quarter of an hour.
BOOST_AUTO_TEST_CASE(two_hundred_thousand_renames_merge_quickly) {
    auto const moved = [](char const* from, char const* to) {
        std::vector<change> all;
        for (int i = 100'000; i < 200'000; ++i) {
            all.push_back(of(change_kind::renamed, to + std::to_string(i)));
            all.back().from = from + std::to_string(i);
        }
        return change_set{std::move(all)};
    };
    auto const begin = std::clock(); // CPU time, independent of other load
    BOOST_TEST(detail::merge(moved("a/", "b/"), moved("c/", "d/")).size() == 200'000U);
    auto const both = detail::merge(moved("a/", "b/"), moved("b/", "c/"));
    BOOST_TEST(both.size() == 200'000U); // all of a removed, all of c added
    BOOST_TEST((std::clock() - begin) / CLOCKS_PER_SEC < 60);
}

BOOST_AUTO_TEST_CASE(merged_history_covers_first_detection_to_last_delivery) {
    using enum change_kind;
    auto const at = [](int n) { return time_point{std::chrono::milliseconds{n}}; };
    auto older = of(modified, "a");
    older.history = {at(1), at(2), at(3), awaited::content, false, false};
    auto newer = of(modified, "a");
    newer.history = {at(4), at(5), at(6), awaited::quiet, true, false};
    auto const why = detail::merge(change_set{{older}}, change_set{{newer}})[0].history;
    BOOST_TEST((why.first_seen == at(1)));
    BOOST_TEST((why.last_changed == at(5)));
    BOOST_TEST((why.delivered == at(6)));
    BOOST_TEST((why.waited_for == (awaited::quiet | awaited::content)));
    BOOST_TEST(why.forced);
}

BOOST_AUTO_TEST_SUITE_END()
