#include "cli/environment_file.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using restat::cli::parse_environment;

namespace {

using lines = std::vector<std::string>;

std::string fault_of(std::string_view text) {
    try {
        parse_environment(text);
    } catch (std::invalid_argument const& line) {
        return line.what();
    }
    return "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(environment_file)

BOOST_AUTO_TEST_CASE(each_line_is_an_assignment) {
    BOOST_TEST((parse_environment("A=1\nB=2") == lines{"A=1", "B=2"}));
    BOOST_TEST((parse_environment("A=\r\n a.b_1 = x y \t\n") == lines{"A=", "a.b_1=x y"}));
    BOOST_TEST((parse_environment("export A=1=2\n") == lines{"A=1=2"}));
    BOOST_TEST(parse_environment("").empty());
}

BOOST_AUTO_TEST_CASE(comments_and_empty_lines_are_skipped) {
    BOOST_TEST(
        (parse_environment("# A=0\n\n  # B\nA=1 # one\nB=a#b\n") == lines{"A=1", "B=a#b"}));
    BOOST_TEST((parse_environment("A=#\nB='1' # one") == lines{"A=", "B=1"}));
}

BOOST_AUTO_TEST_CASE(quotes_keep_a_value_as_it_is) {
    BOOST_TEST(
        (parse_environment("A=\" $B # \\n'\"\nB='\"x\"'\n") == lines{"A= $B # \\n'", "B=\"x\""}));
    BOOST_TEST((parse_environment("A=it's") == lines{"A=it's"}));
}

BOOST_AUTO_TEST_CASE(faulty_line_is_named_by_its_number) {
    BOOST_TEST(fault_of("A=1\n\noops\n") == "3");
    for (auto const* text : {"=1", "1A=2", "A B=1", "A='1", "A='1'2", "A-B=1", "RESTAT_FAMILY=1"})
        BOOST_TEST(fault_of(text) == "1", text);
    BOOST_TEST(fault_of(std::string_view{"A=\0", 3}) == "1");
}

BOOST_AUTO_TEST_SUITE_END()
