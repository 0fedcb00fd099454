#include <restat/snapshot_builder.hpp>

#include <restat/diff.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using support::file;
using support::tree;

namespace {

std::string told(snapshot const& seen) {
    std::string text;
    for (entry const e : seen) text += std::string{e.path} + " ";
    return text;
}

snapshot failing(snapshot const& before, char const* path, std::errc error) {
    snapshot_builder found;
    found.add_error(path, std::make_error_code(error), "open");
    return found.finish(before);
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_snapshot_builder)

BOOST_AUTO_TEST_CASE(entries_are_ordered_by_path) {
    auto const seen = tree({{"b", file(1)}, {"a-b", file(1)}, {"a/z", file(1)}, {"a", file(1)}});
    BOOST_TEST(told(seen) == "a a/z a-b b ");
}

BOOST_AUTO_TEST_CASE(first_of_two_entries_with_the_same_path_is_kept) {
    auto const seen = tree({{"b", file(1)}, {"a", file(2)}, {"b", file(3)}});
    BOOST_TEST(told(seen) == "a b ");
    BOOST_TEST(seen[1].record.mtime.seconds == 1001);
}

BOOST_AUTO_TEST_CASE(dropped_duplicate_does_not_count_as_not_final) {
    snapshot_builder found;
    found.add("a", file(1));
    found.add("a", support::not_final(file(1)));
    BOOST_TEST(found.finish().is_final());
}

BOOST_AUTO_TEST_CASE(unreadable_path_and_its_subtree_are_kept) {
    struct row {
        char const* failed;
        char const* kept;
    };
    auto const before = tree({{"a", file(1)},
                              {"a/b", file(1)},
                              {"a/b/c", file(1)},
                              {"a-b", file(1)},
                              {"ab", file(1)},
                              {"/r/x", file(1)}});
    for (auto const& [failed, kept] : {
             row{"a", "a a/b a/b/c "},        // a directory, but no path with the same prefix
             row{"a/b", "a/b a/b/c "},        //
             row{"a/b/c", "a/b/c "},          // a file
             row{"ab", "ab "},                //
             row{"z", ""},                    // no earlier entry
             row{".", "a a/b a/b/c a-b ab "}, // every relative path
             row{"/", "/r/x "},               // every absolute path
             row{"/r", "/r/x "},              //
         }) {
        BOOST_TEST(told(failing(before, failed, std::errc::io_error)) == kept, failed);
    }
}

BOOST_AUTO_TEST_CASE(unreadable_path_is_dropped_on_request) {
    auto const before = tree({{"a/b", file(1)}, {"a/c", file(1)}});
    snapshot_builder found;
    found.keep_nothing();
    found.add("a/b", file(2));
    found.add_error("a", std::make_error_code(std::errc::io_error), "list");
    auto const seen = found.finish(before);
    BOOST_TEST(seen.size() == 1U);
    BOOST_TEST(seen.findings().size() == 1U);
    found.add_error("a", std::make_error_code(std::errc::io_error), "list");
    BOOST_TEST(found.finish(before).size() == 2U, "for once");
}

BOOST_AUTO_TEST_CASE(missing_path_is_dropped) {
    auto const before = tree({{"a", file(1)}, {"a/b", file(1)}});
    for (auto const absent : {std::errc::no_such_file_or_directory, std::errc::not_a_directory}) {
        auto const seen = failing(before, "a", absent);
        BOOST_TEST(seen.empty());
        BOOST_TEST(seen.findings().size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(overlapping_failures_keep_each_entry_once) {
    auto const before =
        tree({{"a", file(1)}, {"a/b", file(1)}, {"a/b/c", file(1)}, {"b", file(1)}});
    snapshot_builder found;
    for (auto const* path : {"b", "a/b", "a", "a", "."}) {
        found.add_error(path, std::make_error_code(std::errc::io_error), "open");
    }
    auto const seen = found.finish(before);
    BOOST_TEST(told(seen) == "a a/b a/b/c b ");
    BOOST_TEST(seen.findings().size() == 4U); // each of them once
    BOOST_TEST(seen.findings().front().path == ".");
}

BOOST_AUTO_TEST_CASE(read_entry_replaces_the_known_entry) {
    snapshot_builder found;
    found.add_error("a", std::make_error_code(std::errc::io_error), "list");
    found.add("a/b", file(9));
    auto const seen = found.finish(tree({{"a/b", file(1)}, {"a/c", file(1)}}));
    BOOST_TEST(told(seen) == "a/b a/c ");
    BOOST_TEST(seen[0].record.mtime.seconds == 1009);
}

BOOST_AUTO_TEST_CASE(links_and_incidental_entries_are_kept) {
    snapshot_builder found;
    found.add({"a", file(1), file(2), true});
    auto const before = found.finish();
    auto const seen = failing(before, "a", std::errc::io_error);
    BOOST_TEST(seen[0].link.mtime.seconds == 1002);
    BOOST_TEST(seen[0].incidental);
}

BOOST_AUTO_TEST_CASE(builder_is_empty_after_finish) {
    snapshot_builder found;
    found.add("a", file(1));
    BOOST_TEST(found.finish().size() == 1U);
    BOOST_TEST(found.finish().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(an_incidental_entry)

BOOST_AUTO_TEST_CASE(added_or_removed_incidental_entry_is_no_change) {
    snapshot_builder found;
    found.add({"a", file(1), {}, true});
    auto const with = found.finish();
    BOOST_TEST(diff({}, with).empty());
    BOOST_TEST(diff(with, {}).empty());
}

BOOST_AUTO_TEST_CASE(modified_or_missing_incidental_entry_is_a_change) {
    snapshot_builder found;
    found.add({"a", file(1), {}, true});
    auto const before = found.finish();
    found.add({"a", file(2), {}, true});
    BOOST_TEST(diff(before, found.finish()).size() == 1U);
    found.add_error("a", std::make_error_code(std::errc::no_such_file_or_directory), "find");
    auto const changes = diff(before, found.finish(before));
    BOOST_REQUIRE(changes.size() == 1U);
    BOOST_TEST((changes[0].kind == change_kind::removed));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rules_that_changed)

BOOST_AUTO_TEST_CASE(revealed_or_hidden_path_includes_its_subtree) {
    snapshot_builder found;
    for (auto const* path : {"d/x", "d", "b", "d/x/y", "e-f"}) found.reveal(path);
    for (auto const* path : {"h", "/g/i", "h/j"}) found.hide(path);
    auto const seen = found.finish();
    BOOST_TEST(seen.view_changed());
    for (auto const* path : {"b", "b/a", "d", "d/a/b", "d/x", "d/z", "e-f"}) {
        BOOST_TEST(seen.revealed(path), path);
        BOOST_TEST(!seen.hidden(path), path);
    }
    for (auto const* path : {"", "a", "b-c", "bb", "c", "d-e", "e", "e/f", "z", "/d"}) {
        BOOST_TEST(!seen.revealed(path), path);
    }
    for (auto const* path : {"h", "h/a", "h/j/k", "/g/i", "/g/i/j"})
        BOOST_TEST(seen.hidden(path));
    for (auto const* path : {"g/i", "/g", "/g/ij", "hh"}) BOOST_TEST(!seen.hidden(path), path);
    BOOST_TEST(!found.finish().view_changed(), "one scan only");
}

BOOST_AUTO_TEST_CASE(listed_path_stays_in_view_in_a_hidden_directory) {
    auto const before = tree({{"d/a", file(1)}, {"d/b", file(1)}, {"d/c", file(1)}});
    for (bool const is_in_tree : {false, true}) {
        snapshot_builder found;
        found.add(entry{"d/a", file(2), {}, true});
        if (is_in_tree) found.add("d/a", file(2));
        found.add("d/b", file(2));
        found.add(entry{"d/new", file(1), {}, true});
        found.hide("d");
        auto const seen = found.finish(before);
        for (auto const* path : {"d/a", "d/new"}) BOOST_TEST(!seen.hidden(path), is_in_tree);
        for (auto const* path : {"d/b", "d/c"}) BOOST_TEST(seen.hidden(path), path);
    }
}

BOOST_AUTO_TEST_CASE(changed_rules_are_no_changes_of_files) {
    snapshot_builder found;
    found.add("new/a", file(1));
    found.add("same", file(2));
    found.reveal("new");
    found.hide("old");
    auto const before = tree({{"old/a", file(1)}, {"older", file(1)}, {"same", file(1)}});
    auto const changes = diff(before, found.finish());
    BOOST_REQUIRE(changes.size() == 2U);
    BOOST_TEST(changes[0].path == "older"); // really removed
    BOOST_TEST((changes[1].kind == change_kind::modified));
}

BOOST_AUTO_TEST_SUITE_END()
