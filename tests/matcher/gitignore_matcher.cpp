#include <restat/matcher/gitignore_matcher.hpp>

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/testing/conformance.hpp>

#include "candidates.hpp"
#include "gitignore_cases.hpp"
#include "matcher/wild_pattern.hpp"

using namespace restat;
using tests::gitignore_case;

namespace {

// Explains a path, parents included; a path with a final slash is a directory.
path_explanation ask(gitignore_matcher const& matcher, std::string_view path,
                     std::string const& under = "") {
    bool const is_directory = path.ends_with('/');
    auto const whole = under + std::string{path.substr(0, path.size() - (is_directory ? 1 : 0))};
    return explain_path(matcher, is_directory ? tests::directory(whole) : tests::file(whole));
}

char said(verdict what) {
    return what == verdict::exclude ? 'x' : what == verdict::none ? '-' : 'i';
}

std::string text_of(gitignore_case const& row) {
    return std::string{row.rules} + " | " + std::string{row.path} + ": " + row.reason;
}

gitignore_matcher with(std::string_view rules, std::string_view directory = ".") {
    gitignore_matcher made;
    made.add(rules, directory);
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_gitignore_matcher)

BOOST_AUTO_TEST_CASE(rules_mean_the_same_as_in_git) {
    for (auto const& row : tests::gitignore_cases) {
        auto const why = ask(with(row.rules), row.path).decided;
        BOOST_TEST(said(why.says) == row.expected, text_of(row));
        BOOST_TEST(why.rule.empty() == (row.expected == '-'), text_of(row));
    }
}

BOOST_AUTO_TEST_CASE(rules_mean_the_same_below_a_directory) {
    for (auto const& row : tests::gitignore_cases) {
        auto const why = ask(with(row.rules, "some/where"), row.path, "some/where/").decided;
        BOOST_TEST(said(why.says) == row.expected, text_of(row));
        BOOST_TEST(said(ask(with(row.rules, "some/where"), "some/a").decided.says) == '-');
    }
}

BOOST_AUTO_TEST_CASE(rules_mean_the_same_among_other_rules) {
    for (auto const& row : tests::gitignore_cases) {
        bool const has_mark = row.rules.starts_with("\xef");
        std::string others = has_mark ? "\xef\xbb\xbf" : "";
        for (int i = 0; i < 50; ++i) {
            auto const n = std::to_string(i);
            others += "none" + n + "\n*.none" + n + "\n/no/ne" + n + "\nno*ne" + n + "\n";
        }
        others += row.rules.substr(has_mark ? 3 : 0);
        BOOST_TEST(said(ask(with(others), row.path).decided.says) == row.expected, text_of(row));
    }
}

BOOST_AUTO_TEST_CASE(negated_rules_have_the_opposite_verdict) {
    for (auto const& row : tests::gitignore_cases) {
        auto const matcher = with(row.rules);
        auto const path = row.path.substr(0, row.path.size() - (row.path.ends_with('/') ? 1 : 0));
        auto const what = row.path.ends_with('/') ? tests::directory(path) : tests::file(path);
        BOOST_TEST(static_cast<int>((!any_matcher{matcher})(what)) ==
                   -static_cast<int>(matcher(what)));
        BOOST_TEST(matcher.previous_verdict(what) == matcher(what));
    }
}

BOOST_AUTO_TEST_CASE(deeper_ignore_file_decides) {
    gitignore_matcher both;
    both.add("*.o\n/deep\n!a.c");
    both.add("!a.o\n/b\n*.c", "sub");
    struct row {
        char const* path;
        char expected;
        char const* origin;
    };
    for (auto const& [path, expected, origin] : {
             row{"x.o", 'x', ".gitignore:1"},
             row{"sub/x.o", 'x', ".gitignore:1"}, // the upper file decides without a rule here
             row{"sub/a.o", 'i', "sub/.gitignore:1"}, row{"a.o", 'x', ".gitignore:1"},
             row{"sub/b", 'x', "sub/.gitignore:2"}, row{"b", '-', ""}, row{"sub/c/b", '-', ""},
             row{"deep", 'x', ".gitignore:2"}, row{"sub/deep", '-', ""},
             row{"a.c", 'i', ".gitignore:3"}, row{"sub/a.c", 'x', "sub/.gitignore:3"},
             row{"subway/b", '-', ""}, // another directory
         }) {
        auto const why = ask(both, path).decided;
        BOOST_TEST(said(why.says) == expected, path);
        BOOST_TEST(why.origin == origin, path);
    }
}

BOOST_AUTO_TEST_CASE(explanation_names_rule_file_and_line) {
    auto const matcher = with("# made\n\nbuild/   \r\n!keep.me\n", "src");
    BOOST_TEST(
        to_string(ask(matcher, "src/build/a/b.o")) ==
        "'src/build/a/b.o' is not watched because its directory 'src/build' is excluded by "
        "'build/' (src/.gitignore:3)");
    auto const why = ask(matcher, "src/keep.me").decided;
    BOOST_TEST(why.rule == "!keep.me");
    BOOST_TEST(why.origin == "src/.gitignore:4");
    BOOST_TEST((ask(matcher, "src/else").decided == explanation{}));
}

BOOST_AUTO_TEST_CASE(hostile_names_and_patterns_cost_little) {
    std::string deep;
    for (int i = 0; i < 30; ++i) deep += "**/a/";
    std::string stars;
    for (int i = 0; i < 16; ++i) stars += "*a";
    auto const matcher = with(deep + "b\n" + stars + "b\na/" + deep + stars + "b/*b\n");
    // Start and end fit the rules; a single `a` is missing in between.
    std::string name;
    for (int i = 0; i < 15; ++i) name += "bbbbba";
    std::string path = "a/";
    for (int i = 0; i < 1000; ++i) path += i < 28 ? "a/" : "bb/";
    auto const seconds = tests::cpu_seconds([&] {
        for (int i = 0; i < 100; ++i) {
            BOOST_TEST((matcher(tests::file(name + "b")) == verdict::none));
            BOOST_TEST((matcher(tests::file(path + name + "b")) == verdict::none));
        }
    });
    BOOST_TEST_MESSAGE("200 paths beside hostile rules: " << seconds << " s");
    BOOST_TEST(seconds < 60, seconds);
    auto const wrong = testing::check_matcher(matcher);
    for (auto const& sentence : wrong) BOOST_TEST(false, sentence);
}

BOOST_AUTO_TEST_CASE(copies_share_the_rules_read_so_far) {
    gitignore_matcher const one = with("a");
    gitignore_matcher const two = one; // the copy is under test
    BOOST_TEST(two(tests::file("a")) == verdict::exclude);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_wild_pattern)

BOOST_AUTO_TEST_CASE(case_folds_as_in_git) {
    using detail::wild_pattern;
    using detail::wild_text;
    struct row {
        char const* pattern;
        char const* text; // already in lower case
        bool expected;
        char const* reason;
    };
    for (auto const& [pattern, text, expected, reason] : {
             row{"A*B", "axb", true, "letters"},
             row{"[A-C]x", "bx", true, "a range of upper case means both"},
             row{"[a-c]x", "bx", true, ""},
             row{"[B]x", "bx", false, "but one letter alone does not"},
             row{"[[:upper:]]", "b", true, "the class does"},
             row{"[![:upper:]]", "b", false, ""},
             row{"\\B*", "bx", false, "an escaped one is itself, which no text has"},
             row{"\\b*", "bx", true, ""},
         }) {
        wild_pattern const made{pattern, wild_text::name, letter_case::folded};
        bool const found = made.found_fault() == wild_pattern::fault::none && made.matches(text);
        BOOST_TEST(found == expected, pattern << ": " << reason);
    }
}

BOOST_AUTO_TEST_CASE(pattern_size_has_a_limit) {
    using detail::wild_pattern;
    using detail::wild_text;
    auto const fault_of = [](std::size_t size) {
        return wild_pattern{std::string(size, '?'), wild_text::name, letter_case::sensitive}
            .found_fault();
    };
    BOOST_TEST((fault_of(wild_pattern::max_tokens) == wild_pattern::fault::none));
    BOOST_TEST((fault_of(wild_pattern::max_tokens + 1) == wild_pattern::fault::too_large));
}

BOOST_AUTO_TEST_SUITE_END()
