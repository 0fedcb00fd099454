// Compares sets of random expressions on random paths with PCRE2 itself, used on each expression
// in turn.
#include <restat/matcher/regex_matcher.hpp>

#include <restat/escape.hpp>

#include <matcher/literal_set.hpp>
#include <matcher/pcre2_handle.hpp>
#include <matcher/required_literal.hpp>

#include "candidates.hpp"

#include <cstdlib>
#include <optional>
#include <random>

using restat::letter_case;
using restat::pattern_fault;
using restat::regex_matcher;
using restat::regex_options;
using restat::verdict;
using tests::file;
using tests::wanted;

BOOST_AUTO_TEST_SUITE(expressions_at_random)

namespace {

class dice {
public:
    explicit dice(unsigned seed) : engine_{seed} {}
    std::size_t below(std::size_t end) { return engine_() % end; }
    template <std::size_t Size>
    std::string_view one_of(std::string_view const (&from)[Size]) {
        return from[below(Size)];
    }

private:
    std::mt19937 engine_;
};

/// Returns a seed, from the environment if set, so that a failure can be repeated.
unsigned new_seed() {
    char const* const given = std::getenv("RESTAT_TEST_SEED");
    auto const seed =
        given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    BOOST_TEST_MESSAGE("RESTAT_TEST_SEED=" << seed);
    return seed;
}

// Pieces of PCRE2's syntax, some of them invalid in some positions.
constexpr std::string_view pieces[] = {
    "a",          "b",      "ab",       "Ab",        "/",         ".",           "\\.",
    "^",          "$",      "|",        "(",         ")",         "(",           ")",
    "(?:",        "(?=",    "(?!",      "(?<=",      "(?<!",      "(?>",         "*",
    "+",          "?",      "+?",       "{2}",       "{0,1}",     "{,1}",        "{a",
    "}",          "[ab]",   "[^a]",     "[]a]",      "[\\]b]",    "[[:alpha:]]", "[a-b/]",
    "\\b",        "\\w",    "\\d",      "\\A",       "\\z",       "\\x61",       "\\141",
    "\\Qa.\\E",   "\\Qb",   "\\E",      "(?i)",      "(?x)",      "(?i:",        "#",
    " ",          "\n",     "(?#a)",    "(*ACCEPT)", "(*FAIL)",   "(?|",         "\\1",
    "(?1)",       "\\K",    "\\G",      "(?R)?",     "(?(1)a|b)", "\\cA",        "[\\c]]",
    "\\-",        "\\\\",   "\xc3\xa9", "\xff",      "k",         "S",           "\\R",
    "\\X",        "(?^:",   "(?<n>",    "(?-i)",     "\\N{U+61}", "\\o{141}",    "\\g{-1}",
    "[a\\Q]\\E]", "(?s-i:", "(?xx)",    "]",         "\\S",       "\\D",         "\\W",
    "\\N",        "\\H",    "\\V",      "[^\\d]",    "[\\D]",     "[^\xc3\xa9]", "[[:^digit:]]",
    "\\P{L}",     "\\B",    "(?<=\\S)", "\\D{2}"};

constexpr std::string_view plain_pieces[] = {"a", "b", "A", "/", "\\.", "k", "s", "]", "#", " "};

/// Makes half of the patterns mostly from plain characters, as these are more often valid.
std::string random_pattern(dice& random) {
    std::string pattern;
    auto const length = 1 + random.below(8);
    auto const odd = 1 + random.below(2) * 3;
    for (std::size_t i = 0; i < length; ++i) {
        pattern += random.below(odd) == 0 ? random.one_of(pieces) : random.one_of(plain_pieces);
    }
    return pattern;
}

std::string random_path(dice& random) {
    constexpr std::string_view of[] = {"a",  "b", "ab", "A",        "B",           "/",  ".",
                                       "aa", "-", " ",  "\xc3\xa9", "\xff",        "\n", "k",
                                       "s",  "]", "#",  "{a",       "\xe2\x84\xaa"};
    std::string path = "a";
    auto const length = random.below(9);
    for (std::size_t i = 0; i < length; ++i) path += random.one_of(of);
    while (path.ends_with('/')) path.pop_back();
    return path;
}

regex_options random_options(dice& random) {
    using unit = regex_options::unit;
    return {.letters = random.below(2) == 0 ? letter_case::sensitive : letter_case::folded,
            .characters = random.below(3) == 0 ? unit::utf8 : unit::byte};
}

/// A pattern matched by PCRE2 as in its manual, with PCRE2's own limits.
class reference {
public:
    reference(std::string const& text, regex_options const& how) {
        std::uint32_t flags = PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
        if (how.letters == letter_case::folded) flags |= PCRE2_CASELESS;
        bool const utf = how.characters == regex_options::unit::utf8;
        flags |= utf ? PCRE2_UTF | PCRE2_MATCH_INVALID_UTF : PCRE2_NEVER_UTF | PCRE2_NEVER_UCP;
        int error = 0;
        PCRE2_SIZE offset = 0;
        code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), flags,
                                  &error, &offset, nullptr));
        // Uses the interpreter: machine code of 10.42 is wrong for some character classes.
        if (code_) data_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    }

    bool is_good() const noexcept { return code_ != nullptr; }
    int match(std::string_view path) const {
        return pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(path.data()), path.size(), 0,
                           0, data_.get(), nullptr);
    }

private:
    restat::detail::pcre2_ptr<pcre2_code> code_;
    restat::detail::pcre2_ptr<pcre2_match_data> data_;
};

struct a_set {
    std::vector<std::string> patterns;
    std::vector<reference> alone;
};

a_set random_set(dice& random, std::size_t size, regex_options const& how) {
    a_set made;
    while (made.patterns.size() < size) {
        auto const pattern = random_pattern(random);
        reference alone{pattern, how};
        pattern_fault fault;
        regex_matcher const matcher{{pattern}, how, fault};
        BOOST_TEST_INFO("'" << pattern << "': " << fault.reason);
        BOOST_REQUIRE(!fault == alone.is_good());
        if (fault) continue;
        made.patterns.push_back(pattern);
        made.alone.push_back(std::move(alone));
    }
    return made;
}

constexpr std::size_t none = static_cast<std::size_t>(-1);

/// Returns the first pattern found; `none` if no pattern is found; no value if PCRE2 gives up
/// first.
std::optional<std::size_t> first_found(std::vector<reference> const& alone,
                                       std::string_view path) {
    for (std::size_t i = 0; i < alone.size(); ++i) {
        int const result = alone[i].match(path);
        if (result >= 0) return i;
        if (result != PCRE2_ERROR_NOMATCH) return {};
    }
    return none;
}

} // namespace

BOOST_AUTO_TEST_CASE(single_patterns_agree_with_pcre2) {
    dice random{new_seed()};
    int found = 0;
    int not_found = 0;
    for (int round = 0; round < 300; ++round) {
        auto const how = random_options(random);
        auto const size = 1 + random.below(20);
        auto const set = random_set(random, round % 50 == 0 ? 70 : size, how);
        regex_matcher const matcher{set.patterns, how};
        for (int i = 0; i < 40; ++i) {
            bool const is_long = i % 8 == 0;
            auto const path = std::string(is_long ? 330 : 0, '-') + random_path(random);
            auto const expected = first_found(set.alone, path);
            if (!expected) continue;
            bool const is_found = *expected != none;
            auto const rule = is_found ? set.patterns[*expected] : std::string{};
            auto const why = matcher.explain(file(path));
            // A pattern with n * n steps may give up on a long path; then the next pattern
            // decides.
            if (is_long && why.says == verdict::none) continue;
            bool const agrees = why.says == wanted(is_found) && (is_long || why.rule == rule);
            BOOST_TEST_INFO("'" << rule << "' on '" << path << "', not '" << why.rule << "'");
            BOOST_REQUIRE(agrees);
            BOOST_REQUIRE(matcher(file(path)) == why.says);
            ++(is_found ? found : not_found);
        }
    }
    BOOST_TEST_MESSAGE(found << " found, " << not_found << " not");
    BOOST_TEST(found > 2'000); // enough matches for a comparison
    BOOST_TEST(not_found > 1'000);
}

BOOST_AUTO_TEST_CASE(matching_paths_contain_the_required_texts) {
    dice random{new_seed()};
    int known = 0;
    for (int round = 0; round < 30'000; ++round) {
        auto const how = random_options(random);
        auto const pattern = random_pattern(random);
        auto const texts = restat::detail::required_literals(pattern, how);
        reference const alone{pattern, how};
        if (texts.empty() || !alone.is_good()) continue;
        restat::detail::literal_set const filter{{texts}, how.letters};
        for (int i = 0; i < 10; ++i) {
            auto const path = random_path(random);
            if (alone.match(path) < 0) continue;
            ++known;
            BOOST_TEST_INFO("'" << pattern << "' on '" << path << "': '" << texts[0] << "'");
            BOOST_REQUIRE(filter.maybe_in(path) == 1U);
        }
    }
    BOOST_TEST_MESSAGE(known << " times the text was there");
    BOOST_TEST(known > 200); // enough texts for a test
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(texts_of_an_expression)

BOOST_AUTO_TEST_CASE(required_text_is_the_longest_of_each_alternative) {
    struct {
        char const* pattern;
        std::vector<std::string> texts;
    } const cases[] = {
        {"\\.cpp$", {".cpp"}},
        {"^src/.*_test\\.(c|h)pp$", {"_test."}},
        {"/node_modules/|\\.git/", {"/node_modules/", ".git/"}},
        {"/tmp[0-9]+$", {"/tmp"}},
        {"abc?de+f", {"ab"}},
        {"ab|", {}},
        {"a", {}},
        {"(?i)abc", {}},
        {"(abc)", {}},
        {"(*ACCEPT)abc", {}},
        {"abc\\x41", {}},
    };
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.pattern);
        BOOST_TEST(restat::detail::required_literals(c.pattern, {}) == c.texts,
                   boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()

// Compares each character class of PCRE2 on subjects of valid, invalid and partly valid UTF-8.
using expressions_at_random::reference;

BOOST_AUTO_TEST_SUITE(classes_of_characters)

BOOST_AUTO_TEST_CASE(classes_agree_with_the_pcre2_interpreter) {
    constexpr char const* classes[] = {"\\D",
                                       "\\S",
                                       "\\W",
                                       "\\N",
                                       "\\X",
                                       "\\R",
                                       "\\H",
                                       "\\V",
                                       "\\d",
                                       "\\s",
                                       "\\w",
                                       "\\h",
                                       "\\v",
                                       ".",
                                       "[^0-9]",
                                       "[^a]",
                                       "[^\\d]",
                                       "[\\D]",
                                       "[\\S]",
                                       "[\\W]",
                                       "[^\\s]",
                                       "[^\\w]",
                                       "[[:^digit:]]",
                                       "[[:^alpha:]]",
                                       "[[:alpha:]]",
                                       "[^[:alpha:]]",
                                       "[^\xc3\xa9]",
                                       "[\xc3\xa0-\xc3\xbf]",
                                       "\\P{L}",
                                       "\\p{L}",
                                       "\xc3\xa9",
                                       "\xc3\x89",
                                       "k"};
    constexpr char const* frames[] = {"",      "^",     "$",   "+$",  "*b",   "{2}", "++",
                                      "(?<=)", "(?<!)", "\\b", "\\B", "(?i)", "a",   "(*UCP)"};
    constexpr char const* subjects[] = {"\xc3\xa9",
                                        "a\xc3\xa9"
                                        "b",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\xc3",
                                        "a\xff"
                                        "b",
                                        "\xc3\xa9\xff\xc3\xa9",
                                        "\xff",
                                        "b\xff",
                                        "\xff"
                                        "b",
                                        "\xe2\x82",
                                        "ab",
                                        "1",
                                        "\xc2\xa0",
                                        "\xe2\x84\xaa",
                                        "\xc2\x85",
                                        "\xe2\x80\xa8",
                                        "a\xcc\x81",
                                        "\xed\xa0\x80",
                                        "\xc0\x80",
                                        "\xf4\x90\x80\x80",
                                        "\xc3\xa9\xc3\xa9",
                                        "\xc3"
                                        "b",
                                        "\xa9"
                                        "b",
                                        "\xc3\xa9\xa9"
                                        "b",
                                        "-12345678",
                                        "12345678\xc3\xa9",
                                        "1234567\xff"};
    for (std::string_view const frame : frames) {
        for (std::string const piece : classes) {
            auto pattern = frame.starts_with("(?<")
                               ? std::string{frame.substr(0, 4)} + piece + ")b"
                           : frame.starts_with('(') || frame == "^" || frame == "a" ||
                                   frame.starts_with("\\")
                               ? std::string{frame} + piece
                               : piece + std::string{frame};
            for (auto const letters : {letter_case::sensitive, letter_case::folded}) {
                regex_options const how{.letters = letters,
                                        .characters = regex_options::unit::utf8};
                reference const alone{pattern, how};
                pattern_fault fault;
                regex_matcher const matcher{{pattern}, how, fault};
                BOOST_REQUIRE_MESSAGE(!fault == alone.is_good(), pattern);
                for (std::string const path : subjects) {
                    if (fault) break;
                    bool const expected = alone.match(path) >= 0;
                    BOOST_TEST((matcher(file(path)) == verdict::include) == expected,
                               pattern << " on " << restat::escape(path));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
