#include "platform/process/launch.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

#include <unistd.h>

using namespace restat::detail;

BOOST_AUTO_TEST_SUITE(launches)

BOOST_AUTO_TEST_CASE(record_is_that_of_this_process) {
    auto const record = take_launch_record();
    BOOST_TEST(!record.error);
    BOOST_TEST(record.path.starts_with('/'));
    BOOST_TEST(std::filesystem::equivalent(record.path, "/proc/self/exe"));
    BOOST_TEST(record.directory == std::filesystem::current_path().string());
    BOOST_TEST(record.arguments.at(0) ==
               std::string{boost::unit_test::framework::master_test_suite().argv[0]});
    BOOST_TEST(!record.environment.empty());
}

BOOST_AUTO_TEST_CASE(process_of_a_test_has_the_rights_of_its_starter) {
    BOOST_TEST(!is_privileged());
}

BOOST_AUTO_TEST_SUITE_END()
