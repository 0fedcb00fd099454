// Tests of effects that appear only with many globs in a matcher.
#include <matcher/glob_set.hpp>

#include <restat/matcher/glob_matcher.hpp>

#include "candidates.hpp"
#include "dice.hpp"

using restat::glob_matcher;
using restat::letter_case;
using restat::pattern_fault;
using restat::verdict;
using tests::dice;
using tests::file;

namespace {

constexpr std::string_view pieces[] = {"a",    "b",    "A",      "ab",    "main", "test", "*",
                                       "*",    "**",   "**/",    "/**",   "/",    "/",    "?",
                                       "[ab]", "[!a]", "{a,b*}", ".",     ".c",   "./",   "src",
                                       "src/", "\\*",  "{lib,}", "main.", "-test"};
constexpr std::string_view of_paths[] = {"a",   "b", "A",    "/",     "/",  "main", "test", "src",
                                         "src", ".", "lib/", "main.", ".c", "-",    "*"};

template <class Pieces>
std::string some(dice& random, Pieces const& of, std::size_t most) {
    std::string made;
    for (auto length = 1 + random.below(most); length > 0; --length) made += random.one_of(of);
    return made;
}

struct pool {
    pool(dice& random, letter_case letters) {
        while (globs.size() < 300) {
            auto const glob = some(random, pieces, 7);
            pattern_fault fault;
            glob_matcher one{{glob}, {.letters = letters}, fault};
            if (fault) continue;
            globs.push_back(glob);
            alone.push_back(std::move(one));
        }
    }

    std::vector<std::string> globs;
    std::vector<glob_matcher> alone;
};

} // namespace

BOOST_AUTO_TEST_SUITE(sets_of_globs)

BOOST_AUTO_TEST_CASE(set_agrees_with_its_single_globs) {
    auto const seed = tests::new_seed();
    dice random{seed};
    std::size_t found = 0;
    for (int round = 0; round < 60; ++round) {
        auto const letters = round % 3 == 0 ? letter_case::folded : letter_case::sensitive;
        pool const all{random, letters};
        // Sets of few, some and many globs, different in each pass.
        auto const size = 1 + random.below(round % 2 == 0 ? 20 : all.globs.size() - 1);
        auto const begin = random.below(all.globs.size() - size + 1);
        auto const first = all.globs.begin() + static_cast<std::ptrdiff_t>(begin);
        std::vector<std::string> const globs(first, first + static_cast<std::ptrdiff_t>(size));
        glob_matcher const set{globs, {.letters = letters}};
        for (int i = 0; i < 100; ++i) {
            auto const text = some(random, of_paths, 6);
            auto const slash = text.find('/');
            auto const type =
                random.below(3) == 0 ? restat::file_type::directory : restat::file_type::regular;
            restat::candidate const path{text, random.below(2) == 0 ? 0 : slash + 1, type};
            std::size_t which = 0;
            while (which < size && all.alone[begin + which](path) != verdict::include) ++which;
            bool const matched = which < size;
            found += matched;
            BOOST_TEST_INFO("seed " << seed << " round " << round << ": '" << text << "' below "
                                    << path.below << (matched ? " by " + globs[which] : ""));
            BOOST_REQUIRE((set(path) == verdict::include) == matched);
            BOOST_REQUIRE(set.explain(path).rule == (matched ? globs[which] : ""));
        }
    }
    BOOST_TEST(found > 500U);
}

BOOST_AUTO_TEST_CASE(glob_is_found_at_each_position_of_a_path) {
    // Enough globs of each kind for all tables: by four bytes, by two, and without a gram.
    std::vector<std::string> globs;
    for (char c = 'a'; c <= 'z'; ++c) {
        auto const letter = std::string{c};
        for (auto const& glob :
             {letter + "0*", "*0" + letter, "*" + letter + "1" + letter + "*",
              "*" + letter + "2345*", letter + "678/**", "*9?" + letter, "**/" + letter + "_/x",
              letter + "*" + letter + letter + letter}) {
            globs.push_back(glob);
        }
    }
    glob_matcher const set{globs};
    struct {
        char const* path;
        char const* rule;
        char const* reason;
    } const cases[] = {
        {"q0", "q0*", "the whole name, of two bytes"},
        {"q0x", "q0*", "at the start"},
        {"d/q0x", "q0*", "at the start of the name"},
        {"d/xq0.", "", "and only there"},
        {"x0q", "*0q", "at the end"},
        {"0q", "*0q", "nothing before it"},
        {"0qx", "", "not in the middle"},
        {"m1m", "*m1m*", "nothing around it"},
        {"xm1mx", "*m1m*", "in the middle"},
        {"m1n", "", "neither"},
        {"k2345", "*k2345*", "four bytes and more, at the end"},
        {"k2345x", "*k2345*", "at the start"},
        {"k678/x", "k678/**", "a directory"},
        {"x/k678/x", "", "not further down"},
        {"9xw", "*9?w", "too little for either"},
        {"w_/x", "**/w_/x", "from the start"},
        {"a/b/w_/x", "**/w_/x", "further down"},
        {"aw_/x", "", "not within a name"},
        {"zzzz", "z*zzz", "start and end, side by side"},
        {"zzz", "", "but not one upon the other"},
        {"", "", "an empty path"},
        {"a", "", "a path of one byte"},
    };
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.path << ": " << c.reason);
        BOOST_TEST(set.explain(file(c.path)).rule == c.rule);
        BOOST_TEST((set(file(c.path)) == verdict::include) == (*c.rule != 0));
    }
}

BOOST_AUTO_TEST_CASE(glob_is_found_in_a_path_with_parts_of_all) {
    std::vector<std::string> globs;
    std::string all_parts;
    for (int i = 1000; i < 1300; ++i) {
        globs.push_back("*<" + std::to_string(i) + ">?!");
        all_parts += "<" + std::to_string(i) + ">";
    }
    globs.push_back("*end");
    glob_matcher const set{globs};
    BOOST_TEST(set(file(all_parts)) == verdict::exclude);
    BOOST_TEST(set.explain(file(all_parts + "x!")).rule == "*<1299>?!");
    BOOST_TEST(set(file(all_parts + "x!")) == verdict::include);
    BOOST_TEST(set.explain(file(all_parts + "end")).rule == "*end");
}

BOOST_AUTO_TEST_CASE(first_matching_glob_is_returned) {
    std::vector<std::string> const kinds{"a.c",    "*.c",  "a*",  "*c",      "d/a.c",  "d/*",
                                         "**/a.c", "d/**", "?.c", "[a-b].?", "{x,a}.c"};
    for (std::size_t first = 0; first < kinds.size(); ++first) {
        auto globs = kinds;
        std::rotate(globs.begin(), globs.begin() + static_cast<std::ptrdiff_t>(first),
                    globs.end());
        glob_matcher const set{globs};
        BOOST_TEST(set.explain(file("d/a.c")).rule == kinds[first]);
    }
}

BOOST_AUTO_TEST_CASE(equal_globs_are_accepted) {
    std::vector<std::string> globs(3'000, "*x*yz/");
    globs.insert(globs.end(), 3'000, "name/");
    globs.insert(globs.end(), 3'000, "*.ext/");
    globs.emplace_back("name");
    glob_matcher const set{globs};
    BOOST_TEST(set(file("name")) == verdict::include);
    BOOST_TEST(set(file("axyz")) == verdict::exclude);
    BOOST_TEST(set(tests::directory("axyz")) == verdict::include);
    BOOST_TEST(set(file("name.ext")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(ten_thousand_globs_compile_and_match_fast) {
    std::vector<std::string> globs;
    for (int i = 0; i < 2'500; ++i) {
        auto const n = std::to_string(i);
        for (auto const& glob :
             {"*file" + n + "*", "src/**/*" + n + ".{c,h}", "node/" + n + "/**", "*." + n}) {
            globs.push_back(glob);
        }
    }
    double const seconds = tests::cpu_seconds([&] {
        glob_matcher const set{globs};
        for (int i = 0; i < 1'000; ++i) {
            auto const path = "src/node/file/" + std::to_string(i % 100) + "/name.cpp";
            BOOST_TEST((set(file(path)) == verdict::exclude));
        }
    });
    BOOST_TEST_MESSAGE("10,000 globs, compiled and asked 1,000 times: " << seconds << " s");
    BOOST_TEST(seconds < 60); // about 0.3 s; a limit against a hang
}

BOOST_AUTO_TEST_SUITE_END()
