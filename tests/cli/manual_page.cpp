#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

BOOST_AUTO_TEST_SUITE(manual_page)

BOOST_AUTO_TEST_CASE(page_has_each_option_of_the_help) {
    auto const help = run_restat({"--help"}, {}).output;
    auto page = run_restat({"--manual-page"}, {}).output;
    page = std::regex_replace(page, std::regex{"\\\\f[BIR]"}, "");
    page = std::regex_replace(page, std::regex{"\\\\-"}, "-");
    static std::regex const option{"\n  (-[^ ]*)( [A-Z]+)?"};
    std::size_t count = 0;
    for (std::sregex_iterator at{help.begin(), help.end(), option}, end; at != end; ++at) {
        auto const name = std::regex_replace((*at)[1].str(), std::regex{","}, ", ");
        auto const entry = "\n.TP\n" + name + (*at)[2].str() + "\n";
        BOOST_TEST(page.find(entry) != page.npos, "the page lacks " << entry);
        ++count;
    }
    BOOST_TEST(count > 40U);
    BOOST_TEST(page.find("manual-page") == page.npos);
}

BOOST_AUTO_TEST_CASE(page_has_no_line_that_is_read_as_another_request) {
    std::istringstream page{run_restat({"--manual-page"}, {}).output};
    std::set<std::string> const requests{".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR"};
    std::size_t count = 0;
    for (std::string line; std::getline(page, line); ++count) {
        BOOST_TEST(!line.empty());
        BOOST_TEST(!line.starts_with('\''), line);
        if (line.starts_with('.'))
            BOOST_TEST(requests.contains(line.substr(0, line.find(' '))), line);
    }
    BOOST_TEST(count > 100U);
}

BOOST_AUTO_TEST_SUITE_END()
