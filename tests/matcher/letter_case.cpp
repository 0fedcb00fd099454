#include <restat/matcher/letter_case.hpp>

#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include "candidates.hpp"

using namespace restat;
using tests::file;
using tests::swap_case;

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";

glob_matcher glob(std::string const& text, letter_case how) {
    return glob_matcher{std::vector<std::string>{text}, {.letters = how}};
}
#ifndef RESTAT_WITHOUT_PCRE2
regex_matcher regular(std::string const& text, letter_case how) {
    return regex_matcher{{text}, {.letters = how}};
}
#endif

} // namespace

BOOST_AUTO_TEST_SUITE(letter_cases)

BOOST_AUTO_TEST_CASE(folded_pattern_treats_the_letters_of_ascii_alike) {
    for (char const letter : letters) {
        std::string const text{letter};
        auto const other = swap_case(text);
        BOOST_TEST(glob(text, letter_case::folded)(file(other)) == verdict::include);
        BOOST_TEST(glob(other, letter_case::folded)(file(text)) == verdict::include);
#ifndef RESTAT_WITHOUT_PCRE2
        BOOST_TEST(regular(text, letter_case::folded)(file(other)) == verdict::include);
#endif
    }
}

BOOST_AUTO_TEST_CASE(sensitive_pattern_distinguishes_them) {
    for (char const letter : letters) {
        std::string const text{letter};
        auto const other = swap_case(text);
        BOOST_TEST(glob(text, letter_case::sensitive)(file(other)) == verdict::exclude);
#ifndef RESTAT_WITHOUT_PCRE2
        BOOST_TEST(regular(text, letter_case::sensitive)(file(other)) == verdict::exclude);
#endif
    }
}

BOOST_AUTO_TEST_CASE(folded_pattern_distinguishes_all_other_bytes) {
    // The pairs differ by the bit that distinguishes the cases of a letter.
    for (auto const& [one, two] : {std::pair{"@", "`"}, std::pair{"^", "~"}, {"\xc4", "\xe4"}}) {
        BOOST_TEST(glob(one, letter_case::folded)(file(two)) == verdict::exclude);
    }
}

BOOST_AUTO_TEST_SUITE_END()
