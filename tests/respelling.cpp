#include "values/respelling.hpp"

#include "values/snapshot_access.hpp"

#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
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
    BOOST_TEST(is_respelled(before, absolute));
    auto const after = respelled(before, absolute);
    BOOST_TEST((told(after) == paths{"/b/w/f", "/b/w/d/f", "v/f"} ||
                told(after) == paths{"/b/w/d/f", "/b/w/f", "v/f"}));
    BOOST_TEST(after.unfinal == before.unfinal);
    auto const at = after.find_row("/b/w/d/f");
    BOOST_TEST_REQUIRE(at != snapshot::contents::no_row);
    auto const was = before.find_row("w/d/f");
    BOOST_TEST(after.rows[at].inode == before.rows[was].inode);
    BOOST_TEST(!is_respelled(after, absolute));
}

BOOST_AUTO_TEST_CASE(unchanged_names_need_no_copy) {
    auto const known = known_of({"v/f", "x/f"});
    BOOST_TEST(!is_respelled(*snapshot_access::contents(known), absolute));
}

BOOST_AUTO_TEST_SUITE_END()
