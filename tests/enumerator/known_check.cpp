#include "enumerator/known_check.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using detail::check_result;
using detail::fate;
using testing::file_call;
using testing::memory_file_system;

namespace {

/// A check of the root `t` by its known names: the files `a` and `b`, and the directory `d`.
struct checking : walking::stage {
    explicit checking(settings const& with = {}) : checking{small_tree(), with} {}
    checking(memory_file_system const& of, settings const& with)
        : stage{of, walking::known_tree(of), with} {
        enter_root();
    }

    static memory_file_system small_tree() {
        memory_file_system const tree;
        for (auto const* path : {"t/a", "t/b", "t/d/f", "t/d/e/f"}) tree.write(path);
        tree.advance(std::chrono::seconds{1});
        return tree;
    }
    check_result check() {
        known.begin();
        return known.advance();
    }

    detail::worker_parts<memory_file_system> parts{scan, chain};
    detail::known_check<memory_file_system> known{parts};
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_check_of_known_names, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(unchanged_directory_needs_no_listing) {
    checking c;
    auto const lists = c.tree.calls(file_call::list);
    auto const stats = c.tree.calls(file_call::stat);
    BOOST_TEST((c.check() == check_result::done));
    BOOST_TEST(c.tree.calls(file_call::list) == lists);
    BOOST_TEST(c.tree.calls(file_call::stat) == stats + 2);
    BOOST_TEST(c.scan.entries_checked == 2U);
    BOOST_TEST(c.found().edits.empty());
    BOOST_TEST(c.below() == scanning::paths{"d"});
    BOOST_TEST(c.chain.lowest().known_below[0] == c.scan.find_known("t/d/"));
    BOOST_TEST((c.fate_of("t/") == fate::same));
}

BOOST_AUTO_TEST_CASE(changed_file_is_an_edit) {
    checking c;
    c.tree.write("t/b", "more");
    BOOST_TEST((c.check() == check_result::done));
    BOOST_REQUIRE(c.found().edits.size() == 1U);
    BOOST_TEST(c.found().edits[0].at == c.scan.known()->find_row("t/b"));
}

BOOST_AUTO_TEST_CASE(missing_or_replaced_file_fails_the_check) {
    for (bool const replaced : {false, true}) {
        checking c;
        c.tree.write("t/a", "more"); // dropped: the listing finds the edit again
        c.tree.remove("t/b");
        if (replaced) c.tree.make_directory("t/b");
        BOOST_TEST((c.check() == check_result::failed));
        BOOST_TEST(c.found().edits.empty());
        BOOST_TEST(c.below().empty());
    }
}

BOOST_AUTO_TEST_CASE(unreadable_file_stays_as_known) {
    checking c;
    c.tree.fail_at("t/a", file_call::stat, std::errc::permission_denied);
    BOOST_TEST((c.check() == check_result::done));
    BOOST_TEST(c.found().edits.empty());
    BOOST_REQUIRE(c.found().findings.size() == 1U);
    BOOST_TEST(c.found().findings[0].path == "t/a");
    BOOST_TEST(c.chain.path() == "t/");
}

BOOST_AUTO_TEST_CASE(subdirectory_that_is_a_root_is_left_to_its_own_walk) {
    checking c{{.roots = {"t", "t/d"}}};
    BOOST_TEST((c.check() == check_result::done));
    BOOST_TEST(c.below().empty());
}

BOOST_AUTO_TEST_CASE(check_continues_after_a_pause) {
    checking c;
    c.tree.write("t/a", "more");
    c.known.begin();
    c.pause(true);
    BOOST_TEST((c.known.advance() == check_result::paused));
    BOOST_TEST(c.scan.entries_checked == 0U);
    c.pause(false);
    BOOST_TEST((c.known.advance() == check_result::done));
    BOOST_TEST(c.found().edits.size() == 1U);
}

BOOST_AUTO_TEST_CASE(part_of_the_files_adds_no_subdirectories) {
    checking c;
    c.tree.write("t/a", "more");
    c.tree.write("t/b", "more");
    c.known.begin_part(1, 2);
    BOOST_TEST((c.known.advance() == check_result::done));
    BOOST_TEST(c.found().edits.size() == 1U);
    BOOST_TEST(c.below().empty());
    BOOST_TEST((c.fate_of("t/") == fate::gone)); // the giver of the part finishes the directory
}

BOOST_AUTO_TEST_CASE(missing_files_of_a_part_are_listed_by_the_next_scan) {
    checking c;
    c.tree.remove("t/a");
    c.tree.remove("t/b");
    c.known.begin_part(0, 2);
    BOOST_TEST((c.known.advance() == check_result::done));
    BOOST_REQUIRE(c.found().unfinished.size() == 1U);
    BOOST_TEST(c.found().unfinished[0] == "t/");
}

BOOST_AUTO_TEST_SUITE_END()
