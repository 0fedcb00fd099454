#include "enumerator/tree_scan.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using testing::memory_file_system;

BOOST_AUTO_TEST_SUITE(the_shared_state_of_a_scan, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(directory_is_visited_first_by_a_single_root) {
    detail::visited_directories visited;
    for (int scan = 0; scan < 3; ++scan) {
        for (std::uint64_t i = 0; i < 1000; ++i) BOOST_TEST(!visited.visit({1, i}, i));
        for (std::uint64_t i = 0; i < 1000; ++i) BOOST_TEST(*visited.visit({1, i}, 9) == i);
        BOOST_TEST(!visited.visit({2, 5}, 0)); // an equal number on another device
        visited.clear();
    }
}

BOOST_AUTO_TEST_CASE(second_visit_is_elsewhere_if_another_root_came_first) {
    walking::stage s{memory_file_system{}};
    bool elsewhere = false;
    BOOST_TEST(s.shared.visit({1, 1}, 0, elsewhere));
    BOOST_TEST(!s.shared.visit({1, 1}, 0, elsewhere));
    BOOST_TEST(!elsewhere);
    BOOST_TEST(!s.shared.visit({1, 1}, 1, elsewhere));
    BOOST_TEST(elsewhere);
}

BOOST_AUTO_TEST_CASE(kept_directory_is_found_by_its_identity) {
    walking::stage s{memory_file_system{}};
    BOOST_TEST(!s.shared.find_kept({1, 1}));
    s.shared.note_kept({1, 1}, 4);
    s.shared.note_kept({1, 1}, 5); // a second path of the same directory
    BOOST_TEST(*s.shared.find_kept({1, 1}) == 4U);
}

BOOST_AUTO_TEST_CASE(stamps_of_a_device_are_trusted_as_at_its_first_directory) {
    memory_file_system tree;
    tree.make_directory("t");
    walking::stage s{tree};
    s.enter_root();
    auto const& at = s.chain.lowest().at;
    BOOST_TEST(s.shared.trusts(at, 1));
    tree.cache_records(std::chrono::nanoseconds{1});
    BOOST_TEST(s.shared.trusts(at, 1));
    BOOST_TEST(!s.shared.trusts(at, 2));
}

BOOST_AUTO_TEST_CASE(limited_scan_reaches_only_its_scope) {
    walking::stage s{memory_file_system{}};
    BOOST_TEST(s.shared.is_within_reach("u"));
    s.shared.delta.scoped = true;
    s.shared.delta.scope = {"t/a/"};
    BOOST_TEST(s.shared.is_within_reach("t"));
    BOOST_TEST(!s.shared.is_within_reach("u"));
}

BOOST_AUTO_TEST_CASE(number_of_threads_is_limited) {
    BOOST_TEST(detail::threads_for<memory_file_system>({.threads = 3}) == 3U);
    BOOST_TEST(detail::threads_for<memory_file_system>({.threads = 1000}) ==
               detail::most_workers);
    BOOST_TEST(detail::threads_for<memory_file_system>({}) >= 1U);
}

BOOST_AUTO_TEST_SUITE_END()
