#include <restat/snapshot.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <ranges>

using namespace restat;
using support::file;
using support::tree;

static_assert(std::ranges::random_access_range<snapshot const>);
static_assert(std::ranges::sized_range<snapshot const>);

BOOST_AUTO_TEST_SUITE(the_order_of_paths)

BOOST_AUTO_TEST_CASE(puts_a_directory_before_what_is_below_it_and_that_before_all_else) {
    struct row {
        char const* before;
        char const* after;
    };
    for (auto const& [before, after] : {
             row{"", "a"},          // nothing first
             row{"a", "b"},         // by bytes
             row{"a", "aa"},        // a beginning first
             row{"a", "a/b"},       // a directory, then what is in it
             row{"a/z", "a b"},     // a blank is less than a slash, as a byte
             row{"a/z", "a-b"},     // so is a dash
             row{"a/z", "a.b"},     // and a dot
             row{"a/z", "a\x01"},   // and a control character
             row{"a/b/c", "a/b-c"}, // at any depth
             row{"a", "\x80"},      // bytes have no sign
             row{"\x7f", "\xff"},   //
         }) {
        BOOST_TEST(path_less(before, after), before << " " << after);
        BOOST_TEST(!path_less(after, before), before << " " << after);
        BOOST_TEST(!path_less(before, before));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_snapshot)

BOOST_AUTO_TEST_CASE(is_empty_when_made) {
    snapshot const none;
    BOOST_TEST(none.empty());
    BOOST_TEST((none.begin() == none.end()));
    BOOST_TEST((none.find("a") == none.end()));
    BOOST_TEST(none.is_final());
}

BOOST_AUTO_TEST_CASE(finds_exactly_a_path) {
    auto const seen = tree({{"a", file(1)}, {"a/b", file(2)}, {"a-b", file(3)}});
    BOOST_TEST((*seen.find("a/b")).record.mtime.seconds == 1002);
    BOOST_TEST(seen.contains("a-b"));
    for (auto const* absent : {"", "a/", "a/c", "b"}) BOOST_TEST(!seen.contains(absent), absent);
    BOOST_TEST(seen.lower_bound("a/") == 1U);
    BOOST_TEST(seen.lower_bound("z") == 3U);
}

BOOST_AUTO_TEST_CASE(iterates_at_random) {
    auto const seen = tree({{"a", file(1)}, {"b", file(2)}, {"c", file(3)}});
    auto at = seen.begin();
    BOOST_TEST((*(at + 2)).path == "c");
    BOOST_TEST(at[1].path == "b");
    BOOST_TEST((*++at).path == "b");
    BOOST_TEST((*at++).path == "b");
    BOOST_TEST((*at--).path == "c");
    BOOST_TEST(at.index() == 1U);
    BOOST_TEST((seen.end() - seen.begin() == 3));
    BOOST_TEST((seen.begin() < seen.end()));
    BOOST_TEST(std::ranges::count_if(seen, [](entry const& e) { return e.record.size == 1; }) ==
               3);
}

BOOST_AUTO_TEST_CASE(is_final_if_each_record_and_each_link_is) {
    BOOST_TEST(tree({{"a", file(1)}}).is_final());
    BOOST_TEST(!tree({{"a", file(1)}, {"b", support::not_final(file(1))}}).is_final());
    snapshot_builder found;
    found.add("a", file(1), support::not_final(file(1)));
    BOOST_TEST(!found.finish().is_final());
}

BOOST_AUTO_TEST_SUITE_END()
