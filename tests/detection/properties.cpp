// Random operations on the fake file system, with polls at random times, during scans and across
// restarts. After a quiet period, the snapshot equals the tree, and a program that loaded each
// delivered file has its last content. No delivery contains a path without an operation.
//
//     RESTAT_SEED=N         the first seed; each script has a seed of its own
//     RESTAT_OPERATIONS=N   the total number of operations

#include "detection/world.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace detection;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned long usual_operations = 40'000; // sanitizers are five times as slow
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr unsigned long usual_operations = 40'000;
#else
constexpr unsigned long usual_operations = 200'000;
#endif
#else
constexpr unsigned long usual_operations = 200'000;
#endif
constexpr std::size_t operations_a_script = 250;

unsigned long number_of(char const* name, unsigned long otherwise) {
    char const* const text = std::getenv(name);
    return text ? std::strtoul(text, nullptr, 10) : otherwise;
}

// Returns the fault of the smallest failing script, or an empty string.
std::string failure_of(script const& steps, stamping const& stamps, reloader_parts const& parts) {
    auto const fails = [&](script const& s) { return !run(s, stamps, parts).empty(); };
    if (!fails(steps)) return "";
    auto const least = shrink(steps, fails);
    return std::string{stamps.like} + ": " + run(least, stamps, parts) + " after\n" +
           to_string(least);
}

void run_scripts(reloader_parts const& parts, unsigned long usual) {
    auto const first = number_of("RESTAT_SEED", 1);
    auto const operations = number_of("RESTAT_OPERATIONS", usual);
    auto const scripts = (operations + operations_a_script - 1) / operations_a_script;
    for (unsigned long n = 0; n < scripts; ++n) {
        auto const seed = static_cast<unsigned>(first + n);
        auto const& stamps = every_stamping[n % every_stamping.size()];
        auto const wrong = failure_of(make_script(seed, operations_a_script), stamps, parts);
        BOOST_TEST_REQUIRE(wrong.empty(), "seed " << seed << ", " << wrong);
    }
    BOOST_TEST_MESSAGE(scripts * operations_a_script << " operations, seeds from " << first);
}

} // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_AUTO_TEST_CASE(snapshot_and_deliveries_match_the_tree) {
    run_scripts(right_parts(), usual_operations);
}

BOOST_AUTO_TEST_CASE(snapshot_and_deliveries_of_slices_match_the_tree) {
    run_scripts(right_parts_in_slices(), usual_operations / 4);
}

BOOST_AUTO_TEST_CASE(failing_script_is_reduced_to_its_minimum) {
    auto const steps = make_script(7, 200);
    auto const fails = [](script const& s) {
        int writes = 0;
        int looks = 0;
        for (step const& one : s) {
            writes += one.kind == step::what::write && one.path == "a/w";
            looks += one.kind == step::what::look && writes > 0;
        }
        return looks > 1;
    };
    BOOST_REQUIRE(fails(steps));
    BOOST_TEST(to_string(shrink(steps, fails)) == "write a/w\nlook\nlook\n");
}

BOOST_AUTO_TEST_SUITE_END()
