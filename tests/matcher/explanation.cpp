#include <restat/matcher/explanation.hpp>

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/matcher/predicate.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include "candidates.hpp"
#include "dice.hpp"

#include <random>

using restat::any_matcher;
using restat::candidate;
using restat::explain;
using restat::explain_path;
using restat::explanation;
using restat::glob_matcher;
using restat::name_lists;
using restat::name_matcher;
using restat::predicate;
using restat::regex_matcher;
using restat::to_string;
using restat::verdict;
using tests::directory;
using tests::file;

namespace {

constexpr auto exclude = verdict::exclude;
constexpr auto none = verdict::none;
constexpr auto include = verdict::include;

any_matcher globs(std::vector<std::string> const& of, std::vector<std::string> const& from) {
    return glob_matcher{of, {.origins = from}};
}
#ifndef RESTAT_WITHOUT_PCRE2
any_matcher regexes(std::vector<std::string> const& of, std::vector<std::string> const& from) {
    return regex_matcher{of, {.origins = from}};
}
#endif

any_matcher const sources = globs({"*.cpp", "*.hpp"}, {"-g"});
any_matcher const build = globs({"build"}, {"-i"});
any_matcher const silent = [](candidate const&) noexcept { return verdict::none; };

} // namespace

BOOST_AUTO_TEST_SUITE(explanations)

BOOST_AUTO_TEST_CASE(explanation_names_the_rule_and_its_origin) {
    struct {
        any_matcher matcher;
        candidate path;
        explanation expected;
        char const* why;
    } const cases[] = {
        {sources, file("a.hpp"), {include, "*.hpp", "-g"}, "the glob that matches"},
        {sources, file("a.c"), {exclude, "", "-g"}, "none does, and all are of one origin"},
        {sources, directory("src"), {none, "", "-g"}, "a directory is not judged"},
        {globs({"*.c", "a*"}, {"f:1", "f:2"}), file("a.c"), {include, "*.c", "f:1"}, "the first"},
        {globs({"*.c", "a*"}, {"f:1", "f:2"}), file("a"), {include, "a*", "f:2"}, "each its own"},
        {globs({"*.c", "a*"}, {"f:1", "f:2"}), file("b"), {exclude, "", "f:1 or f:2"}, "both"},
        {globs({"{b,a}.c"}, {}), file("a.c"), {include, "{b,a}.c", ""}, "as written; from code"},
#ifndef RESTAT_WITHOUT_PCRE2
        {regexes({"^b", "c$"}, {"-r"}), file("a.c"), {include, "c$", "-r"}, "the pattern found"},
        {regexes({"^b", "c$"}, {"-r"}), file("a.d"), {exclude, "", "-r"}, "no pattern found"},
        {regexes({"^(a+)+$"}, {"-r"}),
         file("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
         {none, "^(a+)+$", "-r"},
         "the pattern that gave up"},
#endif
        {name_matcher{name_lists{{}, {"x"}, "-d"}},
         directory("a/x"),
         {include, "x", "-d"},
         "a name"},
        {name_matcher{name_lists{{}, {"x"}, "-d"}},
         file("x"),
         {exclude, "", "-d"},
         "of a directory"},
        {restat::ignore_matcher{
             {.ignore_patterns = {"*~", {"#.*#", restat::pattern::syntax::glob, "mine"}},
              .ignore_dirs = {"x"}}},
         file("a~"),
         {exclude, "*~", "ignore_patterns"},
         "the field of the options"},
    };
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.path.path << ": " << c.why);
        BOOST_TEST(explain(c.matcher, c.path) == c.expected);
        BOOST_TEST(explain(restat::matcher_ref{c.matcher}, c.path) == c.expected);
    }
}

BOOST_AUTO_TEST_CASE(explanation_passes_through_every_combination) {
    auto const a = globs({"*a"}, {"-a"});
    auto const b = globs({"*b*"}, {"-b"});
    struct {
        any_matcher matcher;
        char const* path;
        explanation expected;
        char const* why;
    } const cases[] = {
        {!a, "a", {exclude, "*a", "-a"}, "mirrored"},
        {!a, "x", {include, "", "-a"}, "mirrored, without a rule"},
        {!!a, "a", {include, "*a", "-a"}, "twice"},
        {a | b, "ba", {include, "*a", "-a"}, "the first that includes"},
        {a | b, "b", {include, "*b*", "-b"}, "the second does"},
        {a | b, "x", {exclude, "", "-a or -b"}, "neither has a rule for it"},
        {a | a, "x", {exclude, "", "-a"}, "one origin is told once"},
        {a & b, "b", {exclude, "", "-a"}, "the first already says no"},
        {a & b, "a", {exclude, "", "-b"}, "the second says no"},
        {a & b, "ba", {include, "*a", "-a"}, "both say yes: the first"},
        {a & !b, "ba", {exclude, "*b*", "-b"}, "excluded by the second"},
        {a & !b, "a", {include, "*a", "-a"}, "a rule, rather than that there is none"},
        {(!b) & a, "a", {include, "*a", "-a"}, "also when it comes second"},
        {then(silent, a), "a", {include, "*a", "-a"}, "who decides"},
        {then(!a, b), "ba", {exclude, "*a", "-a"}, "the first decides"},
        {silent | silent, "a", {none, "", ""}, "nobody decides"},
        {any_matcher{}, "a", {none, "", ""}, "nobody is there"},
        {silent & a, "a", {none, "", ""}, "unknown and yes is unknown"},
    };
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.path << ": " << c.why);
        BOOST_TEST(explain(c.matcher, file(c.path)) == c.expected);
    }
}

BOOST_AUTO_TEST_CASE(explanation_of_a_path_starts_with_its_directories) {
    auto const matcher = (!build) & sources;
    struct {
        candidate path;
        char const* pruned;
        explanation decided;
        char const* why;
    } const cases[] = {
        {file("src/a.cpp"), "", {include, "*.cpp", "-g"}, "itself"},
        {file("src/a.c"), "", {exclude, "", "-g"}, "itself, by no rule"},
        {file("build/a.cpp"), "build", {exclude, "build", "-i"}, "its directory is left out"},
        {file("x/build/y/build/a.cpp"), "x/build", {exclude, "build", "-i"}, "the first of two"},
        {directory("x/build"), "", {exclude, "build", "-i"}, "a directory is itself"},
        {file("x/build/a.cpp", 8), "", {include, "*.cpp", "-g"}, "a root is not asked about"},
        {file("build/x/build/a.cpp", 6), "build/x/build", {exclude, "build", "-i"}, "below it"},
        {file("/build/a.cpp", 7), "", {include, "*.cpp", "-g"}, "an absolute root"},
        {file("/build/a.cpp", 1), "/build", {exclude, "build", "-i"}, "the root of all"},
        {file(""), "", {exclude, "", "-g"}, "nothing"},
    };
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.path.path << ": " << c.why);
        auto const why = explain_path(matcher, c.path);
        BOOST_TEST(why.path == c.path.path);
        BOOST_TEST(why.pruned == c.pruned);
        BOOST_TEST(why.decided == c.decided);
        BOOST_TEST(why.watched() == (c.decided.says != exclude));
    }
}

BOOST_AUTO_TEST_CASE(explanation_is_a_sentence) {
    struct {
        restat::path_explanation why;
        char const* sentence;
    } const cases[] = {
        {{"a.o", "", {exclude, "*.o", ".gitignore:3"}},
         "'a.o' is not watched because of '*.o' (.gitignore:3)"},
        {{"a.o", "", {include, "!a.o", ""}}, "'a.o' is watched because of '!a.o'"},
        {{"b/a.o", "b", {exclude, "b/", "-i"}},
         "'b/a.o' is not watched because its directory 'b' is excluded by 'b/' (-i)"},
        {{"b/a.o", "b", {exclude, "", "-g"}},
         "'b/a.o' is not watched because its directory 'b' is excluded"},
        {{"a", "", {exclude, "", "-g or -r"}},
         "'a' is not watched because no rule of -g or -r includes it"},
        {{"a", "", {exclude, "", ""}}, "'a' is not watched because no rule includes it"},
        {{"a", "", {none, "", ""}}, "'a' is watched because no rule excludes it"},
        {{"a", "", {include, "", "-i"}}, "'a' is watched because no rule of -i excludes it"},
        {{"\x1b/\n", "\x1b", {exclude, "\r", "\x9b"}},
         "'\\x1b/\\n' is not watched because its directory '\\x1b' is excluded by '\\r' (\\x9b)"},
    };
    for (auto const& c : cases) BOOST_TEST(to_string(c.why) == c.sentence);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(explanations_at_random)

namespace {

class maker {
public:
    explicit maker(unsigned seed) : engine_{seed} {}

    std::string name() {
        std::string made;
        for (auto length = 1 + below(3); length > 0; --length) made += "ab."[below(3)];
        return made;
    }
    std::string path() {
        auto made = name();
        for (auto more = below(3); more > 0; --more) made += '/' + name();
        return made;
    }
    any_matcher matcher(int depth) {
        if (depth == 0) return leaf();
        switch (below(6)) {
        case 0: return !matcher(depth - 1);
        case 1: return matcher(depth - 1) & matcher(depth - 1);
        case 2: return matcher(depth - 1) | matcher(depth - 1);
        case 3: return then(matcher(depth - 1), matcher(depth - 1));
        case 4: return matcher(0);
        default: return then(matcher(depth - 1), !matcher(depth - 1));
        }
    }
    std::size_t below(std::size_t end) { return engine_() % end; }

private:
    any_matcher leaf() {
        switch (below(7)) {
        case 0: return glob_matcher{{"*" + name(), name() + "/**"}, {.origins = {"x", "y"}}};
        case 1: return glob_matcher{{name() + "*"}};
#ifndef RESTAT_WITHOUT_PCRE2
        case 2: return regex_matcher{name(), "^" + name()};
#endif
        case 3: return name_matcher{name_lists{{name(), name()}, {name()}}};
        case 4: {
            auto const said = static_cast<verdict>(static_cast<int>(below(3)) - 1);
            return predicate{[said](candidate const&) noexcept { return said; }, "said"};
        }
        case 5:
            return predicate{[](candidate const& p) noexcept { return p.path.size() % 2 == 0; }};
        default:
            return restat::ignore_matcher{
                {.ignore_patterns = {name() + "*"}, .ignore_dirs = {name()}}};
        }
    }

    std::mt19937 engine_;
};

} // namespace

BOOST_AUTO_TEST_CASE(explanation_has_the_verdict_of_the_matcher) {
    auto const seed = tests::new_seed();
    maker random{seed};
    std::size_t with_rule = 0;
    for (int round = 0; round < 2'000; ++round) {
        auto const matcher = random.matcher(4);
        restat::matcher_ref const reference{matcher};
        for (int i = 0; i < 10; ++i) {
            auto const path = random.path();
            for (auto const& asked : {file(path), directory(path)}) {
                BOOST_TEST_INFO("seed " << seed << " round " << round << ": " << path);
                auto const why = explain(matcher, asked);
                BOOST_REQUIRE(why.says == matcher(asked));
                BOOST_REQUIRE(why == reference.explain(asked));
                with_rule += !why.rule.empty();
            }
        }
    }
    BOOST_TEST(with_rule > 5'000); // enough rules for a meaningful test
}

BOOST_AUTO_TEST_CASE(explanation_of_a_path_agrees_with_a_walk) {
    auto const seed = tests::new_seed();
    maker random{seed};
    for (int round = 0; round < 5'000; ++round) {
        auto const matcher = random.matcher(3);
        auto const path = random.path();
        bool reached = true;
        for (auto end = path.find('/'); end != path.npos && reached;
             end = path.find('/', end + 1)) {
            reached = watches(matcher(directory(path.substr(0, end))));
        }
        bool const watched = reached && watches(matcher(file(path)));
        BOOST_TEST_INFO("seed " << seed << " round " << round << ": " << path);
        auto const why = explain_path(matcher, file(path));
        BOOST_REQUIRE(why.watched() == watched);
        BOOST_REQUIRE(why.pruned.empty() == reached);
    }
}

BOOST_AUTO_TEST_SUITE_END()
