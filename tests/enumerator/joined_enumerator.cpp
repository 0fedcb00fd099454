#include <restat/enumerator/joined_enumerator.hpp>

#include <restat/enumerator/list_enumerator.hpp>

#include "enumerator/scanning.hpp"

using namespace restat;
using namespace scanning;

namespace {

struct failing_enumerator {
    void enumerate(matcher_ref, snapshot_builder&, std::error_code& error) {
        error = std::make_error_code(std::errc::not_enough_memory);
    }
};

struct counting_enumerator {
    int* scans;
    void enumerate(matcher_ref, snapshot_builder&, std::error_code& error) {
        error.clear();
        ++*scans;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_joined_enumerator)

BOOST_AUTO_TEST_CASE(finds_what_each_part_finds_and_nothing_twice) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/x", "t/y", "u"}) tree.write(name);
    joined_enumerator all{tree_enumerator{tree / "t"},
                          list_enumerator{{tree / "u", tree / "t/x"}}};
    BOOST_TEST(told(scan(all), tree.path() + "/") == (paths{"t/x", "t/y", "u"}));
    all.part<1>().paths().clear();
    BOOST_TEST(scan(all).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_part_that_gives_up_ends_the_scan) {
    int scans = 0;
    joined_enumerator all{counting_enumerator{&scans}, failing_enumerator{},
                          counting_enumerator{&scans}};
    snapshot_builder found;
    std::error_code error;
    all.enumerate(everything{}, found, error);
    BOOST_TEST((error == std::errc::not_enough_memory));
    BOOST_TEST(scans == 1);
}

BOOST_AUTO_TEST_SUITE_END()
