#include <restat/matcher/regex_matcher.hpp>

#include <restat/matcher/logic.hpp>

#include "candidates.hpp"

#include <atomic>
#include <thread>

using restat::errc;
using restat::finding;
using restat::letter_case;
using restat::pattern_fault;
using restat::regex_matcher;
using restat::regex_options;
using restat::verdict;
using tests::directory;
using tests::file;
using tests::wanted;

static_assert(restat::path_matcher<regex_matcher>);
static_assert(std::copyable<regex_matcher>);
static_assert(!std::convertible_to<char const*, regex_matcher>, "no pattern by accident");

namespace {

constexpr regex_options as_utf8{.characters = regex_options::unit::utf8};
constexpr bool yes = true;
constexpr bool no = false;

struct regex_case {
    char const* pattern;
    char const* path;
    bool found;
    char const* reason;
    regex_options how = {};
};

std::ostream& operator<<(std::ostream& to, regex_case const& c) {
    return to << "'" << c.pattern << "' on '" << c.path << "': " << c.reason;
}

regex_case const cases[] = {
    {"\\.cpp$", "src/a.cpp", yes, "found anywhere"},
    {"\\.cpp$", "src/a.cpp.o", no, "$ is the end"},
    {"^src/", "src/a.cpp", yes, "^ is the beginning of the path"},
    {"^src/", "lib/src/a.cpp", no, "and of nothing else"},
    {"^src/", "./src/a.cpp", yes, "a leading ./ is not there"},
    {"a$", "a\n", no, "$ is not before a newline at the end"},
    {"^b", "a\nb", no, "^ is not behind a newline"},
    {"a.b", "a\nb", yes, ". is also a newline"},
    {"A", "a", no, "letters are told apart"},
    {"A", "a", yes, "unless folded", {.letters = letter_case::folded}},
    {"^..$", "\xc3\xa9", yes, "an e with an accent is two bytes"},
    {"^.$", "\xc3\xa9", yes, "one character, if asked", as_utf8},
    {"^.$", "\xc3", no, "what is not UTF-8 is no character", as_utf8},
    {"b$", "\xff/b", yes, "and does not hide what is beside it", as_utf8},
    {"\\S", "\xc3\xa9", yes, "a character that is no space", as_utf8},
    {"\\D", "\xc3\xa9", yes, "a character that is no digit", as_utf8},
    {"\\W", "\xc3\xa9", yes, "a letter outside of ASCII is no \\w", as_utf8},
    {"^\\S+$", "a\xc3\xa9\xe2\x82\xac", yes, "and the next ones too", as_utf8},
    {"(?<=\\S)b",
     "\xc3\xa9"
     "b",
     yes, "also when it is looked back at", as_utf8},
    {"^\\D{2}$", "\xc3\xa9\xf0\x9f\x98\x80", yes, "also when it is counted", as_utf8},
    {"\\Sb",
     "\xff\xc3\xa9"
     "b",
     yes, "but does not hide one", as_utf8},
    {"\\x{e9}", "caf\xc3\xa9", yes, "a code point", as_utf8},
    {"\\xe9", "caf\xe9", yes, "a byte"},
    {"[\\x80-\\xff]", "\xc3\xa9", yes, "bytes are not signed"},
    {"(?<=a)b(?!c)", "abd", yes, "the syntax of PCRE2"},
    {"(?i)A", "a", yes, "options in the pattern"},
    {"", "a", yes, "nothing is found everywhere"},
    {"\\.(c|h)pp$", "a.hpp", yes, "a group is one of its alternatives"},
    {"\\.(c|h)pp$", "a.tpp", no, "and of no others"},
    {"(^|/)build/", "src/build/a.o", yes, "an assertion in a group"},
    {"(^|/)build/", "src/rebuild/a.o", no, "is asserted"},
    {"abc?d", "abd", yes, "? lets be absent what stands before it, and no more"},
    {"abc*d", "abd", yes, "* too"},
    {"abc{0,2}d", "abd", yes, "a count from 0 too"},
    {"ab{2}c", "abbc", yes, "a count is of one character"},
    {"ab{2}c", "ababc", no, "and not of all before it"},
    {"a{,b}c", "a{,b}c", yes, "a brace that counts nothing is itself"},
    {"ab|cd", "xcdx", yes, "either alternative"},
    {"ab|", "x", yes, "of which one may be empty"},
    {"ab|cd", "acbd", no, "but wholly"},
    {"a\\.b", "axb", no, "a dot behind a backslash is itself"},
    {"a\\Q.b*\\Ec", "a.b*c", yes, "quoted, all are themselves"},
    {"(?x) a b # c\n c", "abc", yes, "blanks and comments, if asked"},
    {"a(?#comment)b", "ab", yes, "a comment is not there"},
    {"[]a]b", "]b", yes, "a bracket that stands first is a member"},
    {"[^]a]b", "]b", no, "also behind ^"},
    {"[\\]]b", "]b", yes, "and behind a backslash"},
    {"[[:digit:]]]b", "1]b", yes, "a class in a set ends before it does"},
    {"[\\c]]b",
     "\x1d"
     "b",
     yes, "a control character may be written with a bracket"},
    {"(?!ab)cd", "cd", yes, "what must not be there is not looked for"},
    {"(?:ab)?cd", "cd", yes, "nor what may be absent"},
    {"(ab)\\1", "abab", yes, "what was found, again"},
    {"(?<name>a)b\\k<name>", "aba", yes, "by name"},
    {"a\\x62c", "abc", yes, "a byte by its number"},
    {"a(*ACCEPT)bc", "a", yes, "a verb that ends it early"},
    {"ab\\Kcd", "abcd", yes, "where a match is said to begin does not matter"},
    {"AB", "ab", yes, "folded, with a text in it", {.letters = letter_case::folded}},
    {"a[B]\\x43d", "AbcD", yes, "in sets and numbers too", {.letters = letter_case::folded}},
    {"kb$",
     "\xe2\x84\xaa"
     "b",
     no,
     "folded is of ASCII",
     {.letters = letter_case::folded}},
    {"caf\xc3\xa9*s", "cafs", yes, "a quantifier is of a character", as_utf8},
    {"caf\xc3\xa9*s", "cafs", no, "or of a byte"},
};

std::string times(std::size_t count, std::string_view text) {
    std::string all;
    while (count-- != 0) all += text;
    return all;
}

// A pattern without a match in this name; the proof takes 2^40 steps.
constexpr char const* explosive = "(a+)+$";
std::string const hostile_name = std::string(40, 'a') + "!";
// The same without machine code, as on systems without permission for it.
constexpr char const* explosive_interpreted = "(*NO_JIT)(a+)+$";

// Returns patterns with a required text that no path of the tests contains.
std::vector<std::string> unlike_any(std::size_t count) {
    std::vector<std::string> patterns;
    for (std::size_t i = 0; i < count; ++i) {
        patterns.push_back("no such name [0-9]" + std::to_string(i));
    }
    return patterns;
}

std::size_t faults_in(regex_matcher const& matcher) {
    std::vector<finding> found;
    matcher.faults(found);
    return found.size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(expressions)

BOOST_AUTO_TEST_CASE(each_rule_holds_alone_and_negated) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        regex_matcher const matcher{{c.pattern}, c.how};
        BOOST_TEST(matcher(file(c.path)) == wanted(c.found));
        BOOST_TEST((!matcher)(file(c.path)) == wanted(!c.found));
        BOOST_TEST(faults_in(matcher) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_among_others_and_in_the_interpreter) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        auto const slow = std::string{"(*NO_JIT)"} + c.pattern;
        regex_matcher const matcher{{"no such name", slow, "\\d{20}"}, c.how};
        BOOST_TEST(matcher(file(c.path)) == wanted(c.found));
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_among_many_with_required_texts) {
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c);
        for (std::size_t const place : {std::size_t{0}, std::size_t{63}, std::size_t{64}}) {
            auto patterns = unlike_any(100);
            patterns[place] = c.pattern;
            auto const matcher = regex_matcher{patterns, c.how};
            auto const copy = matcher;
            BOOST_TEST(copy(file(c.path)) == wanted(c.found));
            auto const why = copy.explain(file(c.path));
            BOOST_TEST(why.rule == (c.found ? c.pattern : ""));
        }
    }
}

// Forces a search with counted cost.
BOOST_AUTO_TEST_CASE(each_rule_holds_in_a_long_path) {
    for (auto const& c : cases) {
        if (*c.pattern == '^') continue;
        BOOST_TEST_INFO(c);
        regex_matcher const matcher{{c.pattern}, c.how};
        BOOST_TEST(matcher(file(std::string(400, '=') + c.path)) == wanted(c.found));
        BOOST_TEST(faults_in(matcher) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(each_rule_holds_for_eight_threads_at_once) {
    std::atomic<int> wrong{0};
    for (auto const& c : cases) {
        regex_matcher const matcher{{"no such name", c.pattern}, c.how};
        // The interpreter keeps its whole state in the match data.
        regex_matcher const slow{{std::string{"(*NO_JIT)"} + c.pattern}, c.how};
        auto const long_path = std::string(400, '=') + c.path;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < 100; ++i) {
                    wrong += matcher(file(c.path)) != wanted(c.found);
                    wrong += slow(file(c.path)) != wanted(c.found);
                }
                if (*c.pattern != '^') wrong += matcher(file(long_path)) != wanted(c.found);
            });
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(unmatched_directory_gets_none) {
    regex_matcher const matcher{"build$"};
    BOOST_TEST(matcher(directory("build")) == verdict::include);
    BOOST_TEST(matcher(directory("src")) == verdict::none);
    BOOST_TEST((!matcher)(directory("build")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(whole_path_is_searched_below_a_root_too) {
    BOOST_TEST(regex_matcher{"^src/"}(file("src/a", 4)) == verdict::include);
    BOOST_TEST(regex_matcher{"^a"}(file("src/a", 4)) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(regex_matcher_takes_a_single_pattern_or_many) {
    std::string const text = "c$";
    for (auto const& made : {regex_matcher{"c$"}, regex_matcher{text}, regex_matcher{"h$", text},
                             regex_matcher{{"h$", "c$"}},
                             regex_matcher{{"h$", "C$"}, {.letters = letter_case::folded}}}) {
        BOOST_TEST(made(file("a.c")) == verdict::include);
        BOOST_TEST(made(file("a.d")) == verdict::exclude);
    }
    BOOST_TEST(regex_matcher{std::vector<std::string>{}}(file("a")) == verdict::exclude);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(malformed_expressions)

BOOST_AUTO_TEST_CASE(malformed_patterns_are_rejected_with_the_offset) {
    struct {
        char const* pattern;
        std::size_t offset;
        errc error = errc::bad_pattern;
        regex_options how = {};
    } const faults[] = {
        {"a(b", 3},
        {"a)b", 1},
        {"[z-a]", 3},
        {"*a", 0},
        {"a\\", 2},
        {"a\\Cb", 3},
        {"(*UTF)a", 6},
        {"(*UCP)a", 6},
        {"a\\Cb", 3, errc::bad_pattern, as_utf8},
        {"((a{1,9999}){1,9999}){1,9999}", 29, errc::pattern_too_large},
        {"(?:a{1,1000}){1,1000}", 21, errc::pattern_too_large},
    };
    for (auto const& expected : faults) {
        pattern_fault fault;
        regex_matcher const made{{"good", expected.pattern, "more"}, expected.how, fault};
        BOOST_TEST_INFO(expected.pattern << ": " << fault.reason);
        BOOST_TEST((fault.error == expected.error));
        BOOST_TEST(fault.pattern == expected.pattern);
        BOOST_TEST(fault.offset == expected.offset);
        BOOST_TEST(!fault.reason.empty());
        BOOST_TEST(made(file("good")) == verdict::exclude);
    }
}

BOOST_AUTO_TEST_CASE(exception_has_the_same_fault) {
    BOOST_CHECK_EXCEPTION(regex_matcher("ok", "a(b"), restat::pattern_error, [](auto const& e) {
        return e.pattern() == "a(b" && e.offset() == 3 && e.code() == errc::bad_pattern;
    });
}

BOOST_AUTO_TEST_CASE(too_deep_nesting_is_rejected) {
    pattern_fault fault;
    regex_matcher{{std::string(100'000, '(') + std::string(100'000, ')')}, {}, fault};
    BOOST_TEST((fault.error == errc::pattern_too_large));
}

BOOST_AUTO_TEST_CASE(nul_byte_is_rejected) {
    pattern_fault fault;
    regex_matcher{{std::string{"a\0b", 3}}, {}, fault};
    BOOST_TEST((fault.error == errc::bad_pattern));
    BOOST_TEST(fault.offset == 1U);
    BOOST_TEST(to_string(fault) ==
               "bad pattern 'a\\x00b' at byte 1: a NUL byte, which no path contains");
}

BOOST_AUTO_TEST_CASE(too_large_patterns_are_rejected_at_once) {
    for (auto const& pattern :
         {std::string(10'000'000, 'a'), std::string(10'000'000, '('), times(8'000, "a?b"),
          times(5'000, "(?:a|b)?"), times(9'000, "(?=a)"), times(8'000, "[[:alpha:]"),
          "(?:" + times(60, "(a)") + "){600}", times(3'000, "(?:a*)*")}) {
        pattern_fault fault;
        auto const seconds = tests::cpu_seconds([&] { regex_matcher{{pattern}, {}, fault}; });
        BOOST_TEST_INFO(pattern.substr(0, 20) << " ...: " << fault.reason);
        BOOST_TEST((fault.error == errc::pattern_too_large));
        BOOST_TEST(seconds < 10); // a few ms; a limit against a hang
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hostile_expressions)

namespace {

// Each pattern takes seconds to hours on some path if steps count per start offset only.
std::vector<std::string> const explosives{
    explosive,
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?:a|aa)+!b",
    "(a*)*(a*)*(a*)*(a*)*b|\\1x",
    "(?:a|a){16}b|x",
    "(?:a(?=a*b)|a)+c|d",
    "(?:a(?!a*b)|a)+c|d",
    "(a*?)b|c",
    "\\X*b|c",
    "(a?){300}b|c",
    "((a{1,100}){1,100}){1,6}b|c",
    times(26, "(?=a+b)|") + "c",
    times(800, "(?=a*+b)|") + "c",
    times(260, "(?:a+b)|") + "c",
    "(?:a(?!(?:" + times(50, "a*b|") + "a*f)))*+c|d",
};

} // namespace

BOOST_AUTO_TEST_CASE(hostile_patterns_stop_within_milliseconds) {
    double worst = 0;
    for (auto const& pattern : explosives) {
        for (char const* where : {"", "(*NO_JIT)"}) {
            regex_matcher const matcher{where + pattern};
            for (int const length : {40, 255, 320, 4'000, 100'000}) {
                auto const name = std::string(static_cast<std::size_t>(length), 'a') + "!A";
                double const seconds = tests::cpu_seconds([&] { matcher(file(name)); });
                BOOST_TEST_INFO(where << pattern.substr(0, 40) << " on " << length << " bytes");
                BOOST_TEST(seconds < 10); // at most 25 ms; a limit against a hang
                worst = std::max(worst, seconds);
            }
        }
    }
    BOOST_TEST_MESSAGE("the worst took " << worst * 1e3 << " ms");
}

BOOST_AUTO_TEST_CASE(thousands_of_hostile_patterns_stop_soon) {
    regex_matcher const matcher{std::vector<std::string>(2'000, explosive)};
    double const seconds =
        tests::cpu_seconds([&] { BOOST_TEST(matcher(file(hostile_name)) == verdict::none); });
    BOOST_TEST(seconds < 10); // 8 patterns, a few ms each; a limit against a hang
    BOOST_TEST(faults_in(matcher) == 8U);
}

BOOST_AUTO_TEST_CASE(undecided_path_stays_watched) {
    for (char const* pattern : {explosive, explosive_interpreted}) {
        regex_matcher const matcher{pattern};
        BOOST_TEST(matcher(file(hostile_name)) == verdict::none);
        BOOST_TEST((!matcher)(file(hostile_name)) == verdict::none);
        BOOST_TEST(matcher(directory(hostile_name)) == verdict::none);
        BOOST_TEST(matcher(file("b")) == verdict::exclude);
        BOOST_TEST(matcher(file("a")) == verdict::include);
    }
}

BOOST_AUTO_TEST_CASE(another_match_decides_after_a_failure) {
    BOOST_TEST(regex_matcher(explosive, "!$")(file(hostile_name)) == verdict::include);
    BOOST_TEST(regex_matcher("!$", explosive)(file(hostile_name)) == verdict::include);
}

BOOST_AUTO_TEST_CASE(each_failed_pattern_is_reported_once) {
    regex_matcher const matcher{explosive, "never", explosive_interpreted};
    BOOST_TEST(faults_in(matcher) == 0U);
    matcher(file(hostile_name));
    matcher(file(hostile_name));
    std::vector<finding> found;
    auto const copy = matcher;
    copy.faults(found);
    BOOST_REQUIRE(found.size() == 2U);
    BOOST_TEST(found[0].path == explosive);
    BOOST_TEST(found[1].path == explosive_interpreted);
    BOOST_TEST((found[0].error == errc::match_gave_up));
    BOOST_TEST(to_string(found[0]) == "cannot match '(a+)+$': matching took too many steps; the "
                                      "path counts as watched");
    matcher(file(hostile_name));
    BOOST_TEST(faults_in(matcher) == 0U);
}

BOOST_AUTO_TEST_CASE(long_path_does_not_overflow_the_stack_of_machine_code) {
    std::string const path(6000, 'a');
    regex_matcher const matcher{"^(?:a|(b))+$"};
    BOOST_TEST(matcher(file(path)) == verdict::include);
    BOOST_TEST(faults_in(matcher) == 0U);
}

// The match data of the interpreter grows with the path; shared by two threads, it would be
// corrupt.
BOOST_AUTO_TEST_CASE(many_threads_get_the_same_verdicts) {
    regex_matcher const matcher{"(*NO_JIT)^(?:a|(b)|(c))+$"};
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 40; ++t) {
            threads.emplace_back([&, name = std::string(20 + 5 * t, 'a')] {
                for (int i = 0; i < 200; ++i) {
                    wrong += matcher(file(name)) != verdict::include;
                    wrong += matcher(file(name + '!')) != verdict::exclude;
                }
            });
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(threads_share_the_report_of_a_failed_pattern) {
    regex_matcher const matcher{"\\.(c|h)pp$", explosive};
    std::atomic<int> wrong{0};
    std::atomic<std::size_t> told{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 8; ++t) {
            threads.emplace_back([&, own = matcher] {
                for (int i = 0; i < 50; ++i) {
                    wrong += matcher(file("src/main.cpp")) != verdict::include;
                    wrong += own(file("src/main.c")) != verdict::exclude;
                    if (i % 10 == 0) wrong += own(file(hostile_name)) != verdict::none;
                    told += faults_in(own);
                }
            });
        }
    }
    BOOST_TEST(wrong == 0);
    BOOST_TEST(told == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
