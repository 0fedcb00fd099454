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
    {"\\x{e9}", "caf\xc3\xa9", yes, "a code point", as_utf8},
    {"\\xe9", "caf\xe9", yes, "a byte"},
    {"[\\x80-\\xff]", "\xc3\xa9", yes, "bytes are not signed"},
    {"(?<=a)b(?!c)", "abd", yes, "the syntax of PCRE2"},
    {"(?i)A", "a", yes, "options in the pattern"},
    {"", "a", yes, "nothing is found everywhere"},
};

// One that is not found in this name, and takes 2^40 steps to know it.
constexpr char const* explosive = "(a+)+$";
std::string const hostile_name = std::string(40, 'a') + "!";
// The same without machine code, as where the system forbids it.
constexpr char const* explosive_interpreted = "(*NO_JIT)(a+)+$";

std::size_t faults_in(regex_matcher const& matcher) {
    std::vector<finding> found;
    matcher.faults(found);
    return found.size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(expressions)

BOOST_AUTO_TEST_CASE(each_rule_holds_alone) {
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

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_named_may_hold_what_is) {
    regex_matcher const matcher{"build$"};
    BOOST_TEST(matcher(directory("build")) == verdict::include);
    BOOST_TEST(matcher(directory("src")) == verdict::none);
    BOOST_TEST((!matcher)(directory("build")) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(the_whole_path_counts_also_below_a_root) {
    BOOST_TEST(regex_matcher{"^src/"}(file("src/a", 4)) == verdict::include);
    BOOST_TEST(regex_matcher{"^a"}(file("src/a", 4)) == verdict::exclude);
}

BOOST_AUTO_TEST_CASE(are_made_from_one_or_many) {
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

BOOST_AUTO_TEST_CASE(are_refused_with_the_offset) {
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

BOOST_AUTO_TEST_CASE(are_thrown_with_the_same) {
    BOOST_CHECK_EXCEPTION(regex_matcher("ok", "a(b"), restat::pattern_error, [](auto const& e) {
        return e.pattern() == "a(b" && e.offset() == 3 && e.code() == errc::bad_pattern;
    });
}

BOOST_AUTO_TEST_CASE(that_are_deeper_than_a_stack_are_refused) {
    pattern_fault fault;
    regex_matcher{{std::string(100'000, '(') + std::string(100'000, ')')}, {}, fault};
    BOOST_TEST((fault.error == errc::pattern_too_large));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(hostile_expressions)

BOOST_AUTO_TEST_CASE(give_up_within_milliseconds) {
    for (char const* pattern :
         {explosive, explosive_interpreted, "^(([a-z])+.)+[A-Z]([a-z])+$",
          "(*NO_JIT)^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a|aa)+!b", "(a*)*(a*)*(a*)*(a*)*b|\\1x"}) {
        regex_matcher const matcher{pattern};
        auto const name = hostile_name + "A";
        constexpr int times = 20;
        double const seconds = tests::cpu_seconds([&] {
            for (int i = 0; i < times; ++i) matcher(file(name));
        });
        BOOST_TEST_MESSAGE(pattern << ": " << seconds * 1e3 / times << " ms");
        BOOST_TEST_INFO(pattern);
        BOOST_TEST(seconds / times < 0.1); // some ms; without a limit for hours
    }
}

BOOST_AUTO_TEST_CASE(leave_the_path_watched) {
    for (char const* pattern : {explosive, explosive_interpreted}) {
        regex_matcher const matcher{pattern};
        BOOST_TEST(matcher(file(hostile_name)) == verdict::none);
        BOOST_TEST((!matcher)(file(hostile_name)) == verdict::none);
        BOOST_TEST(matcher(directory(hostile_name)) == verdict::none);
        BOOST_TEST(matcher(file("b")) == verdict::exclude);
        BOOST_TEST(matcher(file("a")) == verdict::include);
    }
}

BOOST_AUTO_TEST_CASE(do_not_hide_another_that_is_found) {
    BOOST_TEST(regex_matcher(explosive, "!$")(file(hostile_name)) == verdict::include);
    BOOST_TEST(regex_matcher("!$", explosive)(file(hostile_name)) == verdict::include);
}

BOOST_AUTO_TEST_CASE(are_told_once_for_each) {
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
    BOOST_TEST(describe(found[0]) == "cannot match '(a+)+$': matching took too many steps; the "
                                     "path counts as watched");
    matcher(file(hostile_name));
    BOOST_TEST(faults_in(matcher) == 0U);
}

BOOST_AUTO_TEST_CASE(a_long_path_does_not_overrun_the_stack_of_machine_code) {
    std::string const path(6000, 'a');
    regex_matcher const matcher{"^(?:a|(b))+$"};
    BOOST_TEST(matcher(file(path)) == verdict::include);
    BOOST_TEST(faults_in(matcher) == 0U);
}

BOOST_AUTO_TEST_CASE(shared_by_threads_say_the_same_to_each_and_are_told_once) {
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
