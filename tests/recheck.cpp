#include "host/recheck.hpp"

#include <boost/test/unit_test.hpp>

using restat::time_point;
using restat::detail::recheck;
using namespace std::chrono_literals;
using state = recheck::state;
using scan = recheck::scan;

namespace {

constexpr time_point early{1s};
constexpr time_point begin{2s};
constexpr time_point late{3s};

recheck begun(bool with_names) {
    recheck check;
    check.begin(begin, with_names);
    return check;
}

} // namespace

BOOST_AUTO_TEST_SUITE(the_recheck)

BOOST_AUTO_TEST_CASE(files_alone_need_no_scan) {
    auto check = begun(false);
    BOOST_TEST((check.now() == state::files));
    BOOST_TEST(!check.awaits_scan());
    check.files_checked();
    BOOST_TEST(check.merged(false));
    BOOST_TEST((check.now() == state::idle));
}

BOOST_AUTO_TEST_CASE(file_that_could_not_be_checked_needs_a_scan_of_its_directory) {
    auto check = begun(false);
    check.files_checked();
    BOOST_TEST(!check.merged(true));
    BOOST_TEST((check.now() == state::names));
    check.scanned(scan::limited, late, false);
    BOOST_TEST((check.now() == state::files));
    check.files_checked();
    BOOST_TEST(check.merged(false));
}

BOOST_AUTO_TEST_CASE(names_are_scanned_before_the_recheck_is_complete) {
    auto check = begun(true);
    BOOST_TEST(check.awaits_scan());
    check.files_checked();
    BOOST_TEST(!check.merged(false));
    check.scanned(scan::limited, late, false);
    check.files_checked();
    BOOST_TEST(check.merged(false));
}

BOOST_AUTO_TEST_CASE(name_that_moved_out_needs_a_later_pass) {
    auto check = begun(true);
    check.scanned(scan::limited, late, true);
    BOOST_TEST((check.now() == state::everything));
    check.scanned(scan::pass, early, false);
    BOOST_TEST((check.now() == state::everything));
    check.scanned(scan::pass, begin, false);
    BOOST_TEST((check.now() == state::files));
}

BOOST_AUTO_TEST_CASE(pass_before_the_recheck_does_not_count) {
    auto check = begun(true);
    check.scanned(scan::pass, early, false);
    BOOST_TEST((check.now() == state::names));
    check.scanned(scan::pass, late, false);
    BOOST_TEST((check.now() == state::files));
}

// As after a delivery in the middle of the scan, when `max_wait` is over.
BOOST_AUTO_TEST_CASE(scan_that_outlives_the_recheck_starts_nothing) {
    auto check = begun(true);
    check.end();
    check.scanned(scan::limited, late, true);
    BOOST_TEST((check.now() == state::idle));
    check.files_checked();
    BOOST_TEST(!check.merged(true));
    BOOST_TEST((check.now() == state::idle));
}

BOOST_AUTO_TEST_SUITE_END()
