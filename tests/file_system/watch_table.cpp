#include "file_system/watch_table.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using restat::file_identity;
using restat::detail::watch_table;

namespace {

file_identity directory(std::uint64_t inode) { return {inode % 3, inode}; }

} // namespace

BOOST_AUTO_TEST_SUITE(watch_tables)

BOOST_AUTO_TEST_CASE(watch_and_directory_find_each_other) {
    watch_table table;
    file_identity found;
    BOOST_TEST(!table.find(1, found));
    BOOST_TEST(table.find(directory(7)) == 0);
    BOOST_TEST(table.put(1, directory(7)));
    BOOST_TEST(table.find(1, found));
    BOOST_TEST((found == directory(7)));
    BOOST_TEST(table.find(directory(7)) == 1);
    table.erase(1);
    table.erase(1);
    BOOST_TEST(!table.find(1, found));
    BOOST_TEST(table.find(directory(7)) == 0);
    BOOST_TEST(table.sure() == 0U);
}

BOOST_AUTO_TEST_CASE(number_or_identity_in_use_again_has_its_latest_meaning) {
    watch_table table;
    file_identity found;
    BOOST_TEST(table.put(1, directory(7)));
    BOOST_TEST(table.put(2, directory(7))); // an inode
    BOOST_TEST(!table.find(1, found));
    BOOST_TEST(table.find(directory(7)) == 2);
    BOOST_TEST(table.put(2, directory(8))); // a watch
    BOOST_TEST(table.find(directory(7)) == 0);
    BOOST_TEST(table.find(directory(8)) == 2);
    BOOST_TEST(table.sure() == 1U);
}

BOOST_AUTO_TEST_CASE(doubt_lasts_until_the_watch_is_put_again) {
    watch_table table;
    BOOST_TEST(table.put(1, directory(1)));
    BOOST_TEST(table.put(2, directory(2)));
    table.doubt(directory(1));
    table.doubt(directory(9));
    BOOST_TEST(!table.is_sure(directory(1)));
    BOOST_TEST(table.sure() == 1U);
    table.doubt_all();
    BOOST_TEST(!table.is_sure(directory(2)));
    BOOST_TEST(table.find(directory(2)) == 2);
    BOOST_TEST(table.put(2, directory(2)));
    BOOST_TEST(table.is_sure(directory(2)));
    BOOST_TEST(table.sure() == 1U);
    table.erase(1);
    BOOST_TEST(table.sure() == 1U);
}

BOOST_AUTO_TEST_CASE(devices_end_at_a_limit) {
    watch_table table;
    for (int i = 1; i <= 65'536; ++i) {
        BOOST_REQUIRE(table.put(1, {static_cast<std::uint64_t>(i), 1}));
    }
    BOOST_TEST(!table.put(1, {0, 1}));
    BOOST_TEST(table.find({65'536, 1}) == 1);
}

BOOST_AUTO_TEST_CASE(table_equals_a_map_after_any_steps) {
    std::mt19937 random{7};
    auto const below = [&](int limit) { return static_cast<int>(random() % unsigned(limit)); };
    watch_table table;
    std::map<int, std::uint64_t> model;
    int next = 1;
    for (int step = 0; step < 50'000; ++step) {
        auto const inode = static_cast<std::uint64_t>(below(3'000));
        int const watch = below(4) == 0 ? 1 + below(next) : next++;
        if (below(3) == 0) {
            table.erase(watch);
            model.erase(watch);
        } else {
            BOOST_REQUIRE(table.put(watch, directory(inode)));
            std::erase_if(model, [&](auto const& one) { return one.second == inode; });
            model[watch] = inode;
        }
    }
    BOOST_TEST(table.sure() == model.size());
    for (int watch = 1; watch < next; ++watch) {
        file_identity found;
        auto const known = model.find(watch);
        BOOST_REQUIRE(table.find(watch, found) == (known != model.end()));
        if (known == model.end()) continue;
        BOOST_REQUIRE((found == directory(known->second)));
        BOOST_REQUIRE(table.find(found) == watch);
        BOOST_REQUIRE(table.is_sure(found));
    }
}

BOOST_AUTO_TEST_SUITE_END()
