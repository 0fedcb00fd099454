// The ways in which editors save, repeatedly. Each save is a single change, and temporary names
// never show.

#include "real/mounts.hpp"
#include "real/watching.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace real;
namespace data = boost::unit_test::data;

namespace {

struct style {
    char const* name;
    char const* commands; ///< save `$i` in the file `a`, with the timestamps of `../r`
};

style const styles[] = {
    {"in place", "echo $i >a"},
    {"in place, mtime put back", "echo $i >a; touch -r ../r a"},
    {"in place, mtime of long ago", "echo $i >a; touch -d 2001-01-01 a"},
    {"a copy with its stamps", "echo $i >../n; touch -r ../r ../n; cp -p ../n a"},
    {"out of an archive", "echo $i >../a; touch -r ../r ../a; tar cC .. a | tar x"},
    {"rename over", "echo $i >n; mv n a"},
    {"rename over, mtime put back", "echo $i >n; touch -r ../r n; mv n a"},
    {"rename over from elsewhere", "echo $i >../n; mv ../n a"},
    {"backup and rename", "mv a a~; echo $i >a; rm a~"},
    {"backup by a hard link", "ln a a~; echo $i >n; mv n a; rm a~"},
    {"remove and write", "rm a; echo $i >a"},
    {"sed -i", "sed -i 1s/.*/$i/ a"},
    {"with lock, swap and probe files",
     "echo >.a.swp; ln -s who@host.1 .#a; echo >4913; rm 4913; mv a a~; echo $i >a; rm a~ .#a; "
     "rm .a.swp"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(real_saves)

BOOST_DATA_TEST_CASE(save_in_each_style_is_a_single_change, data::make(every_mount), how) {
    mounted const at{how};
    if (is_skipped(at, how)) return;
    auto const tree = at.path() + "/t";
    auto const place = [&](style const& one) {
        return tree + "/" + std::to_string(100 + (&one - styles));
    };
    lines expected;
    for (auto const& one : styles) {
        auto const path = place(one);
        BOOST_REQUIRE(shell("mkdir -p " + path + "/w && cd " + path +
                            "/w && echo 100 >a && "
                            "touch -r a ../r"));
        expected.push_back("modified " + path.substr(tree.size() + 1) + "/w/a");
    }
    // Changes beside the saved file do not matter here.
    auto const is_beside = [](std::string const& line) { return !line.ends_with("/w/a"); };
    watching watched{tree};
    for (int i = 1; i <= how.rounds; ++i) {
        std::string all = "i=" + std::to_string(100 + i);
        for (auto const& one : styles) {
            all += " && cd " + place(one) + "/w && { " + one.commands + "; }";
        }
        BOOST_REQUIRE(shell(all));
        auto told = watched.settle();
        for (auto const& line : told) BOOST_TEST(line.find("/w/a~") == line.npos, line);
        std::erase_if(told, is_beside);
        BOOST_TEST(told == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
