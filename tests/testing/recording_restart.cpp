#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using testing::recording_restart;

BOOST_AUTO_TEST_SUITE(a_recording_restart)

BOOST_AUTO_TEST_CASE(records_changes_and_returns_the_prescribed_answer) {
    recording_restart kept;
    recording_restart given = kept;
    std::error_code error;
    change_set const first{{{change_kind::added, "a"}}, 1};
    BOOST_TEST((given.restart(first, error) == restart_result::restarted));
    BOOST_TEST(!error);
    kept.answer(restart_result::refused, std::make_error_code(std::errc::text_file_busy));
    BOOST_TEST((given.restart({}, error) == restart_result::refused));
    BOOST_TEST((error == std::errc::text_file_busy));
    kept.answer(restart_result::declined);
    BOOST_TEST((given.restart({}, error) == restart_result::declined));
    BOOST_TEST(!error);

    BOOST_REQUIRE(kept.seen().size() == 3U);
    BOOST_TEST(kept.seen()[0].contains("a"));
    BOOST_TEST(kept.take().size() == 3U);
    BOOST_TEST(given.seen().empty());
}

BOOST_AUTO_TEST_SUITE_END()
