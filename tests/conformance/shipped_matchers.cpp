#include "conformance/report.hpp"

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/matcher/predicate.hpp>
#include <restat/matcher/regex_matcher.hpp>

using namespace restat;
using namespace restat::testing;

BOOST_AUTO_TEST_SUITE(shipped_matchers)

BOOST_AUTO_TEST_CASE(each_shipped_matcher_conforms) {
    glob_matcher const glob{"src/**/*.cpp"};
#ifndef RESTAT_WITHOUT_PCRE2
    regex_matcher const regex{"\\.cpp$"};
#endif
    name_matcher const name{{.files = {"main.cpp"}, .directories = {"build"}}};
    expect_good("glob_matcher", check_matcher(glob));
#ifndef RESTAT_WITHOUT_PCRE2
    expect_good("regex_matcher", check_matcher(regex));
#endif
    expect_good("name_matcher", check_matcher(name));
    expect_good("ignore_matcher", check_matcher(ignore_matcher{options{}}));
    expect_good("predicate", check_matcher(predicate{[](candidate const& path) noexcept {
                                                         return path.path.size() % 2 == 0;
                                                     },
                                                     "even"}));
    expect_good("any_matcher", check_matcher(any_matcher{glob}));
    expect_good("matcher_ref", check_matcher(matcher_ref{glob}));
    expect_good("logic", check_matcher(then(glob & !name, (!glob) | name)));
}

BOOST_AUTO_TEST_CASE(each_pattern_matches_within_the_time_limit) {
    std::string globs;
    for (int i = 0; i < 30; ++i) globs += "**/";
    expect_good("30 times **/", check_matcher(glob_matcher{globs + "c"}));
    expect_good("16 times *a", check_matcher(glob_matcher{"*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab"}));
#ifndef RESTAT_WITHOUT_PCRE2
    expect_good("(a*)*b", check_matcher(regex_matcher{"^(a*)*b$"}));
#endif
}

BOOST_AUTO_TEST_CASE(file_matcher_keeps_directories_above_its_files_open) {
    std::vector<std::string> const paths{"src/a/b/main.cpp", "/srv/main.cpp", "main.cpp"};
    expect_good("glob_matcher", check_reachable(matcher_ref{glob_matcher{"*.cpp"}}, paths));
#ifndef RESTAT_WITHOUT_PCRE2
    expect_good("regex_matcher", check_reachable(matcher_ref{regex_matcher{"cpp$"}}, paths));
#endif
    name_matcher const name{{.files = {"main.cpp"}}};
    expect_good("name_matcher", check_reachable(matcher_ref{name}, paths));
}

BOOST_AUTO_TEST_SUITE_END()
