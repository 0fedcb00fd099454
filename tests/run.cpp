#include <restat/run.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <system_error>

namespace {

int none() { return 0; }
void nothing() {}
int sum(int a, int b) { return a + b; }
int until(std::stop_token) { return 0; }
int sum_until(std::stop_token, int a, int b) noexcept { return a + b; }
void told(std::stop_token const&, restat::options const&) noexcept {}
struct either {
    int operator()() const { return 1; }
    int operator()(std::stop_token) const { return 2; }
};
int takes_options(restat::options const&) { return 0; }
struct move_only {
    move_only() = default;
    move_only(move_only&&) = default;
};
int consume(move_only) { return 0; }

// Every form of a call; examples/run_tests.cpp tests the effects.
[[maybe_unused]] int each_form() {
    using namespace std::chrono_literals;
    restat::options const watch{.interval = 2s};
    int total = restat::run_with_reloader(none) + restat::run_with_reloader(nothing);
    total += restat::run_with_reloader(none, {.track = {"config.toml"}});
    total += restat::run_with_reloader(none, watch);
    total += restat::run_with_reloader(none, restat::options{});
    total += restat::run_with_reloader(sum, 1, 2);
    total += restat::run_with_reloader(sum, 1, 2, watch);
    total += restat::run_with_reloader(takes_options, watch);
    total += restat::run_with_reloader(takes_options, watch, watch);
    total += restat::run_with_reloader(consume, move_only{});
    total += restat::run_with_reloader(consume, move_only{}, watch);
    total += restat::run_with_reloader([&] { total = 1; });
    total += restat::debug(none)() + restat::debug(watch)(sum)(1, 2);
    total += restat::debug({.track = {"rules"}})([](move_only) {})(move_only{});
    total += restat::run_with_reloader(until) + restat::run_with_reloader(until, watch);
    total += restat::run_with_reloader(until, {.track = {"config.toml"}, .grace = 1s});
    total += restat::run_with_reloader(sum_until, 1, 2) +
             restat::run_with_reloader(sum_until, 1, 2, watch);
    total += restat::run_with_reloader(told, watch) + restat::run_with_reloader(either{});
    total += restat::run_with_reloader([&](std::stop_token) noexcept { total = 1; }, watch);
    total += restat::run_with_reloader([](std::stop_token, move_only) {}, move_only{});
    total += restat::debug(until)() + restat::debug(watch)(sum_until)(1, 2);
    total += restat::debug()(none)() + restat::restart_with_reloader({.interval = 2s});
    return total;
}

struct refused {};
static_assert(restat::detail::takes_token<either>); // as with std::jthread
static_assert(restat::detail::takes_token<int (*)(std::stop_token, int, int) noexcept, int, int>);
static_assert(!restat::detail::takes_token<int (*)(int, int), int, int>);
static_assert(restat::detail::gives_status<int (*)(int, int), int, int>);
static_assert(!restat::detail::gives_status<int (*)(int, int), int>);
static_assert(!restat::detail::gives_status<refused (*)()>);

} // namespace

BOOST_AUTO_TEST_SUITE(running)

BOOST_AUTO_TEST_CASE(a_program_that_no_supervisor_started_is_no_child) {
    BOOST_TEST(!restat::is_reloader_child());
    BOOST_TEST(!restat::request_restart());
    BOOST_TEST(std::getenv("RESTAT_CHILD") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_bad_pattern_is_refused_before_anything_is_started) {
    restat::options bad;
    bad.ignore_patterns = {restat::regex("(")};
    BOOST_CHECK_THROW(static_cast<void>(restat::restart_with_reloader(bad)), std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
