#include "values/directory_index.hpp"

#include "values/snapshot_contents.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace restat::detail;

void add_directory(row_store& to, object_id id, listing known = listing::whole) {
    auto& made = to.begin("d" + std::to_string(to.directories.size()) + "/");
    made.mark.device = id.device;
    made.mark.inode = id.inode;
    made.mark.known = known;
}

std::vector<std::uint32_t> find_all(directory_index const& in, row_store const& of,
                                    object_id id) {
    std::vector<std::uint32_t> found;
    in.any_of(of, id, [&](std::uint32_t directory) {
        found.push_back(directory);
        return false;
    });
    std::sort(found.begin(), found.end());
    return found;
}

std::unique_ptr<directory_index> whole_index(row_store const& of) {
    auto made = std::make_unique<directory_index>(of);
    while (made->add_some(of)) continue;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(the_index_of_directories)

BOOST_AUTO_TEST_CASE(index_finds_the_same_directories_as_a_search) {
    std::mt19937 dice{5};
    for (std::size_t const count : {0U, 1U, 2U, 3U, 100U, 2000U}) {
        row_store all;
        for (std::size_t i = 0; i < count; ++i) {
            auto const known = dice() % 10 == 0 ? listing::none : listing::whole;
            add_directory(all, {dice() % 3, 1 + dice() % count}, known);
        }
        auto const index = whole_index(all);
        for (std::uint64_t device = 0; device < 3; ++device) {
            for (std::uint64_t inode = 0; inode <= count + 1; ++inode) {
                std::vector<std::uint32_t> wanted;
                for (std::uint32_t i = 0; i < count; ++i) {
                    auto const& mark = all.directories[i].mark;
                    bool const is_it = id_of(mark) == object_id{device, inode};
                    if (is_it && mark.known != listing::none) wanted.push_back(i);
                }
                BOOST_TEST_REQUIRE(find_all(*index, all, {device, inode}) == wanted);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(search_ends_at_the_first_wanted_directory) {
    row_store all;
    for (int i = 0; i < 3; ++i) add_directory(all, {1, 7});
    auto const index = whole_index(all);
    int asked = 0;
    BOOST_TEST(index->any_of(all, {1, 7}, [&](std::uint32_t) { return ++asked == 2; }));
    BOOST_TEST(asked == 2);
    BOOST_TEST(!index->any_of(all, {1, 8}, [](std::uint32_t) { return true; }));
}

BOOST_AUTO_TEST_CASE(index_of_many_directories_is_made_in_steps) {
    row_store all;
    for (std::uint64_t i = 0; i < 1000; ++i) add_directory(all, {1, i});
    directory_index made{all};
    int steps = 0;
    while (made.add_some(all)) ++steps;
    BOOST_TEST(steps > 2);
    BOOST_TEST(find_all(made, all, {1, 999}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(first_index_stays_until_it_is_dropped) {
    row_store all;
    lazy_index held;
    BOOST_TEST(!held.get());
    auto first = whole_index(all);
    auto const* const expected = first.get();
    held.set(std::move(first));
    held.set(whole_index(all));
    BOOST_TEST(held.get() == expected);
    lazy_index copy{held};
    BOOST_TEST(!copy.get());
    copy.set(whole_index(all));
    copy = held;
    BOOST_TEST(!copy.get());
    held.drop();
    BOOST_TEST(!held.get());
}

BOOST_AUTO_TEST_SUITE_END()
