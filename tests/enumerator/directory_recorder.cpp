#include "enumerator/directory_recorder.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using detail::fate;
using detail::listing;
using testing::memory_file_system;

namespace {

/// A recorder in the root `t`, whose known files are `a` and `b`.
struct recording : walking::stage {
    explicit recording(memory_file_system const& of = two_files())
        : stage{of, walking::known_tree(of)} {
        enter_root();
        std::error_code error;
        now.record = tree.stat(chain.lowest().at, error);
        now.record.final = true;
        now.ruled = false;
    }

    static memory_file_system two_files() {
        memory_file_system const tree;
        tree.write("t/a");
        tree.write("t/b");
        tree.advance(std::chrono::seconds{1});
        return tree;
    }
    void add(std::string const& name) {
        chain.go_to(name);
        recorder.add(tree.record("t/" + name));
        chain.go_back();
    }
    /// Lists the directory with these names.
    void list(std::vector<std::string> const& names) {
        recorder.begin_listed(names.size());
        for (auto const& one : names) add(one);
        BOOST_TEST(recorder.finish_listed(now));
    }

    detail::directory_recorder<memory_file_system> recorder{scan, chain};
    detail::directory_state now;
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_recorder_of_a_directory, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(directory_with_the_known_names_leaves_only_edits) {
    recording r;
    r.tree.write("t/b", "more");
    r.list({"a", "b"});
    BOOST_TEST((r.fate_of("t/") == fate::same));
    BOOST_TEST(r.found().fresh.directories.empty());
    BOOST_TEST(r.found().fresh.rows.empty());
    BOOST_TEST(r.found().fresh.names.empty());
    BOOST_REQUIRE(r.found().edits.size() == 1U);
    BOOST_TEST(r.found().edits[0].at == 1U);
    BOOST_TEST(r.found().marks.empty());
}

BOOST_AUTO_TEST_CASE(directory_with_other_names_replaces_the_known_directory) {
    for (auto const& names :
         {std::vector<std::string>{"a"}, {"b"}, {"a", "b", "c"}, {"a", "c"}, {}}) {
        recording r;
        r.tree.write("t/a", "more"); // the edit is dropped
        r.tree.write("t/c");
        r.list(names);
        BOOST_TEST((r.fate_of("t/") == fate::replaced));
        BOOST_TEST(r.found().fresh.directories.size() == 1U);
        BOOST_TEST(r.found().fresh.rows.size() == names.size());
        BOOST_TEST(r.found().edits.empty());
    }
}

BOOST_AUTO_TEST_CASE(new_stamps_of_a_directory_are_recorded) {
    recording r;
    ++r.now.record.mtime.nanoseconds;
    r.list({"a", "b"});
    BOOST_REQUIRE(r.found().marks.size() == 1U);
    BOOST_TEST((r.found().marks[0].now.mtime == r.now.record.mtime));
    BOOST_TEST((r.found().marks[0].now.known == listing::whole));
}

BOOST_AUTO_TEST_CASE(uncertain_directory_is_listed_again) {
    auto const known_as = [](auto change) {
        recording r;
        change(r.now);
        r.list({"a"});
        return r.found().fresh.directories.back().mark.known;
    };
    BOOST_TEST((known_as([](auto&) {}) == listing::whole));
    BOOST_TEST((known_as([](auto& now) { now.unfinished = true; }) == listing::unfinished));
    BOOST_TEST((known_as([](auto& now) { now.has_root_files = true; }) == listing::unfinished));
    BOOST_TEST((known_as([](auto& now) { now.record.final = false; }) == listing::unfinished));
}

BOOST_AUTO_TEST_CASE(undone_check_leaves_earlier_results) {
    recording r;
    auto const changed = r.tree.record("t");
    r.recorder.add_edit(0, changed);
    r.recorder.fail(std::make_error_code(std::errc::io_error), "stat");
    r.recorder.begin_known();
    r.recorder.add_edit(1, changed);
    r.recorder.fail(std::make_error_code(std::errc::io_error), "stat");
    r.recorder.undo_known();
    BOOST_TEST(r.found().edits.size() == 1U);
    BOOST_TEST(r.found().findings.size() == 1U);
}

BOOST_AUTO_TEST_CASE(edits_taken_in_a_pause_are_not_dropped_again) {
    recording r;
    auto const changed = r.tree.record("t");
    r.recorder.add_edit(0, changed);
    r.recorder.begin_known();
    r.found().edits.clear(); // taken
    r.recorder.resume();
    r.recorder.add_edit(1, changed);
    r.recorder.undo_known();
    BOOST_TEST(r.found().edits.empty());
    r.recorder.keep_later_edits();
    r.recorder.add_edit(1, changed); // of another part of the scan
    r.recorder.undo_known();
    BOOST_TEST(r.found().edits.size() == 1U);
}

BOOST_AUTO_TEST_CASE(comparison_continues_after_a_pause) {
    memory_file_system const tree;
    std::vector<std::string> names;
    for (int i = 100; i < 400; ++i) names.push_back(std::to_string(i));
    for (auto const& one : names) tree.write("t/" + one);
    tree.advance(std::chrono::seconds{1});
    recording r{tree};
    r.tree.write("t/150", "more");
    r.tree.write("t/390", "more");
    r.recorder.begin_listed(names.size());
    for (auto const& one : names) r.add(one);
    r.pause(true);
    BOOST_TEST(!r.recorder.finish_listed(r.now));
    r.pause(false);
    BOOST_TEST(r.recorder.finish_listed(r.now));
    BOOST_TEST(r.found().edits.size() == 2U);
    BOOST_TEST((r.fate_of("t/") == fate::same));
}

BOOST_AUTO_TEST_CASE(unreadable_name_keeps_its_known_row) {
    recording r;
    r.recorder.begin_listed(3);
    r.recorder.keep_row("a");
    r.recorder.keep_row("unknown");
    r.add("b");
    BOOST_TEST(r.recorder.finish_listed(r.now));
    BOOST_TEST((r.fate_of("t/") == fate::same));
    BOOST_TEST(r.found().edits.empty());
}

BOOST_AUTO_TEST_CASE(findings_name_directories_without_a_slash) {
    recording r;
    r.recorder.fail_level(std::make_error_code(std::errc::io_error), "list");
    BOOST_TEST(r.found().findings.back().path == "t");
    r.chain.go_to("a");
    r.recorder.fail(std::make_error_code(std::errc::io_error), "stat");
    BOOST_TEST(r.found().findings.back().path == "t/a");
    detail::walk_origin from;
    from.root = ".";
    r.chain.begin(from, "");
    r.recorder.fail(std::make_error_code(std::errc::io_error), "open");
    BOOST_TEST(r.found().findings.back().path == ".");
}

BOOST_AUTO_TEST_CASE(directories_to_list_again_end_with_a_slash) {
    memory_file_system const tree;
    tree.write("t/d/f");
    recording r{tree};
    auto const& all = r.found().unfinished;
    r.recorder.list_parent_again(); // the root has none
    BOOST_TEST(all.empty());
    r.recorder.list_again();
    BOOST_TEST(all.back() == "t/");
    r.enter("d");
    r.chain.go_to("f");
    r.recorder.list_again();
    BOOST_TEST(all.back() == "t/d/");
    r.recorder.list_parent_again();
    BOOST_TEST(all.back() == "t/");
    detail::walk_origin from;
    from.is_root = false;
    r.chain.begin(from, "t/d/e"); // a top that could not be opened
    r.recorder.list_again();
    BOOST_TEST(all.back() == "t/d/");
}

BOOST_AUTO_TEST_SUITE_END()
