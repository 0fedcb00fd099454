#include <restat/matcher/gitignore_matcher.hpp>

#include <restat/diff.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/marker_matcher.hpp>

#include "enumerator/scanning.hpp"
#include "matcher/gitignore_cases.hpp"

#include <algorithm>
#include <atomic>
#include <stop_token>
#include <thread>

using namespace restat;
using namespace scanning;
using testing::file_call;

namespace {

/// A tree in memory. Compares each scan with the previous scan.
struct watched {
    testing::memory_file_system files;
    gitignore_matcher matcher;
    basic_tree_enumerator<testing::memory_file_system> walk;
    snapshot latest;

    explicit watched(std::string root = "t", gitignore_options from = {})
        : matcher{std::move(from)}, walk{std::move(root), {}, files} {}

    /// Returns all watched paths.
    paths look() {
        latest = scan(walk, latest, matcher);
        return told(latest);
    }
    /// Returns the changes since the last scan, such as "added a".
    paths changes() {
        files.advance(std::chrono::seconds{1});
        auto const before = latest;
        look();
        paths all;
        for (change const& c : diff(before, latest)) {
            all.push_back(std::string{to_string(c.kind)} + " " + c.path);
        }
        return all;
    }
    paths faults() const {
        std::vector<finding> found;
        matcher.faults(found);
        paths all;
        for (auto const& one : found) all.push_back(to_string(one));
        return all;
    }
    std::size_t reads() {
        auto const before = files.calls(file_call::read);
        look();
        return files.calls(file_call::read) - before;
    }
};

/// The same tree as scanned by a host, which updates its snapshot.
struct incremental {
    testing::memory_file_system files;
    and_matcher<gitignore_matcher, marker_matcher> matcher{gitignore_matcher{}, marker_matcher{}};
    basic_tree_enumerator<testing::memory_file_system> walk;
    snapshot known;
    snapshot_update update;

    explicit incremental(tree_options how = {}) : walk{"t", how, files} {}

    std::error_code look(std::stop_token stop = {}) {
        std::error_code error;
        update.begin(known, std::move(stop));
        walk.refresh(matcher, update, error);
        return error;
    }
    /// Scans until every record is final.
    void settle() {
        for (int i = 0; i < 3; ++i) {
            files.advance(std::chrono::seconds{1});
            BOOST_TEST(!look());
            update.apply(known);
        }
    }
    paths changes() {
        BOOST_TEST(!look());
        paths all;
        for (change const& c : update.changes()) {
            all.push_back(std::string{to_string(c.kind)} + " " + c.path);
        }
        update.apply(known);
        return all;
    }
};

void make_repository(testing::memory_file_system const& files, std::string const& git) {
    files.write(git + "/HEAD", "ref: refs/heads/main\n");
    files.make_directory(git + "/objects");
    files.make_directory(git + "/refs");
}

} // namespace

BOOST_AUTO_TEST_SUITE(rules_of_git_in_a_tree)

BOOST_AUTO_TEST_CASE(rules_decide_as_in_the_table) {
    for (auto const& row : tests::gitignore_cases) {
        watched w;
        bool const is_directory = row.path.ends_with('/');
        auto const file = "t/" + std::string{row.path};
        if (is_directory) continue; // the snapshot has no empty directory
        w.files.write(file);
        w.files.write("t/.gitignore", row.rules);
        auto const seen = w.look();
        bool const found = std::find(seen.begin(), seen.end(), file) != seen.end();
        BOOST_TEST(found == (row.expected != 'x'),
                   escape(row.rules) << " | " << escape(row.path) << ": " << row.reason);
    }
}

BOOST_AUTO_TEST_CASE(rules_are_read_in_each_visited_directory_alone) {
    watched w;
    w.files.write("t/.gitignore", "out\n*.o\n");
    w.files.write("t/out/.gitignore", "!*.o");
    w.files.write("t/out/a.o");
    w.files.write("t/src/.gitignore", "!keep.o");
    w.files.write("t/src/keep.o");
    w.files.write("t/src/a.o");
    w.files.write("t/doc/a.o");
    BOOST_TEST(w.look() == (paths{"t/.gitignore", "t/src/.gitignore", "t/src/keep.o"}));
    for (auto const& path : w.files.opened()) BOOST_TEST(path != "t/out");
}

BOOST_AUTO_TEST_CASE(rules_of_ignore_override_rules_of_gitignore) {
    watched w;
    w.files.write("t/.gitignore", "a\n!b\n");
    w.files.write("t/sub/.gitignore", "c\n");
    w.files.write("t/.ignore", "!a\nb\n!c\n.*\n");
    for (auto const* name : {"t/a", "t/b", "t/c", "t/sub/c"}) w.files.write(name);
    BOOST_TEST(w.look() == (paths{"t/a", "t/c", "t/sub/c"}));
    auto const why = w.matcher.explain({"t/sub/c", 2});
    BOOST_TEST(why.origin == "t/.ignore:3");
}

BOOST_AUTO_TEST_CASE(absent_rules_cost_no_calls) {
    watched w;
    for (auto const* name : {"t/a/x", "t/b/x", "t/b/c/x"}) w.files.write(name);
    BOOST_TEST(w.reads() == 0U);
    auto const stats = w.files.calls(file_call::stat);
    w.look();
    auto const with_rules = w.files.calls(file_call::stat) - stats;
    scan(w.walk, {}, everything{});
    auto const without = w.files.calls(file_call::stat) - stats - with_rules;
    BOOST_TEST(with_rules == without + 1, "the root's parent may be a repository");
}

BOOST_AUTO_TEST_CASE(rules_of_an_unchanged_tree_cost_one_stat_for_each_file) {
    if (in_slices()) return; // slices check whether open directories are still in place
    watched w;
    for (auto const* name : {"t/a/x", "t/b/x", "t/b/c/x.o", "t/d/e/x"}) w.files.write(name);
    w.files.write("t/b/.gitignore", "*.o");
    w.files.write("t/d/CACHEDIR.TAG", "of no cache");
    auto const rules = w.matcher & marker_matcher{};
    auto const look = [&](auto const& matcher) {
        for (int i = 0; i < 3; ++i) { // until all records are final
            w.files.advance(std::chrono::seconds{1});
            w.latest = refresh(w.walk, w.latest, matcher);
        }
        auto const stats = w.files.calls(file_call::stat);
        auto const lists = w.files.calls(file_call::list);
        w.latest = refresh(w.walk, w.latest, matcher);
        BOOST_TEST(w.files.calls(file_call::list) == lists);
        return w.files.calls(file_call::stat) - stats;
    };
    auto const without = look(everything{}); // without rules, x.o is in view
    auto const with = look(rules);
    BOOST_TEST(told(w.latest) ==
               (paths{"t/a/x", "t/b/.gitignore", "t/b/x", "t/d/CACHEDIR.TAG", "t/d/e/x"}));
    auto const markers = default_markers().size(); // sought in the directory with a marker
    BOOST_TEST(with == without - 1 + 2 + markers); // .gitignore, and .git above the root

    w.files.write("t/b/.gitignore", "x");
    look(rules);
    BOOST_TEST(told(w.latest) ==
               (paths{"t/a/x", "t/b/.gitignore", "t/b/c/x.o", "t/d/CACHEDIR.TAG", "t/d/e/x"}));
    w.files.write("t/d/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
    w.files.write("t/a/.ignore", "x");
    look(rules);
    BOOST_TEST(told(w.latest) == (paths{"t/a/.ignore", "t/b/.gitignore", "t/b/c/x.o"}));
    w.files.remove("t/a/.ignore");
    w.files.remove("t/d/CACHEDIR.TAG");
    w.files.remove("t/b/.gitignore");
    BOOST_TEST(look(rules) == without - 2 + 1); // .git above the root
    BOOST_TEST(told(w.latest) == (paths{"t/a/x", "t/b/c/x.o", "t/b/x", "t/d/e/x"}));
}

BOOST_AUTO_TEST_CASE(rules_are_read_again_only_if_their_file_may_have_changed) {
    watched w;
    w.files.write("t/.gitignore", "a");
    w.files.write("t/sub/.ignore", "b");
    BOOST_TEST(w.reads() == 2U);
    BOOST_TEST(w.reads() == 2U, "written in this tick: another write may leave the same record");
    w.files.advance(std::chrono::seconds{1});
    BOOST_TEST(w.reads() == 2U, "once more, now that the record is final");
    BOOST_TEST(w.reads() == 0U);
    w.files.write("t/.gitignore", "c");
    BOOST_TEST(w.reads() == 1U);
}

BOOST_AUTO_TEST_CASE(edit_in_the_same_tick_is_seen) {
    watched w;
    for (auto const* name : {"t/a", "t/b"}) w.files.write(name);
    w.files.write("t/.gitignore", "a");
    BOOST_TEST(w.look() == (paths{"t/.gitignore", "t/b"}));
    w.files.write("t/.gitignore", "b"); // the same size, stamp and inode
    BOOST_TEST(w.look() == (paths{"t/.gitignore", "t/a"}));
}

BOOST_AUTO_TEST_CASE(scans_on_several_threads_share_the_rules) {
    testing::memory_file_system files;
    for (int i = 0; i < 8; ++i) {
        auto const directory = "t/" + std::to_string(i);
        for (auto const* name : {"/a.o", "/a.c", "/sub/b.o"}) files.write(directory + name);
        files.write(directory + "/.gitignore", "*.o\n.*\n");
    }
    gitignore_matcher const matcher;
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&] {
                basic_tree_enumerator<testing::memory_file_system> walk{"t", {}, files};
                for (int i = 0; i < 40; ++i) {
                    snapshot_builder found;
                    std::error_code error;
                    walk.enumerate(matcher, found, error);
                    wrong += found.finish().size() == 8 && !error ? 0 : 1;
                }
            });
        }
        for (int i = 0; i < 200; ++i) {
            files.write("t/3/.gitignore", i % 2 == 0 ? "*.o\n.*\n" : "# again\n.*\n*.o\n");
            files.advance(std::chrono::milliseconds{1});
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(an_edit_of_an_ignore_file)

BOOST_AUTO_TEST_CASE(edit_of_rules_changes_the_view_without_additions_and_removals) {
    watched w;
    for (auto const* name : {"t/a", "t/b", "t/dir/x", "t/dir/y/z"}) w.files.write(name);
    w.files.write("t/.gitignore", "a\n");
    w.look();
    w.files.write("t/.gitignore", "b\ndir/\n");
    BOOST_TEST(w.changes() == paths{"modified t/.gitignore"});
    BOOST_TEST(told(w.latest) == (paths{"t/.gitignore", "t/a"}));
    w.files.write("t/.gitignore", "");
    w.files.write("t/new");
    w.files.write("t/dir/new"); // in a directory out of view: its age is unknown
    BOOST_TEST(w.changes() == (paths{"modified t/.gitignore", "added t/new"}));
    BOOST_TEST(told(w.latest).size() == 7U);
    BOOST_TEST(w.changes() == paths{});
    w.files.write("t/a", "more");
    w.files.remove("t/b");
    BOOST_TEST(w.changes() == (paths{"modified t/a", "removed t/b"}));
}

// The scan keeps the entries of the directory, filtered by the old rules.
BOOST_AUTO_TEST_CASE(edit_of_rules_applies_to_a_directory_that_was_unreadable) {
    using testing::file_call;
    for (auto const call : {file_call::open, file_call::stat, file_call::list}) {
        incremental w;
        auto const changes = [&] {
            w.files.advance(std::chrono::seconds{5});
            return w.changes();
        };
        for (auto const* name : {"t/a/x.o", "t/a/b/y.o", "t/c.c"}) w.files.write(name);
        w.files.write("t/.gitignore", "*.o");
        changes();
        changes();
        w.files.write("t/.gitignore", "*.c");
        w.files.fail_at("t/a", call, std::errc::io_error);
        changes();
        w.files.heal();
        changes();
        BOOST_TEST(told(w.known) == (paths{"t/.gitignore", "t/a/b/y.o", "t/a/x.o"}));
        w.files.write("t/a/x.o", "more");
        BOOST_TEST(changes() == paths{"modified t/a/x.o"});
    }
}

BOOST_AUTO_TEST_CASE(simultaneous_edits_of_files_are_delivered) {
    watched w;
    for (auto const* name : {"t/a.o", "t/b.o", "t/gone.c", "t/c.c"}) w.files.write(name);
    w.files.write("t/.gitignore", "*.o");
    w.look();
    w.files.advance(std::chrono::seconds{1});
    w.files.write("t/.gitignore", "*.c");
    w.files.remove("t/gone.c");     // was in view: removed under any rules
    w.files.write("t/late.txt");    // in view under both rules
    w.files.write("t/c.c", "more"); // no longer in view
    w.files.remove("t/b.o");        // was never in view
    BOOST_TEST(w.changes() ==
               (paths{"modified t/.gitignore", "removed t/gone.c", "added t/late.txt"}));
}

BOOST_AUTO_TEST_CASE(added_or_removed_rules_apply_to_subdirectories) {
    watched w;
    for (auto const* name : {"t/a/b/x.o", "t/a/y.o"}) w.files.write(name);
    w.look();
    w.files.write("t/a/.gitignore", "*.o"); // the first rules
    BOOST_TEST(w.changes() == paths{"added t/a/.gitignore"});
    BOOST_TEST(told(w.latest) == paths{"t/a/.gitignore"});
    w.files.write("t/a/b/.gitignore", "!x.o");
    BOOST_TEST(w.changes() == paths{"added t/a/b/.gitignore"});
    BOOST_TEST(w.latest.contains("t/a/b/x.o"));
    w.files.remove("t/a/.gitignore");
    BOOST_TEST(w.changes() == paths{"removed t/a/.gitignore"});
    BOOST_TEST(w.latest.contains("t/a/y.o"));
    w.files.remove("t/a/b");
    BOOST_TEST(w.changes() == (paths{"removed t/a/b/.gitignore", "removed t/a/b/x.o"}));
    w.files.write("t/a/b/x.o"); // the rules of the directory no longer exist
    BOOST_TEST(w.changes() == paths{"added t/a/b/x.o"});
}

BOOST_AUTO_TEST_CASE(file_included_by_rules_of_a_new_directory_is_added) {
    incremental w;
    w.files.write("t/.gitignore", "*.o\n");
    w.files.write("t/a/x.c");
    w.settle();
    w.files.write("t/new/.gitignore", "!keep.o\n");
    w.files.write("t/new/keep.o");
    w.files.write("t/a/.gitignore", "!keep.o\n");
    w.files.write("t/a/keep.o"); // its age is unknown
    BOOST_TEST(w.changes() ==
               (paths{"added t/a/.gitignore", "added t/new/.gitignore", "added t/new/keep.o"}));
    BOOST_TEST(w.known.contains("t/a/keep.o"));
}

BOOST_AUTO_TEST_CASE(edit_of_rules_does_not_hide_a_swap_of_file_and_directory) {
    incremental w;
    for (auto const* name : {"t/d/x", "t/f", "t/g"}) w.files.write(name);
    w.settle();
    w.files.remove("t/d");
    w.files.write("t/d");
    w.files.remove("t/f");
    w.files.write("t/f/x");
    w.files.write("t/.gitignore", "d\nf\ng\n");
    BOOST_TEST(w.changes() == (paths{"added t/.gitignore", "removed t/d/x", "removed t/f"}));
    BOOST_TEST(told(w.known) == paths{"t/.gitignore"});
}

BOOST_AUTO_TEST_CASE(edit_of_rules_passes_through_wrapping_matchers) {
    testing::memory_file_system files;
    for (auto const* name : {"t/a.c", "t/b.c", "t/c.h"}) files.write(name);
    files.write("t/.gitignore", "a.c");
    any_matcher const wanted = any_matcher{gitignore_matcher{}} & glob_matcher{"*.c"};
    basic_tree_enumerator<testing::memory_file_system> walk{"t", {}, files};
    auto const one = scan(walk, {}, wanted);
    BOOST_TEST(told(one) == paths{"t/b.c"});
    files.advance(std::chrono::seconds{1});
    files.write("t/.gitignore", "b.c");
    auto const two = scan(walk, one, wanted);
    BOOST_TEST(told(two) == paths{"t/a.c"});
    BOOST_TEST(diff(one, two).empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(an_edit_of_rules_in_a_scan_that_is_given_up)

struct edited_rules : incremental {
    explicit edited_rules(tree_options how = {}) : incremental{how} {
        for (auto const* name : {"t/a/x.o", "t/a/x.c", "t/b/c/y.o", "t/b/c/y.c", "t/d/z.c"})
            files.write(name);
        files.write("t/d/CMakeCache.txt");
        files.write("t/.gitignore", "*.o\n");
        settle();
        files.write("t/.gitignore", "*.c\n!d/*.c\n");
        files.write("t/d/CMakeLists.txt"); // so t/d is no build tree
    }
    void check(std::size_t when) {
        BOOST_TEST(changes() == paths{"modified t/.gitignore"}, when);
        BOOST_TEST(told(known) == (paths{"t/.gitignore", "t/a/x.o", "t/b/c/y.o",
                                         "t/d/CMakeCache.txt", "t/d/CMakeLists.txt", "t/d/z.c"}),
                   when);
        settle();
        BOOST_TEST(changes() == paths{}, when);
    }
};

BOOST_AUTO_TEST_CASE(edit_of_rules_survives_a_stopped_scan) {
    for (auto const call : {file_call::open, file_call::stat, file_call::read}) {
        bool stopped = true;
        for (std::size_t nth = 1; stopped; ++nth) {
            edited_rules w;
            std::stop_source stop;
            w.files.before(call, nth, [&] { stop.request_stop(); });
            stopped = w.look(stop.get_token()) == std::errc::operation_canceled;
            w.files.heal();
            if (!stopped) break;
            w.check(nth);
        }
    }
}

BOOST_AUTO_TEST_CASE(edit_of_rules_survives_a_discarded_scan) {
    edited_rules w;
    BOOST_TEST(!w.look());
    BOOST_TEST(!w.look());
    w.check(0);
}

BOOST_AUTO_TEST_CASE(edit_of_rules_is_compared_with_the_rules_of_the_last_applied_scan) {
    edited_rules w;
    BOOST_TEST(!w.look());
    w.files.write("t/.gitignore", "*.o\n"); // the original rules
    w.files.remove("t/d/CMakeLists.txt");
    BOOST_TEST(w.changes() == paths{"modified t/.gitignore"});
    BOOST_TEST(told(w.known) == (paths{"t/.gitignore", "t/a/x.c", "t/b/c/y.c"}));
}

BOOST_AUTO_TEST_CASE(edit_of_rules_survives_a_retry_on_a_single_thread) {
    for (std::size_t nth = 2; nth < 7; ++nth) { // the first call opens the root
        edited_rules w{tree_options{.threads = 2}};
        w.files.fail(file_call::open, std::errc::too_many_files_open, nth);
        w.check(nth);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(an_ignore_file_that_cannot_be_read)

BOOST_AUTO_TEST_CASE(unreadable_ignore_file_keeps_its_earlier_rules) {
    for (auto const error :
         {std::errc::io_error, std::errc::permission_denied, std::errc::too_many_files_open}) {
        for (auto const call : {file_call::stat, file_call::read}) {
            watched w;
            for (auto const* name : {"t/a", "t/b"}) w.files.write(name);
            w.files.write("t/.gitignore", "a");
            w.look();
            w.files.write("t/.gitignore", "b");
            w.files.fail_at("t/.gitignore", call, error);
            w.changes();
            BOOST_TEST(w.latest.contains("t/b"));
            BOOST_TEST(!w.latest.contains("t/a"));
            BOOST_TEST(w.faults() == (paths{"cannot read 't/.gitignore': " +
                                            std::make_error_code(error).message()}));
            w.files.heal();
            w.changes();
            BOOST_TEST(!w.latest.contains("t/b"));
            BOOST_TEST(w.latest.contains("t/a"));
            BOOST_TEST(w.faults() == paths{});
        }
    }
}

BOOST_AUTO_TEST_CASE(ignore_file_of_a_wrong_type_or_size_is_refused) {
    watched w;
    w.files.write("t/a");
    w.files.write("elsewhere", "a");
    w.files.symlink("../elsewhere", "t/.gitignore"); // git does not follow the link either
    w.files.make("t/.ignore", file_type::fifo);
    w.files.make_directory("t/sub/.gitignore");
    BOOST_TEST(w.look() == (paths{"t/.gitignore", "t/.ignore", "t/a"}));
    BOOST_TEST(w.faults() ==
               paths{"cannot read 't/.gitignore': Too many levels of symbolic links"});
    BOOST_TEST(w.files.calls(file_call::read) == 0U);
    w.files.remove("t/.gitignore");
    w.files.write("t/.gitignore", "a\n" + std::string(1 << 20, '#'));
    w.look();
    BOOST_TEST(w.latest.contains("t/a"));
    BOOST_TEST(w.faults() == paths{"cannot read 't/.gitignore': File too large"});
    w.files.write("t/.gitignore", "a\n\n" + std::string(2000, '?'));
    BOOST_TEST(w.look().size() == 2U);
    BOOST_TEST(w.faults() == paths{"cannot use line 3 of 't/.gitignore': " +
                                   make_error_code(errc::pattern_too_large).message()});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_repository)

BOOST_AUTO_TEST_CASE(repository_has_its_own_rules_and_those_of_its_user) {
    watched w{"t", {.home = "/home"}};
    make_repository(w.files, "t/.git");
    w.files.write("t/.git/info/exclude", "by_exclude\n.git\n!both\n");
    w.files.write("home/.config/git/ignore", "by_user\nboth\n");
    for (auto const* name : {"t/by_exclude", "t/by_user", "t/both", "t/sub/by_user"}) {
        w.files.write(name);
    }
    BOOST_TEST(w.look() == (paths{"t/both"}));
    w.files.write("home/.gitconfig", "[core]\nexcludesFile = ~/own\n");
    w.files.write("home/own", "*user\n");
    BOOST_TEST(w.look() == (paths{"t/both"}));
    BOOST_TEST(w.matcher.explain({"t/by_user", 2}).origin == "/home/own:1");
    w.files.write("t/.git/config", "[core]\nexcludesFile = \"\"\nignoreCase = true\n");
    w.files.write("t/BY_EXCLUDE");
    BOOST_TEST(w.look() == (paths{"t/both", "t/by_user", "t/sub/by_user"}));
    watched other;
    make_repository(other.files, "t/.git");
    other.files.write("home/.config/git/ignore", "a");
    other.files.write("t/a");
    other.look();
    BOOST_TEST(other.latest.contains("t/a"), "nobody said where the home is");
}

BOOST_AUTO_TEST_CASE(optional_rules_of_the_user_apply_if_their_file_exists) {
    watched w{"t", {.home = "/home"}};
    make_repository(w.files, "t/.git");
    w.files.write("t/.gitignore", ".*\n");
    for (auto const* name : {"t/usual", "t/own"}) w.files.write(name);
    w.files.write("home/.config/git/ignore", "usual\n");
    w.files.write("home/.gitconfig", "[core]\nexcludesFile = :(optional)~/own\n");
    BOOST_TEST(w.look() == paths{"t/own"});
    w.files.write("home/own", "own\n");
    BOOST_TEST(w.look() == paths{"t/usual"});
    w.files.write("home/.gitconfig", "[core]\nexcludesFile = :(optional)\n");
    BOOST_TEST(w.look() == paths{"t/own"});
    BOOST_TEST(w.faults() == paths{});
}

BOOST_AUTO_TEST_CASE(rules_above_the_root_apply_within_the_repository) {
    watched w{"repo/src/lib"};
    make_repository(w.files, "repo/.git");
    w.files.write(".gitignore", "beyond\n");
    w.files.write("repo/.gitignore", "*.o\n/src/lib/a\nlib/b\n");
    w.files.write("repo/src/.gitignore", "!keep.o\n/lib/c\n");
    w.files.write("repo/.git/info/exclude", "/src/lib/d\n");
    w.files.write("repo/.ignore", "e\n");
    for (auto const* name :
         {"a", "b", "c", "d", "e", "x.o", "keep.o", "beyond", "sub/x.o", "sub/a"}) {
        w.files.write("repo/src/lib/" + std::string{name});
    }
    BOOST_TEST(w.look() == (paths{"repo/src/lib/b", "repo/src/lib/beyond", "repo/src/lib/keep.o",
                                  "repo/src/lib/sub/a"}));
    BOOST_TEST(w.matcher.explain({"repo/src/lib/c", 13}).origin == "/repo/src/.gitignore:2");
    w.files.write("repo/.gitignore", "");
    BOOST_TEST(w.changes() == paths{});
    BOOST_TEST(w.latest.contains("repo/src/lib/a"));
}

BOOST_AUTO_TEST_CASE(repository_is_recognized_once_complete) {
    watched w;
    w.files.write("t/.gitignore", "x");
    w.files.write("t/sub/x");
    w.files.make_directory("t/sub/.git");
    w.look();
    w.changes();
    w.changes();
    BOOST_TEST(told(w.latest) == paths{"t/.gitignore"});
    make_repository(w.files, "t/sub/.git"); // does not change the record of t/sub
    w.changes();
    auto const seen = told(w.latest);
    BOOST_TEST(std::count(seen.begin(), seen.end(), "t/sub/x") == 1);
}

BOOST_AUTO_TEST_CASE(nested_repository_ignores_the_outer_rules) {
    for (bool const is_worktree : {false, true}) {
        watched w;
        make_repository(w.files, "t/.git");
        w.files.write("t/.gitignore", "*.o\n");
        w.files.write("t/.ignore", "*.a\n.git\n");
        if (is_worktree) {
            make_repository(w.files, "main/.git");
            w.files.write("main/.git/worktrees/w/HEAD", "x");
            w.files.write("main/.git/worktrees/w/commondir", "../..\n");
            w.files.write("t/in/.git", "gitdir: ../../main/.git/worktrees/w\n");
            w.files.write("main/.git/info/exclude", "*.x\n");
        } else {
            make_repository(w.files, "t/in/.git");
            w.files.write("t/in/.git/info/exclude", "*.x\n");
        }
        for (auto const* name : {"t/out.o", "t/in/a.o", "t/in/a.a", "t/in/d/a.x", "t/not/x.o"}) {
            w.files.write(name);
        }
        w.files.write("t/not/.git", "no such thing"); // no repository
        w.files.make_directory("t/nor/.git");
        BOOST_TEST(w.look() == (paths{"t/.gitignore", "t/.ignore", "t/in/a.o"}));
        BOOST_TEST(w.faults() == paths{});
    }
}

BOOST_AUTO_TEST_CASE(added_or_removed_repository_changes_the_view_alone) {
    watched w;
    w.files.write("t/.gitignore", "*.o\n.git\n");
    w.files.write("t/in/a.o");
    w.look();
    make_repository(w.files, "t/in/.git");
    w.files.advance(std::chrono::seconds{1});
    w.changes();
    BOOST_TEST(w.latest.contains("t/in/a.o"));
    w.files.remove("t/in/.git");
    for (auto const& line : w.changes()) BOOST_TEST(line.find("a.o") == line.npos, line);
    BOOST_TEST(!w.latest.contains("t/in/a.o"));
}

BOOST_AUTO_TEST_SUITE_END()
