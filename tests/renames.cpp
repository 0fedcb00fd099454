#include <restat/renames.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using support::file;

BOOST_AUTO_TEST_SUITE(renames)

namespace {

change renamed(char const* from, char const* to) {
    return {.kind = change_kind::renamed,
            .path = to,
            .changed = fields::ctime,
            .before = file(1),
            .after = file(2),
            .from = from};
}

} // namespace

BOOST_AUTO_TEST_CASE(rename_splits_into_a_removal_and_an_addition) {
    change_set const all{{change{.path = "a"}, renamed("z", "b/x"), renamed("b", "c")}, 7};
    auto const apart = without_renames(all);
    BOOST_TEST(apart.batch() == 7U);
    std::string text;
    for (change const& c : apart) {
        text += std::string{to_string(c.kind)} + " " + c.path + " " + c.from + "; ";
    }
    BOOST_TEST(text == "modified a ; removed b ; added b/x z; added c b; removed z ; ");
    BOOST_TEST((apart.find("z")->after.type == file_type::none));
    BOOST_TEST((apart.find("z")->before.type == file_type::regular));
    BOOST_TEST((apart.find("c")->before.type == file_type::none));
    BOOST_TEST(apart.find("c")->changed == fields::none);
}

BOOST_AUTO_TEST_CASE(rename_is_found_by_both_names) {
    change_set const all{{renamed("old", "new"), change{.path = "other"}}};
    BOOST_TEST(all.find("new") == &all[0]);
    BOOST_TEST(all.find("old") == &all[0]);
    BOOST_TEST(all.find("other") == &all[1]);
    BOOST_TEST(!all.contains("neither"));
    change_set const chain{{renamed("b", "a"), renamed("c", "b")}};
    BOOST_TEST(chain.find("b") == &chain[1], "a name that is there comes first");
}

BOOST_AUTO_TEST_SUITE_END()
