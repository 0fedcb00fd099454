#include "restart/ignore_rule.hpp"

#include <restat/matcher/glob_matcher.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace restat;
using namespace restat::detail;

BOOST_AUTO_TEST_SUITE(ignore_rule)

BOOST_AUTO_TEST_CASE(the_rule_matches_these_paths_and_not_their_neighbors) {
    using names = std::vector<std::string>;
    std::vector<names> const all = {
        {"a/b c.txt"},
        {"a[1]*?{x,y}\\"},
        {"a,b", "c}", "d{e"},
        {"build/a", "build/b", "build/c/d", "build/e", "build/f"},
        {"a", "b", "c", "d", "e"},
    };
    for (auto const& those : all) {
        glob_matcher const rule{ignore_rule_for(those)};
        for (auto const& path : those) {
            auto const at = path.rfind('/');
            BOOST_TEST(int(rule({path, at == path.npos ? 0 : at + 1})) == int(verdict::include),
                       path);
        }
        for (std::string const path : {"a1*", "ab", "builds/f", "src/a/g", "c"}) {
            bool const is_one = std::find(those.begin(), those.end(), path) != those.end();
            auto const at = path.rfind('/');
            bool const matches = rule({path, at == path.npos ? 0 : at + 1}) == verdict::include;
            BOOST_TEST(matches == is_one, path);
        }
    }
    BOOST_TEST(ignore_rule_for({"build/a", "build/b", "build/c/d", "build/e", "build/f"}) ==
               "build/**");
    BOOST_TEST(ignore_rule_for({}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
