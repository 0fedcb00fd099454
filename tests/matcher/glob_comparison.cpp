// Globs at random on paths at random, against two that know: fnmatch(3), and PCRE2 with an
// expression that was built beside the glob.
#include <restat/matcher/glob_matcher.hpp>

#include <restat/matcher/regex_matcher.hpp>

#include "candidates.hpp"

#include <fnmatch.h>

#include <random>

using restat::glob_matcher;
using restat::pattern_fault;
using restat::verdict;
using tests::file;
using tests::wanted;

BOOST_AUTO_TEST_SUITE(globs_at_random)

namespace {

class dice {
public:
    explicit dice(unsigned seed) : engine_{seed} {}
    std::size_t below(std::size_t end) { return engine_() % end; }
    template <std::size_t Size>
    char const* one_of(char const* const (&from)[Size]) {
        return from[below(Size)];
    }
    std::string path() {
        std::string path;
        auto const parts = 1 + below(4);
        for (std::size_t i = 0; i < parts; ++i) {
            if (i != 0) path += '/';
            auto const length = 1 + below(4);
            for (std::size_t k = 0; k < length; ++k) path += "ab.-"[below(4)];
        }
        return path;
    }

private:
    std::mt19937 engine_;
};

unsigned new_seed() {
    unsigned const seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    return seed;
}

std::string_view last_component(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

} // namespace

BOOST_AUTO_TEST_CASE(agree_with_fnmatch) {
    auto const seed = new_seed();
    dice random{seed};
    char const* const pieces[] = {"a",    "b",      ".", "-",   "*",    "?",          "[ab]",
                                  "[!a]", "[a-b.]", "/", "\\a", "[]-]", "[[:alpha:]]"};
    int found = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string glob;
        auto const length = 1 + random.below(7);
        while (glob.size() < length) {
            std::string const next = random.one_of(pieces);
            bool const star = next == "*" && glob.ends_with('*');
            bool const slash = next == "/" && (glob.empty() || glob.ends_with('/'));
            if (!star && !slash) glob += next;
        }
        if (glob.ends_with('/') || glob.starts_with("./")) glob += 'a';
        if (glob.starts_with("./")) continue;
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
    BOOST_TEST(found > 1000); // else the comparison says nothing
}

namespace {

// A glob and what it means, as an expression.
struct translated {
    std::string glob;
    std::string regex;

    void add(char const* of_glob, char const* of_regex) {
        glob += of_glob;
        regex += of_regex;
    }
};

void add_name(translated& to, dice& random) {
    auto const length = 1 + random.below(3);
    for (std::size_t i = 0; i < length; ++i) {
        switch (random.below(8)) {
        case 0: to.add("a*b", "a[^/]*b"); break;
        case 1: to.add("?", "[^/]"); break;
        case 2: to.add("[!a]", "[^a/]"); break;
        case 3: to.add("{a,b?}", "(?:a|b[^/])"); break;
        case 4: to.add("{,a{b,.}}a", "(?:|a(?:b|\\.))a"); break;
        case 5: to.add("b**a", "b[^/]*a"); break;
        case 6: to.add(".", "\\."); break;
        default: to.add("a", "a");
        }
    }
}

translated random_glob(dice& random) {
    translated made;
    if (random.below(2) == 0) made.add("**/", "(?:[^/]+/)*");
    auto const parts = 1 + random.below(3);
    for (std::size_t i = 0; i < parts; ++i) {
        add_name(made, random);
        switch (random.below(4)) {
        case 0: made.add("/**/", "/(?:[^/]+/)*"); break;
        case 1: made.add("{/,/a/**/}", "(?:/|/a/(?:[^/]+/)*)"); break;
        default: made.add("/", "/");
        }
    }
    switch (random.below(3)) {
    case 0: made.add("**", ".+"); break;
    case 1: made.add("*", "[^/]*"); break;
    default: add_name(made, random);
    }
    return made;
}

} // namespace

BOOST_AUTO_TEST_CASE(agree_with_an_expression_of_the_same_meaning) {
    auto const seed = new_seed();
    dice random{seed};
    int found = 0;
    for (int round = 0; round < 5'000; ++round) {
        auto const made = random_glob(random);
        if (made.glob.starts_with("./") || made.glob.starts_with(".{/")) continue;
        pattern_fault too_large;
        glob_matcher const as_glob{{made.glob}, {}, too_large};
        if (too_large) continue;
        restat::regex_matcher const as_regex{"\\A(?:" + made.regex + ")\\z"};
        for (int i = 0; i < 20; ++i) {
            auto const path = random.path();
            auto const expected = as_regex(file(path));
            found += expected == verdict::include;
            BOOST_TEST_INFO("seed " << seed << ": '" << made.glob << "' on '" << path << "'");
            BOOST_REQUIRE(as_glob(file(path)) == expected);
        }
    }
    BOOST_TEST(found > 500); // else the comparison says nothing
}

BOOST_AUTO_TEST_SUITE_END()
