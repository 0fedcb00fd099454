#include "matcher/prefix_suffix_filter.hpp"

#include "candidates.hpp"
#include "dice.hpp"
#include "random_globs.hpp"

#include "matcher/glob_parser.hpp"
#include "matcher/glob_program.hpp"
#include "matcher/wild_pattern.hpp"

using restat::letter_case;
using restat::pattern_fault;
using restat::detail::glob_program;
using restat::detail::prefix_suffix_filter;
using restat::detail::wild_pattern;
using tests::dice;

namespace {

using against = prefix_suffix_filter::against;

glob_program program_of(std::string const& glob, letter_case letters = letter_case::sensitive) {
    pattern_fault fault;
    auto const all = restat::detail::parse_glob(glob, letters, fault);
    BOOST_REQUIRE(!fault);
    return glob_program{all.front(), letters};
}

/// Returns whether a text passes the filter of a single pattern, which must not be open.
bool passes(std::string const& glob, std::string_view name, against text = against::name) {
    prefix_suffix_filter filter;
    BOOST_TEST_REQUIRE(filter.add(program_of(glob).ends(), text));
    filter.build();
    return filter.may_end(name) || filter.may_begin(name, text);
}

bool is_open(std::string const& glob) {
    return !prefix_suffix_filter{}.add(program_of(glob).ends(), against::name);
}

} // namespace

BOOST_AUTO_TEST_SUITE(filters_of_ends)

BOOST_AUTO_TEST_CASE(filter_rejects_texts_with_other_starts_and_ends) {
    struct {
        std::string glob;
        std::string_view name;
        bool passes;
    } const cases[] = {
        {"*.o", "main.o", true},
        {"*.o", "main.c", false},
        {"*.o", "o", false},     // shorter than the required text
        {"*.o", "MAIN.O", true}, // letters ignore case
        {"*~", "a~", true},
        {"*~", "~a", false},
        {"*.py[co]", "a.pyo", true},
        {"*.py[co]", "a.pyd", false},
        {"*.py[!c]", "a.pyo", true}, // too many alternatives at the end,
        {"*.py[!c]", "pyo.", true},  // and none at the start
        {"core.[0-9]*", "core.7", true},
        {"core.[0-9]*", "score.7", false},
        {"Makefile", "Makefile", true},
        {"Makefile", "Makefile.in", false},
        {"a?", "ab", true},
    };
    for (auto const& [glob, name, expected] : cases) {
        BOOST_TEST_INFO(glob << " and " << name);
        BOOST_TEST((is_open(glob) || passes(glob, name)) == expected);
    }
}

BOOST_AUTO_TEST_CASE(filter_refuses_patterns_open_at_both_ends) {
    for (auto const* glob : {"*", "*.so.*", "[!.]*", "*[!a]", "**/a/**"}) {
        BOOST_TEST(is_open(glob), glob);
    }
    for (auto const* glob : {"a*", "*a", "[ab]*", "*.[ch]", "a", "**/a"}) {
        BOOST_TEST(!is_open(glob), glob);
    }
}

BOOST_AUTO_TEST_CASE(filter_prefers_the_end_of_a_path) {
    BOOST_TEST(!passes("packages/*/dist", "packages/a/main.js", against::path));
    BOOST_TEST(passes("packages/*/dist", "packages/a/dist", against::path));
    BOOST_TEST(passes("packages/**", "packages/a/main.js", against::path)); // no other choice
}

BOOST_AUTO_TEST_CASE(filter_never_rejects_a_match) {
    auto const seed = tests::new_seed();
    dice random{seed};
    std::size_t matched = 0;
    for (int round = 0; round < 2000; ++round) {
        auto const letters = round % 2 == 0 ? letter_case::sensitive : letter_case::folded;
        auto const glob = tests::random_name_glob(random);
        auto const program = program_of(glob, letters);
        wild_pattern const wild{glob, restat::detail::wild_text::name, letters};
        prefix_suffix_filter of_glob;
        prefix_suffix_filter of_wild;
        bool const open = !of_glob.add(program.ends(), against::name);
        bool const never = wild.found_fault() != wild_pattern::fault::none;
        bool const open_too = never || !of_wild.add(wild.ends(), against::name);
        of_glob.build();
        of_wild.build();
        for (int i = 0; i < 20; ++i) {
            std::string name;
            for (auto size = 1 + random.below(10); size > 0; --size) {
                name += random.one_of(std::string_view{"abA.-]\xe9"});
            }
            auto const passes = [&](prefix_suffix_filter const& by) {
                return by.may_end(name) || by.may_begin(name, against::name);
            };
            BOOST_TEST_INFO("seed " << seed << ": " << glob << " and " << name);
            if (program.matches(name)) BOOST_REQUIRE(open || passes(of_glob));
            if (!never && wild.matches(name)) BOOST_REQUIRE(open_too || passes(of_wild));
            matched += program.matches(name);
        }
    }
    BOOST_TEST(matched > 1000U);
}

BOOST_AUTO_TEST_CASE(filter_rejects_most_names) {
    prefix_suffix_filter filter;
    for (auto const* glob : {"*~", "#*#", ".#*", ".*.sw[a-p]", "4913", "*.{o,obj,lo}", "*.py[co]",
                             "*_generated.[ch]pp", "*.log", "*.tmp", "Thumbs.db"}) {
        pattern_fault fault;
        for (auto const& one : restat::detail::parse_glob(glob, letter_case::sensitive, fault)) {
            glob_program const program{one, letter_case::sensitive};
            BOOST_TEST_REQUIRE(filter.add(program.ends(), against::name));
        }
    }
    filter.build();
    std::size_t passed = 0;
    constexpr std::size_t all = 10'000;
    for (std::size_t i = 0; i < all; ++i) {
        auto const name = "name" + std::to_string(i) + (i % 2 == 0 ? ".cpp" : ".h");
        passed += filter.may_end(name) || filter.may_begin(name, against::name);
    }
    BOOST_TEST(passed < all / 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(pairs_of_bytes)

BOOST_AUTO_TEST_CASE(pairs_of_a_part_are_pairs_of_the_whole) {
    auto const seed = tests::new_seed();
    dice random{seed};
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (auto size = random.below(40); size > 0; --size) {
            text += static_cast<char>(random.below(256));
        }
        auto const begin = random.below(text.size() + 1);
        auto const part = std::string_view{text}.substr(begin, random.below(12));
        BOOST_TEST_INFO("seed " << seed << " text " << i);
        BOOST_REQUIRE((wild_pattern::pairs_in(part) & ~wild_pattern::pairs_in(text)) == 0U);
    }
    BOOST_TEST((wild_pattern::pairs_in(".so.") & ~wild_pattern::pairs_in("source_000012.cpp")) !=
               0U);
    BOOST_TEST(wild_pattern::pairs_in("a") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
