#include <restat/pattern.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;

BOOST_AUTO_TEST_SUITE(patterns)

BOOST_AUTO_TEST_CASE(text_becomes_a_glob) {
    pattern const from_literal = "*.o";
    BOOST_TEST(from_literal.text == "*.o");
    BOOST_TEST((from_literal.kind == pattern::syntax::glob));
    BOOST_TEST(from_literal.origin.empty());
    BOOST_TEST(pattern{std::string{"name"}}.text == "name");
    BOOST_TEST(pattern{std::string_view{"name"}}.text == "name");
}

BOOST_AUTO_TEST_CASE(regex_becomes_a_pattern_of_pcre2) {
    auto const made = regex("a+$");
    BOOST_TEST(made.text == "a+$");
    BOOST_TEST((made.kind == pattern::syntax::regex));
}

BOOST_AUTO_TEST_CASE(origin_is_kept) {
    pattern const made{"*.o", pattern::syntax::glob, "rules.txt:3"};
    BOOST_TEST(made.origin == "rules.txt:3");
}

BOOST_AUTO_TEST_SUITE_END()
