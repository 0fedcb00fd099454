#include "values/respelling.hpp"

#include "values/snapshot_access.hpp"

#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace restat;
using namespace restat::detail;
using paths = std::vector<std::string>;

snapshot known_of(paths const& all) {
    snapshot_builder into;
    std::uint64_t inode = 0;
    for (auto const& path : all) {
        stat_record record;
        record.type = file_type::regular;
        record.inode = ++inode;
        record.final = inode != 2;
        into.add(path, record);
    }
    return into.finish();
}

paths told(snapshot::contents const& of) {
    paths all;
    for (std::uint32_t i = 0; i < of.directories.size(); ++i) {
        for (row const& one : of.rows_of(i)) all.push_back(of.at(i, one).path.str());
    }
    return all;
}

/// The names after the relative root "w" became the absolute root "/b/w".
path_names const absolute{
    [](std::string_view path) {
        bool const is_below = path == "w" || path.starts_with("w/");
        return (is_below ? "/b/" : "") + std::string{path};
    },
    [](std::string_view path) { return path == "w/named"; },
    [](std::string_view) { return false; },
};

owned<snapshot::contents> whole_copy(snapshot::contents const& known, path_names const& names) {
    respelling made{known, names};
    while (made.step()) continue;
    return std::move(made.copy());
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_respelling)

BOOST_AUTO_TEST_CASE(named_file_has_a_new_name_only_if_it_was_a_root) {
    BOOST_TEST(new_name("w/named", false, absolute) == "/b/w/named");
    BOOST_TEST(new_name("w/listed", false, absolute) == "w/listed");
    BOOST_TEST(new_name("w/listed", true, absolute) == "/b/w/listed");
    BOOST_TEST(new_name("v/f", true, absolute) == "v/f");
}

BOOST_AUTO_TEST_CASE(copy_has_the_new_names_and_the_same_records) {
    auto const known = known_of({"v/f", "w/d/f", "w/f"});
    auto const& before = *snapshot_access::contents(known);
    auto const copy = whole_copy(before, absolute);
    BOOST_TEST_REQUIRE(static_cast<bool>(copy));
    auto const& after = *copy;
    BOOST_TEST((told(after) == paths{"/b/w/f", "/b/w/d/f", "v/f"} ||
                told(after) == paths{"/b/w/d/f", "/b/w/f", "v/f"}));
    BOOST_TEST(after.unfinal == before.unfinal);
    auto const at = after.find_row("/b/w/d/f");
    BOOST_TEST_REQUIRE(at != snapshot::contents::no_row);
    auto const was = before.find_row("w/d/f");
    BOOST_TEST(after.rows[at].inode == before.rows[was].inode);
    BOOST_TEST(!whole_copy(after, absolute));
}

BOOST_AUTO_TEST_CASE(unchanged_names_need_no_copy) {
    auto const known = known_of({"v/f", "x/f"});
    BOOST_TEST(!whole_copy(*snapshot_access::contents(known), absolute));
}

BOOST_AUTO_TEST_CASE(copy_of_many_names_takes_many_steps) {
    paths all;
    for (int i = 0; i < 2000; ++i) all.push_back("w/d/f" + std::to_string(i));
    std::sort(all.begin(), all.end());
    auto const known = known_of(all);
    respelling made{*snapshot_access::contents(known), absolute};
    int steps = 1;
    while (made.step()) {
        BOOST_TEST(!made.is_done());
        ++steps;
    }
    BOOST_TEST(made.is_done());
    BOOST_TEST(steps > 2000 / 32);
    BOOST_TEST_REQUIRE(static_cast<bool>(made.copy()));
    BOOST_TEST(made.copy()->rows.size() == 2000U);
    BOOST_TEST(made.copy()->find_row("/b/w/d/f1999") != snapshot::contents::no_row);
}

BOOST_AUTO_TEST_CASE(copy_is_outdated_if_the_snapshot_changes) {
    auto known = known_of({"w/f", "w/g", "w/h"});
    respelling made{*snapshot_access::contents(known), absolute};
    BOOST_TEST(made.step());
    BOOST_TEST(!made.is_outdated());
    snapshot_access::contents(known)->mark_not_final("w/h");
    BOOST_TEST(made.is_outdated());
}

BOOST_AUTO_TEST_SUITE_END()
