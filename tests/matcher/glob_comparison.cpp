// Compares random globs on random paths with fnmatch(3).
#include <restat/matcher/glob_matcher.hpp>

#include "candidates.hpp"
#include "random_globs.hpp"

#include <fnmatch.h>

using restat::glob_matcher;
using tests::dice;
using tests::file;
using tests::last_component;
using tests::random_name_glob;
using tests::wanted;

BOOST_AUTO_TEST_SUITE(globs_at_random)

BOOST_AUTO_TEST_CASE(globs_agree_with_fnmatch) {
    auto const seed = tests::new_seed();
    dice random{seed};
    int found = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto glob =
            random.below(4) == 0 ? "\\" + random_name_glob(random) : random_name_glob(random);
        if (glob.starts_with("\\*") || glob.starts_with("\\[")) glob += 'a';
        for (auto more = random.below(3); more > 0; --more)
            glob += '/' + random_name_glob(random);
        if (glob.starts_with("./") || glob.starts_with("\\./")) continue; // skipped by globs
        glob_matcher const matcher{glob};
        for (int i = 0; i < 5; ++i) {
            auto const path = random.path();
            if (path.starts_with("./")) continue;
            bool const of_path = glob.find('/') != std::string::npos;
            std::string const text{of_path ? path : last_component(path)};
            bool const expected = ::fnmatch(glob.c_str(), text.c_str(), FNM_PATHNAME) == 0;
            found += expected;
            BOOST_TEST_INFO("seed " << seed << ": '" << glob << "' on '" << path << "'");
            BOOST_REQUIRE(matcher(file(path)) == wanted(expected));
        }
    }
    BOOST_TEST(found > 1000); // enough matches for a comparison
}

BOOST_AUTO_TEST_SUITE_END()
