// The matcher of a build without PCRE2.
#include <restat/matcher/regex_matcher.hpp>

#include <restat/matcher/ignore_matcher.hpp>

#include "candidates.hpp"

using restat::ignore_matcher;
using restat::pattern_fault;
using restat::regex_matcher;
using restat::verdict;
using tests::directory;
using tests::file;

#ifndef RESTAT_WITHOUT_PCRE2
#error "this build has regular expressions"
#endif

namespace {

constexpr char const* message =
    "cannot use the pattern 'a$': this build has no regular expressions; build restat with the "
    "CMake option RESTAT_WITH_PCRE2=ON";

} // namespace

BOOST_AUTO_TEST_SUITE(absent_regular_expressions)

BOOST_AUTO_TEST_CASE(every_pattern_is_refused_and_the_option_is_named) {
    pattern_fault fault;
    regex_matcher const matcher{{"a$", "b"}, {}, fault};
    BOOST_TEST((fault.error == std::errc::not_supported));
    BOOST_TEST(to_string(fault) == message);
    BOOST_TEST(matcher(file("a")) == verdict::exclude);
    BOOST_TEST(matcher(directory("a")) == verdict::none);
    BOOST_TEST(matcher.explain(file("a")).says == verdict::exclude);
    BOOST_CHECK_THROW(regex_matcher{"a$"}, restat::pattern_error);
}

BOOST_AUTO_TEST_CASE(no_pattern_is_no_fault) {
    pattern_fault fault{std::make_error_code(std::errc::not_supported), "earlier", 0, "earlier"};
    regex_matcher const matcher{{}, {}, fault};
    BOOST_TEST(!fault);
    BOOST_TEST(matcher(file("a")) == verdict::exclude);
    std::vector<restat::finding> found;
    matcher.faults(found);
    BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_CASE(regex_among_the_options_is_refused_with_the_same_message) {
    pattern_fault fault;
    ignore_matcher const matcher{{.ignore_patterns = {"*.log", restat::regex("a$")}}, fault};
    BOOST_TEST(to_string(fault) == message);
    BOOST_TEST(matcher(file("a.log")) == verdict::none);
    ignore_matcher const globs{{.ignore_patterns = {"*.log"}}, fault};
    BOOST_TEST(!fault);
    BOOST_TEST(globs(file("a.log")) == verdict::exclude);
}

BOOST_AUTO_TEST_SUITE_END()
