#include "enumerator/listing_check.hpp"

#include "enumerator/walking.hpp"
#include "support/pausing.hpp"

using namespace restat;
using detail::fate;
using testing::file_call;
using testing::memory_file_system;

namespace {

/// A check of the root `t` by a listing.
struct checking : walking::stage {
    explicit checking(memory_file_system const& of) : checking{of, {}, settings{}} {}
    checking(memory_file_system const& of, snapshot from, settings const& with = {})
        : stage{of, std::move(from), with} {
        enter_root();
        std::error_code error;
        now.record = tree.stat(chain.lowest().at, error);
        now.record.final = true;
    }

    bool check() {
        listed.begin(false);
        return listed.advance(now);
    }
    /// Returns the names of the recorded rows.
    scanning::paths rows() const {
        scanning::paths names;
        auto const& fresh = found().fresh;
        if (fresh.directories.empty()) return names;
        auto const last = fresh.directories.size() - 1;
        for (auto const& one : fresh.rows_of(last)) names.emplace_back(fresh.name(last, one));
        return names;
    }

    detail::worker_parts<memory_file_system> parts{scan, chain};
    detail::listing_check<memory_file_system> listed{parts};
    detail::directory_state now;
};

memory_file_system small_tree() {
    memory_file_system const tree;
    for (auto const* path : {"t/b", "t/a", "t/d/f", "t/out"}) tree.write(path);
    tree.advance(std::chrono::seconds{1});
    return tree;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_check_by_a_listing, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(names_in_view_are_recorded_in_order) {
    scanning::without const matcher{"out"};
    checking c{small_tree(), {}, {.matcher = matcher}};
    BOOST_TEST(c.check());
    BOOST_TEST(c.rows() == (scanning::paths{"a", "b"}));
    BOOST_TEST(c.below() == scanning::paths{"d"});
    BOOST_TEST(c.scan.entries_checked == 2U);
    BOOST_TEST(c.chain.path() == "t/");
}

BOOST_AUTO_TEST_CASE(known_names_leave_no_rows) {
    auto const tree = small_tree();
    checking c{tree, walking::known_tree(tree)};
    BOOST_TEST(c.check());
    BOOST_TEST((c.fate_of("t/") == fate::same));
    BOOST_TEST(c.rows().empty());
    BOOST_TEST(c.chain.lowest().known_below[0] == c.scan.find_known("t/d/"));
}

BOOST_AUTO_TEST_CASE(reported_directory_has_a_row) {
    checking c{
        small_tree(), {}, {.how = {.report = tree_options::entries::files_and_directories}}};
    BOOST_TEST(c.check());
    BOOST_TEST(c.rows() == (scanning::paths{"a", "b", "d", "out"}));
    BOOST_TEST(c.below() == scanning::paths{"d"});
}

BOOST_AUTO_TEST_CASE(unreadable_name_stays_as_known) {
    auto const tree = small_tree();
    checking c{tree, walking::known_tree(tree)};
    c.tree.write("t/new");
    c.tree.fail_at("t/a", file_call::stat, std::errc::permission_denied);
    BOOST_TEST(c.check());
    BOOST_TEST(c.rows() == (scanning::paths{"a", "b", "new", "out"}));
    BOOST_TEST(c.now.unfinished);
    BOOST_TEST(c.found().findings.size() == 1U);
}

BOOST_AUTO_TEST_CASE(broken_listing_keeps_the_known_names) {
    auto const tree = small_tree();
    checking c{tree, walking::known_tree(tree)};
    c.tree.fail(file_call::list, std::errc::io_error);
    BOOST_TEST(c.check());
    BOOST_TEST((c.fate_of("t/") == fate::same));
    BOOST_TEST(c.below() == scanning::paths{"d"});
    BOOST_TEST(c.now.unfinished);
    BOOST_REQUIRE(c.found().findings.size() == 1U);
    BOOST_TEST(c.found().findings[0].path == "t");
}

BOOST_AUTO_TEST_CASE(removed_directory_has_no_names) {
    auto const tree = small_tree();
    checking c{tree, walking::known_tree(tree)};
    c.tree.fail(file_call::list, std::errc::no_such_file_or_directory);
    BOOST_TEST(c.check());
    BOOST_TEST((c.fate_of("t/") == fate::replaced));
    BOOST_TEST(c.rows().empty());
    BOOST_TEST(c.found().findings.empty());
}

BOOST_AUTO_TEST_CASE(followed_links_count_as_their_targets) {
    auto const tree = small_tree();
    tree.symlink("a", "t/to_file");
    tree.symlink("d", "t/to_directory");
    tree.symlink("none", "t/broken");
    checking kept{tree};
    BOOST_TEST(kept.check());
    BOOST_TEST(kept.rows().size() == 6U);
    BOOST_TEST(kept.below() == scanning::paths{"d"});
    BOOST_TEST(!kept.now.unfinished);
    checking followed{tree, {}, {.how = {.links = tree_options::symlinks::follow}}};
    BOOST_TEST(followed.check());
    BOOST_TEST(followed.rows() == (scanning::paths{"a", "b", "broken", "out", "to_file"}));
    BOOST_TEST(followed.below() == (scanning::paths{"d", "to_directory"}));
    BOOST_TEST(followed.now.unfinished); // a target may change without the directory
}

BOOST_AUTO_TEST_CASE(check_pauses_before_each_entry) {
    checking c{small_tree()};
    int asked = 0;
    support::pausing every_second{[&] { return ++asked % 2 == 0; }};
    c.update.bound(&every_second, {});
    c.listed.begin(false);
    int pauses = 0;
    while (!c.listed.advance(c.now)) ++pauses;
    BOOST_TEST(pauses > 2);
    BOOST_TEST(c.rows() == (scanning::paths{"a", "b", "out"}));
}

BOOST_AUTO_TEST_CASE(names_of_a_reopened_directory_are_read_from_the_start) {
    checking c{small_tree()};
    int asked = 0;
    support::pausing second{[&] { return ++asked == 2; }};
    c.update.bound(&second, {});
    BOOST_TEST(!c.check()); // some names are read
    std::error_code error;
    c.chain.close_levels();
    c.chain.reopen(error);
    c.listed.reopened();
    BOOST_TEST(c.listed.advance(c.now));
    BOOST_TEST(c.rows() == (scanning::paths{"a", "b", "out"}));
}

BOOST_AUTO_TEST_CASE(abandoned_check_leaves_no_rows) {
    checking c{small_tree()};
    int asked = 0;
    support::pausing at_the_last{[&] { return ++asked > 4; }};
    c.update.bound(&at_the_last, {});
    BOOST_TEST(!c.check());
    BOOST_TEST(c.found().fresh.directories.size() == 1U);
    c.listed.abandon();
    BOOST_TEST(c.found().fresh.directories.empty());
    BOOST_TEST(c.found().fresh.rows.empty());
}

BOOST_AUTO_TEST_SUITE_END()
