#include <restat/options.hpp>

#include <restat/error.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace restat;
using namespace std::chrono_literals;

namespace {

std::string refusal_of(options const& from) {
    try {
        detail::refuse_strategy_options(from);
    } catch (reload_error const& error) {
        BOOST_TEST((error.code() == std::errc::not_supported));
        return error.operation();
    }
    return {};
}

} // namespace

BOOST_AUTO_TEST_SUITE(options_of_a_reloader)

BOOST_AUTO_TEST_CASE(schedule_takes_every_time_and_the_cpu_share) {
    auto const when = schedule_of(
        {.interval = 5s, .quiet_period = 6ms, .max_wait = unlimited, .cpu_share = 0.5});
    BOOST_TEST((when.interval == 5s));
    BOOST_TEST((when.quiet_period == 6ms));
    BOOST_TEST((when.max_wait == unlimited));
    BOOST_TEST(when.cpu_share == 0.5);
    BOOST_TEST((schedule_of({}).interval == schedule{}.interval));
}

BOOST_AUTO_TEST_CASE(refusal_names_the_option_as_it_is_spelled) {
    BOOST_TEST(refusal_of({.compare = comparison::content}) ==
               "use options::compare with this strategy");
    BOOST_TEST(refusal_of({.ready = readiness::survived}) ==
               "use options::ready with this strategy");
    BOOST_TEST(refusal_of({}) == "");
}

BOOST_AUTO_TEST_CASE(default_directories_are_names_and_include_version_control) {
    auto const names = default_ignore_dirs();
    BOOST_TEST((std::find(names.begin(), names.end(), ".git") != names.end()));
    for (auto const& name : names) BOOST_TEST(name.find('/') == name.npos, name);
}

BOOST_AUTO_TEST_SUITE_END()
