#include "cli/chosen_kinds.hpp"

#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

namespace {

using restat::change_kind;
using restat::change_set;
using restat::cli::changes_of;
using restat::cli::chosen_kinds;
using restat::cli::parse_kinds;

change_set const all{{
    {.kind = change_kind::added, .path = "a"},
    {.kind = change_kind::modified, .path = "m"},
    {.kind = change_kind::renamed, .path = "new", .from = "old"},
    {.kind = change_kind::removed, .path = "r"},
}};

/// Returns the chosen changes, such as "added a, removed r".
std::string chosen(chosen_kinds const& kinds) {
    std::string text;
    for (auto const& what : changes_of(kinds, all)) {
        text += text.empty() ? "" : ", ";
        text += to_string(what.kind);
        text += ' ' + what.path;
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(kinds)

BOOST_AUTO_TEST_CASE(list_of_kinds_may_have_blanks) {
    chosen_kinds const both{change_kind::added, change_kind::renamed};
    for (char const* text : {"added,renamed", "added, renamed", " added\trenamed "})
        BOOST_TEST((parse_kinds(text) == both), text);
    for (char const* text : {"", ",", "added,", "add", "Added", "added;renamed", "*"})
        BOOST_TEST(!parse_kinds(text), text);
}

BOOST_AUTO_TEST_CASE(rename_counts_as_its_parts_unless_renames_are_chosen) {
    BOOST_TEST(chosen({}) == "added a, modified m, renamed new, removed r");
    BOOST_TEST(chosen({change_kind::modified}) == "modified m");
    BOOST_TEST(chosen({change_kind::renamed}) == "renamed new");
    BOOST_TEST(chosen({change_kind::added}) == "added a, added new");
    BOOST_TEST(chosen({change_kind::removed}) == "removed old, removed r");
    BOOST_TEST(chosen({change_kind::added, change_kind::renamed}) == "added a, renamed new");
}

BOOST_AUTO_TEST_CASE(number_of_the_delivery_is_kept) {
    change_set const numbered{{{.kind = change_kind::added, .path = "a"}}, 7};
    BOOST_TEST(changes_of({change_kind::added}, numbered).batch() == 7U);
}

BOOST_AUTO_TEST_CASE(changes_of_other_kinds_restart_nothing) {
    temporary_directory const there;
    there.write("old", "1");
    watched_command restat{there, {"--kinds", "added, removed", "--loop-guard", "off"}};
    BOOST_REQUIRE(restat.next_line() == "run 1 start: ");
    there.write("old", "22");
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.lines_left() == 0U);
    BOOST_TEST(restat.error() == "");
    there.write("new", "1");
    there.write("old", "333");
    BOOST_TEST(restat.next_line() == "run 2 change: added=new;");
    BOOST_TEST(restat.wait_for_error("restat: added new; restarting\n"));
    there.rename("new", "newer");
    BOOST_TEST(restat.next_line() == "run 3 change: removed=new;added=newer;");
}

BOOST_AUTO_TEST_CASE(changes_of_other_kinds_are_not_printed) {
    temporary_directory const there;
    there.write("old", "1");
    running_program restat{restat_with({"-v", "-n", "20ms", "-1", "--kinds", "removed"}),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_error("a scan of "));
    there.write("new", "1");
    BOOST_TEST(restat.becomes_silent());
    BOOST_TEST(restat.output() == "");
    there.remove("old");
    BOOST_REQUIRE(restat.wait()); // --once waits for a chosen change
    BOOST_TEST(restat.output() == "removed old\n");
}

BOOST_AUTO_TEST_SUITE_END()
