#include "enumerator/scanning.hpp"

#include <cstddef>
#include <string>

using namespace restat;
using restat::testing::file_call;
using restat::testing::memory_file_system;
using scanning::everything;

namespace {

using walk_in_memory = basic_tree_enumerator<memory_file_system>;

constexpr everything all{};

void refresh(walk_in_memory& walk, snapshot& known) {
    snapshot_update update;
    std::error_code error;
    update.begin(known);
    walk.refresh(all, update, error);
    BOOST_REQUIRE(!error);
    update.apply(known);
}

/// 600 directories side by side, the first of which has 600 below it, each of five files.
memory_file_system lopsided_tree() {
    memory_file_system const files;
    for (int i = 0; i < 600; ++i) {
        std::string const number = std::to_string(i);
        for (char const name : {'a', 'b', 'c', 'd', 'e'}) {
            files.write("t/" + number + "/" + name);
            files.write("t/0/" + number + "/" + name);
        }
    }
    files.advance(std::chrono::seconds{5});
    return files;
}

} // namespace

BOOST_AUTO_TEST_SUITE(work_that_is_shared)

// Each part that is given away costs one more open.
BOOST_AUTO_TEST_CASE(is_given_in_few_parts_and_tells_the_same) {
    auto const files = lopsided_tree();
    for (std::size_t const threads : {1U, 2U, 4U, 8U}) {
        walk_in_memory walk{"t", {.threads = threads}, files};
        snapshot seen;
        refresh(walk, seen);
        BOOST_TEST(scanning::told(seen) == files.files());
        auto const before = files.calls(file_call::open);
        refresh(walk, seen);
        auto const opens = files.calls(file_call::open) - before;
        BOOST_TEST(opens >= 1200U);
        BOOST_TEST(opens < 1200 + 40 * threads, opens << " by " << threads);
        BOOST_TEST(scanning::told(seen) == files.files());
    }
}

BOOST_AUTO_TEST_CASE(tells_the_edits_of_all_who_shared_it) {
    auto const files = lopsided_tree();
    for (std::size_t const threads : {2U, 4U, 8U}) {
        walk_in_memory walk{"t", {.threads = threads}, files};
        snapshot seen;
        refresh(walk, seen);
        for (int i = 0; i < 600; i += 7) {
            std::string const number = std::to_string(i);
            files.write("t/" + number + "/c", std::string(threads, 'x'));
            files.write("t/0/" + number + "/new" + std::to_string(threads));
            files.remove("t/0/" + std::to_string(i + 1) + "/a");
            files.write("t/0/" + std::to_string(i + 1) + "/a", std::string(threads, 'y'));
        }
        files.advance(std::chrono::seconds{5});
        snapshot const before = seen;
        refresh(walk, seen);
        BOOST_TEST(scanning::told(seen) == files.files());
        walk_in_memory alone{"t", {.threads = 1}, files};
        snapshot expected = before;
        refresh(alone, expected);
        BOOST_TEST(scanning::listed(diff(before, seen)) ==
                   scanning::listed(diff(before, expected)));
        BOOST_TEST(diff(seen, expected).empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
