#include <restat/testing/fail_count.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

using restat::testing::fail_count;
using restat::testing::for_each_failure;

namespace {
auto const io_error = std::make_error_code(std::errc::io_error);
}

BOOST_AUTO_TEST_SUITE(fail_counts)

BOOST_AUTO_TEST_CASE(chosen_call_alone_fails) {
    fail_count failures{2, io_error};
    std::vector<bool> failed;
    for (int i = 0; i < 4; ++i) {
        std::error_code error;
        failed.push_back(failures.strikes(error));
        BOOST_TEST((error == io_error) == failed.back());
    }
    BOOST_TEST(failed == (std::vector<bool>{false, true, false, false}));
    BOOST_TEST(failures.calls() == 4U);
}

BOOST_AUTO_TEST_CASE(each_call_of_an_attempt_fails_once_and_the_last_attempt_succeeds) {
    std::vector<int> done; // successful calls in each attempt
    auto const attempts = for_each_failure(io_error, [&](fail_count& failures) {
        std::error_code error;
        int calls = 0;
        while (calls < 3 && !failures.strikes(error)) ++calls;
        done.push_back(calls);
    });
    BOOST_TEST(attempts == 4U);
    BOOST_TEST(done == (std::vector<int>{0, 1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(endless_attempts_end_at_the_limit) {
    auto const endless = [](fail_count& failures) {
        std::error_code error;
        while (!failures.strikes(error)) {
        }
    };
    BOOST_TEST(for_each_failure(io_error, endless, 20) == 20U);
}

BOOST_AUTO_TEST_SUITE_END()
