#include "platform/process/announced_descriptors.hpp"

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>

using namespace restat::detail;

namespace {

using strings = std::vector<std::string>;

std::string job_server(tests::pipe_ends const& of) {
    return "MAKEFLAGS= -j4 --jobserver-auth=" + std::to_string(of.read) + ',' +
           std::to_string(of.write);
}

bool holds(std::vector<int> const& numbers, int one) {
    return std::find(numbers.begin(), numbers.end(), one) != numbers.end();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(announced_descriptors_, tests::pipe_ends)

BOOST_AUTO_TEST_CASE(pipe_of_a_job_server_is_found_by_its_variable) {
    announced_descriptors const all{strings{job_server(*this)}};
    BOOST_TEST(holds(all.numbers(), read));
    BOOST_TEST(holds(all.numbers(), write));
    BOOST_TEST(all.listeners().empty());
}

BOOST_AUTO_TEST_CASE(stale_variable_announces_nothing) {
    int const null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    announced_descriptors const all{
        strings{"MAKEFLAGS= --jobserver-auth=" + std::to_string(null) + ",1000000"}};
    BOOST_TEST(!holds(all.numbers(), null)); // no pipe
    ::close(null);
}

BOOST_AUTO_TEST_CASE(descriptor_replaced_by_another_file_no_longer_counts) {
    announced_descriptors const all{strings{job_server(*this)}};
    tests::pipe_ends const other;
    BOOST_TEST(::dup2(other.read, read) == read);
    BOOST_TEST(!holds(all.numbers(), read));
}

BOOST_AUTO_TEST_CASE(environment_without_variables_announces_nothing) {
    announced_descriptors const all{strings{"PATH=/bin"}};
    BOOST_TEST(all.numbers().empty());
    BOOST_TEST(all.listeners().empty());
}

BOOST_AUTO_TEST_CASE(job_server_below_the_first_number_moves) {
    strings environment{job_server(*this)};
    auto const moved = move_job_servers(environment, 100);
    BOOST_REQUIRE(moved.size() == 2U);
    for (auto const& one : moved) BOOST_TEST(one.get() >= 100);
    announced_descriptors const all{environment};
    BOOST_TEST(holds(all.numbers(), moved[0].get()));
    BOOST_TEST(holds(all.numbers(), moved[1].get()));
}

BOOST_AUTO_TEST_CASE(job_server_behind_the_first_number_stays) {
    strings environment{job_server(*this)};
    auto const before = environment;
    BOOST_TEST(move_job_servers(environment, 0).empty());
    BOOST_TEST(environment == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
