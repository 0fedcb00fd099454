#include "enumerator/worker_scan.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using testing::memory_file_system;

BOOST_AUTO_TEST_SUITE(a_scan_seen_by_a_worker, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(each_worker_has_a_harvest_of_its_own) {
    walking::stage s{memory_file_system{}, {}, {.threads = 2}};
    detail::worker_scan<memory_file_system> other;
    other.begin(s.shared, 1);
    other.found().unfinished.emplace_back("t/");
    BOOST_TEST(s.found().unfinished.empty());
    BOOST_TEST(s.shared.delta.harvests[1].unfinished.size() == 1U);
}

BOOST_AUTO_TEST_CASE(without_a_snapshot_no_directory_is_known) {
    memory_file_system const tree;
    tree.write("t/f");
    walking::stage const first{tree};
    BOOST_TEST(first.scan.find_known("t/") == detail::directory_row::no_directory);
    walking::stage const second{tree, walking::known_tree(tree)};
    BOOST_TEST(second.scan.find_known("t/") != detail::directory_row::no_directory);
    BOOST_TEST(second.scan.find_known("t") == detail::directory_row::no_directory);
}

BOOST_AUTO_TEST_CASE(stop_request_and_abandoned_scan_stop_the_worker) {
    walking::stage given_up{memory_file_system{}};
    BOOST_TEST(!given_up.scan.stopped());
    given_up.shared.given_up = true;
    BOOST_TEST(given_up.scan.stopped());
    walking::stage ended{memory_file_system{}};
    std::stop_source stop;
    ended.update.bound(nullptr, stop.get_token());
    BOOST_TEST(!ended.scan.stopped());
    stop.request_stop();
    BOOST_TEST(ended.scan.stopped());
}

BOOST_AUTO_TEST_SUITE_END()
