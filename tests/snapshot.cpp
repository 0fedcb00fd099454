#include <restat/snapshot.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iterator>
#include <random>
#include <ranges>
#include <string>
#include <vector>

using namespace restat;
using support::file;
using support::tree;

static_assert(std::ranges::random_access_range<snapshot const>);
static_assert(std::ranges::sized_range<snapshot const>);

BOOST_AUTO_TEST_SUITE(the_order_of_paths)

BOOST_AUTO_TEST_CASE(directory_precedes_its_entries_and_they_precede_all_other_paths) {
    struct row {
        char const* before;
        char const* after;
    };
    for (auto const& [before, after] : {
             row{"", "a"},          // the empty path first
             row{"a", "b"},         // by bytes
             row{"a", "aa"},        // a prefix first
             row{"a", "a/b"},       // a directory, then its entries
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

BOOST_AUTO_TEST_CASE(default_snapshot_is_empty) {
    snapshot const none;
    BOOST_TEST(none.empty());
    BOOST_TEST((none.begin() == none.end()));
    BOOST_TEST((none.find("a") == none.end()));
    BOOST_TEST(none.is_final());
}

BOOST_AUTO_TEST_CASE(path_is_found_in_any_spelling) {
    auto const seen = tree({{"a", file(1)}, {"a/b", file(2)}, {"a-b", file(3)}});
    BOOST_TEST((*seen.find("a/b")).record.mtime.seconds == 1002);
    BOOST_TEST(seen.contains("a-b"));
    for (auto const* same : {"./a/b", "a//b", "a/./b", "a/b/", ".//a/b/."}) {
        BOOST_TEST((*seen.find(same)).path.str() == "a/b", same);
    }
    for (auto const* absent : {"", "/a", "a/c", "b", "./b", "a/../a"})
        BOOST_TEST(!seen.contains(absent), absent);
    BOOST_TEST(seen.lower_bound("a/") == 1U);
    BOOST_TEST(seen.lower_bound("z") == 3U);
}

BOOST_AUTO_TEST_CASE(iterators_are_random_access) {
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

namespace {

std::uint64_t any_number(std::mt19937_64& random) {
    switch (random() % 4) {
    case 0: return random() % 3;
    case 1: return random() % 0x1'0000'0002U;
    case 2: return std::uint64_t{} - random() % 3;
    default: return random();
    }
}

stat_record any_record(std::mt19937_64& random) {
    auto const narrow = [&] { return static_cast<std::uint32_t>(any_number(random)); };
    auto const time = [&] {
        return stamp{static_cast<std::int64_t>(any_number(random)), narrow()};
    };
    return {.device = any_number(random),
            .inode = any_number(random),
            .size = any_number(random),
            .mtime = time(),
            .ctime = time(),
            .mode = narrow(),
            .owner = narrow(),
            .group = narrow(),
            .links = narrow(),
            .type = static_cast<file_type>(1 + random() % 8),
            .final = random() % 2 == 0};
}

bool same(stat_record const& a, stat_record const& b) {
    return changed_fields(a, b) == fields::none && a.final == b.final && a.owner == b.owner &&
           a.group == b.group;
}

std::string any_path(std::mt19937_64& random) {
    std::string path;
    for (auto length = random() % 9; length > 0; --length) path += "ab/.-/"[random() % 6];
    return path;
}

} // namespace

BOOST_AUTO_TEST_CASE(fields_keep_every_value) {
    std::mt19937_64 random{3};
    for (int round = 0; round < 20; ++round) {
        std::vector<entry> all;
        std::vector<std::string> names;
        for (int i = 0; i < 200; ++i) names.push_back(std::to_string(1000 + i));
        snapshot_builder found;
        for (auto const& name : names) {
            bool const is_link = random() % 4 == 0;
            all.push_back({name, any_record(random), is_link ? any_record(random) : stat_record{},
                           random() % 2 == 0});
            found.add(all.back());
        }
        snapshot const seen = found.finish();
        snapshot const copy = seen;
        BOOST_REQUIRE(copy.size() == all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto const e = copy[i];
            BOOST_TEST(e.path == all[i].path);
            BOOST_TEST(same(e.record, all[i].record));
            BOOST_TEST(same(e.link, all[i].link));
            BOOST_TEST(e.incidental == all[i].incidental);
        }
    }
}

BOOST_AUTO_TEST_CASE(paths_are_in_order) {
    std::mt19937_64 random{5};
    for (int round = 0; round < 500; ++round) {
        std::vector<std::string> paths;
        snapshot_builder found;
        for (auto count = random() % 40; count > 0; --count) {
            paths.push_back(any_path(random));
            found.add(paths.back(), file(1));
        }
        std::sort(paths.begin(), paths.end(), path_less);
        paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
        auto const seen = found.finish();
        std::vector<std::string> told;
        for (entry const e : seen) told.push_back(e.path.str());
        BOOST_REQUIRE((told == paths));
        for (std::size_t i = 0; i < paths.size(); ++i) {
            BOOST_TEST(seen.path(i) == paths[i]);
            BOOST_TEST(seen.lower_bound(paths[i]) == i);
        }
        auto const other = any_path(random);
        auto const at = std::lower_bound(paths.begin(), paths.end(), other, path_less);
        BOOST_TEST(seen.lower_bound(other) == static_cast<std::size_t>(at - paths.begin()));
    }
}

BOOST_AUTO_TEST_CASE(snapshot_is_final_if_each_record_and_link_is_final) {
    BOOST_TEST(tree({{"a", file(1)}}).is_final());
    BOOST_TEST(!tree({{"a", file(1)}, {"b", support::not_final(file(1))}}).is_final());
    snapshot_builder found;
    found.add("a", file(1), support::not_final(file(1)));
    BOOST_TEST(!found.finish().is_final());
}

BOOST_AUTO_TEST_SUITE_END()
