#include "enumerator/scanning.hpp"

#include <restat/diff.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <random>
#include <stop_token>

// Changes of a tree during the walk of a tree_enumerator, and failing calls. The tests use the
// file system in memory, and choose the moment of each change.
using namespace restat;
using namespace scanning;
using std::chrono::nanoseconds;
using testing::file_call;
using testing::memory_file_system;

namespace {

using walk_in_memory = basic_tree_enumerator<memory_file_system>;

constexpr tree_options following{tree_options::symlinks::follow};
constexpr std::array every_call{file_call::open, file_call::list, file_call::stat};

memory_file_system small_tree() {
    memory_file_system files;
    for (auto const* name : {"t/a/x", "t/a/y", "t/b/c/x", "t/d", "t/e/f/g/h/i/j/x", "t/z"}) {
        files.write(name);
    }
    files.advance(std::chrono::seconds{5});
    return files;
}

bool tells_removal(change_set const& changes) {
    return std::any_of(changes.begin(), changes.end(),
                       [](change const& c) { return c.kind == change_kind::removed; });
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_tree_that_changes_during_the_walk)

BOOST_AUTO_TEST_CASE(file_removed_after_its_listing_is_no_finding) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    files.before(file_call::list, 3, [&] { files.remove("t/d"); }); // t has two listings
    auto const seen = scan(walk);
    BOOST_TEST(scanning::told(seen) == files.files());
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE(directory_removed_before_its_opening_is_no_finding) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    files.before(file_call::open, 2, [&] { files.remove("t/a"); });
    auto const seen = scan(walk);
    BOOST_TEST(scanning::told(seen) == files.files());
    BOOST_TEST(seen.findings().empty());
}

BOOST_AUTO_TEST_CASE(directory_removed_during_its_walk_is_no_finding) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    for (std::size_t nth = 1; nth < 40; ++nth) {
        files.write("t/e/f/g/h/i/j/x");
        files.before(file_call::stat, nth, [&] { files.remove("t/e"); });
        auto const seen = scan(walk);
        BOOST_TEST(seen.findings().empty());
        BOOST_TEST(scanning::told(seen).size() >= 5U, nth);
        files.heal();
        if (files.files().size() == 6) files.remove("t/e");
    }
}

BOOST_AUTO_TEST_CASE(root_removed_before_its_opening_is_missing) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    files.before(file_call::open, 1, [&] { files.remove("t"); });
    auto const seen = scan(walk);
    BOOST_TEST(findings(seen) == paths{"cannot find 't': No such file or directory"});
}

BOOST_AUTO_TEST_CASE(directory_replaced_by_a_file_is_found_as_a_file) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    files.before(file_call::open, 2, [&] {
        files.remove("t/a");
        files.write("t/a");
    });
    auto const seen = scan(walk); // changes the tree
    BOOST_TEST(scanning::told(seen) == files.files());
}

BOOST_AUTO_TEST_CASE(file_replaced_by_a_directory_is_walked) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    files.before(file_call::list, 3, [&] {
        files.remove("t/d");
        files.write("t/d/new");
    });
    auto const seen = scan(walk); // changes the tree
    BOOST_TEST(scanning::told(seen) == files.files());
}

BOOST_AUTO_TEST_CASE(link_planted_in_place_of_a_directory_is_not_followed) {
    auto const files = small_tree();
    files.write("secret/x");
    walk_in_memory walk{"t", {}, files};
    files.before(file_call::open, 2, [&] {
        files.remove("t/a");
        files.symlink("../secret", "t/a");
    });
    auto const seen = scan(walk);
    BOOST_TEST(seen.contains("t/a"));
    BOOST_TEST(!seen.contains("t/a/x"));
    auto const opened = files.opened();
    BOOST_TEST(std::count(opened.begin(), opened.end(), "t/a") == 0);
}

BOOST_AUTO_TEST_CASE(link_in_place_of_a_directory_is_followed_if_the_scan_follows_links) {
    for (auto const* target : {"../more", "../more/x", "../missing"}) {
        auto const files = small_tree();
        files.write("more/x");
        walk_in_memory walk{"t", following, files};
        files.before(file_call::open, 2, [&] {
            files.remove("t/a");
            files.symlink(target, "t/a");
        });
        auto const seen = scan(walk); // changes the tree
        auto const after = scan(walk);
        BOOST_TEST(scanning::told(seen) == scanning::told(after), target);
        for (entry const one : after) {
            auto const found = seen.find(one.path.str());
            BOOST_TEST_REQUIRE((found != seen.end()), one.path.str());
            BOOST_TEST(((*found).record.type == one.record.type), one.path.str());
            BOOST_TEST(((*found).link.type == one.link.type), one.path.str());
        }
    }
}

BOOST_AUTO_TEST_CASE(files_below_an_unreadable_name_stay_known) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    auto const before = scan(walk);
    files.fail_at("t/a", file_call::open, std::errc::not_a_directory);
    files.fail_at("t/a", file_call::stat, std::errc::io_error);
    BOOST_TEST(!tells_removal(diff(before, scan(walk, before))));
    files.heal();
    BOOST_TEST(scanning::told(scan(walk, before)) == files.files());
}

// The walk closes t while far below t/e, and reopens t for t/z.
BOOST_AUTO_TEST_CASE(replaced_directory_is_recognized_when_reopened) {
    auto const files = small_tree();
    files.write("t/e/f/g/h/i/j/k/l/m/n/o/p/x");
    files.remove("t/z");
    files.write("t/z/x");
    files.advance(std::chrono::seconds{5});
    walk_in_memory walk{"t", {}, files};
    auto const before = scan(walk);
    auto const opens = files.calls(file_call::open);
    files.before(file_call::open, opens - 2, [&] { // the opening of .../o/p; t and t/z follow
        files.rename("t", "elsewhere");
        files.write("t/z/other");
    });
    auto const seen = scan(walk, before);
    if (!in_slices()) { // slices notice the replacement earlier
        BOOST_TEST(findings(seen) == paths{"cannot open 't': Stale file handle"});
    }
    BOOST_TEST(!tells_removal(diff(before, seen)));
    BOOST_TEST(scanning::told(scan(walk)) == paths{"t/z/other"});
}

BOOST_AUTO_TEST_CASE(closed_directory_is_not_reopened_through_a_planted_link) {
    auto const files = small_tree();
    files.write("t/e/f/zz");
    files.write("t/e/e/e/e/e/x");
    walk_in_memory walk{"t", {}, files};
    auto const before = scan(walk);
    auto const opens = files.calls(file_call::open);
    for (std::size_t nth = 1; nth <= opens; ++nth) {
        auto const copy = small_tree();
        copy.write("t/e/f/zz");
        copy.write("t/e/e/e/e/e/x");
        walk_in_memory again{"t", {}, copy};
        copy.before(file_call::open, nth, [&] {
            copy.rename("t/e", "elsewhere");
            copy.symlink("../elsewhere", "t/e");
        });
        auto const seen = scan(again, before);
        auto const opened = copy.opened();
        auto const first = std::min(opened.size(), nth - 1);
        for (std::size_t i = first; i < opened.size(); ++i) BOOST_TEST(opened[i] != "t/e", nth);
    }
}

BOOST_AUTO_TEST_CASE(incomplete_directory_is_complete_in_the_next_scan) {
    for (auto const granularity :
         {nanoseconds{1}, nanoseconds{4'000'000}, nanoseconds{2'000'000'000}}) {
        memory_file_system const files{granularity};
        files.make_directory("t/new");
        walk_in_memory walk{"t", {}, files};
        files.before(file_call::open, 3, [&] { files.write("t/new/x"); }); // after the listing
        scan(walk);
        files.write("t/new/y");
        auto const seen = scan(walk); // changes the tree
        BOOST_TEST(scanning::told(seen) == files.files());
    }
}

BOOST_AUTO_TEST_CASE(stop_request_during_the_walk_ends_it) {
    auto const files = small_tree();
    std::stop_source stop;
    files.before(file_call::open, 3, [&] { stop.request_stop(); });
    auto const stats = files.calls(file_call::stat);
    walk_in_memory walk{"t", {}, files};
    snapshot_builder found{stop.get_token()};
    std::error_code error;
    walk.enumerate(everything{}, found, error);
    BOOST_TEST((error == std::errc::operation_canceled));
    BOOST_TEST(files.calls(file_call::open) == 3U);
    BOOST_TEST(files.calls(file_call::stat) - stats < 10U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(calls_that_fail_during_the_walk)

BOOST_AUTO_TEST_CASE(no_failure_of_any_call_is_a_removal) {
    for (auto const error : {std::errc::io_error, std::errc::too_many_files_open,
                             std::errc::permission_denied, std::errc::not_enough_memory,
                             std::errc::interrupted, std::errc::too_many_symbolic_link_levels}) {
        for (auto const call : every_call) {
            auto const files = small_tree();
            walk_in_memory walk{"t", {.threads = refresh_threads()}, files};
            auto const before = scan(walk);
            auto const first = files.calls(call);
            scan(walk, before);
            auto const calls = files.calls(call) - first;
            for (std::size_t nth = 1; nth <= calls; ++nth) {
                files.fail(call, error, nth, 2); // fails also on the retry
                auto const seen = scan(walk, before);
                files.heal();
                BOOST_TEST(scanning::told(seen) == scanning::told(before));
                // With several threads, a second thread may have retried. After a pause, the scan
                // may already have seen every entry of a directory that fails to open again.
                bool const is_missed =
                    refresh_threads() <= 1 && !(in_slices() && call == file_call::stat);
                if (is_missed) BOOST_TEST(!seen.findings().empty());
                BOOST_TEST(diff(before, seen).empty());
                auto const healed = scan(walk, seen);
                BOOST_TEST(healed.findings().empty());
                BOOST_TEST(diff(before, healed).empty());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(names_of_a_broken_listing_are_kept) {
    memory_file_system const files;
    for (char name = 'a'; name <= 'j'; ++name) files.write(std::string{"t/"} + name);
    walk_in_memory walk{"t", {}, files};
    files.fail(file_call::list, std::errc::io_error, 2);
    auto const seen = scan(walk);
    BOOST_TEST(scanning::told(seen) == (paths{"t/a", "t/b", "t/c", "t/d"}));
    BOOST_TEST(findings(seen) == paths{"cannot list 't': Input/output error"});
}

BOOST_AUTO_TEST_CASE(each_unreadable_path_is_a_single_finding) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    files.fail_at("t/a", file_call::open, std::errc::permission_denied);
    files.fail_at("t/d", file_call::stat, std::errc::io_error);
    auto const seen = scan(walk);
    BOOST_TEST(findings(seen) == (paths{"cannot open 't/a': Permission denied",
                                        "cannot stat 't/d': Input/output error"}));
    BOOST_TEST(scanning::told(seen) == (paths{"t/b/c/x", "t/e/f/g/h/i/j/x", "t/z"}));
}

BOOST_AUTO_TEST_CASE(error_of_the_root_keeps_its_files) {
    for (auto const* root : {".", "t", "/"}) {
        auto const files = small_tree();
        walk_in_memory first{root, {}, files};
        auto const before = scan(first);
        for (auto const call : every_call) {
            walk_in_memory walk{root, {}, files}; // a new walk lists every directory
            files.fail(call, std::errc::io_error);
            auto const seen = scan(walk, before);
            BOOST_TEST(scanning::told(seen) == scanning::told(before));
            BOOST_TEST(seen.findings().size() == 1U);
            files.heal();
        }
    }
}

BOOST_AUTO_TEST_CASE(two_descriptors_are_enough_at_any_depth) {
    memory_file_system const files;
    std::string directory = "t";
    for (int depth = 0; depth < 100; ++depth) {
        files.write(directory + "/z");
        directory += "/d";
        files.write(directory + "/a");
    }
    files.limit_descriptors(2);
    walk_in_memory walk{"t", {}, files};
    auto const seen = scan(walk);
    BOOST_TEST(seen.findings().empty());
    BOOST_TEST((scanning::told(seen) == files.files()));
}

BOOST_AUTO_TEST_CASE(fewer_descriptors_are_findings_and_nothing_is_lost) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    auto const before = scan(walk);
    for (std::size_t most : {0U, 1U}) {
        files.limit_descriptors(most);
        auto const seen = scan(walk, before);
        BOOST_TEST(scanning::told(seen) == scanning::told(before));
        BOOST_REQUIRE(!seen.findings().empty());
        BOOST_TEST((seen.findings()[0].error == std::errc::too_many_files_open));
    }
}

BOOST_AUTO_TEST_CASE(at_most_thirteen_descriptors_are_open_at_once) {
    auto const files = small_tree();
    files.write("t/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x");
    walk_in_memory walk{"t", {}, files};
    scan(walk);
    auto const at_will = files.calls(file_call::open);
    files.limit_descriptors(13);
    scan(walk);
    BOOST_TEST(files.calls(file_call::open) == 2 * at_will); // so no call failed
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(what_the_walk_asks_of_the_file_system)

BOOST_AUTO_TEST_CASE(excluded_directory_is_not_opened) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    scan(walk, {}, without{"a"});
    for (auto const& directory : files.opened()) BOOST_TEST(directory != "t/a");
}

BOOST_AUTO_TEST_CASE(directories_alone_are_opened) {
    memory_file_system const files;
    for (auto const type :
         {file_type::fifo, file_type::socket, file_type::character, file_type::block}) {
        files.make("t/" + std::to_string(static_cast<int>(type)), type);
    }
    files.symlink("4", "t/link");
    for (auto const how : {tree_options{}, following}) {
        walk_in_memory walk{"t", how, files};
        BOOST_TEST(scan(walk).size() == 5U);
    }
    BOOST_TEST((files.opened() == std::vector<std::string>{"t", "t"}));
}

BOOST_AUTO_TEST_CASE(each_file_and_directory_costs_one_stat_per_scan) {
    auto const files = small_tree();
    walk_in_memory walk{"t", {}, files};
    scan(walk);
    auto const stats = files.calls(file_call::stat);
    scan(walk);
    if (in_slices()) return; // slices check whether open directories are still in place
    // 6 files, 10 directories, and the root before its opening.
    BOOST_TEST(files.calls(file_call::stat) - stats == 6U + 10U + 1U);
}

BOOST_AUTO_TEST_CASE(mounted_file_system_is_entered_unless_excluded_by_an_option) {
    auto const files = small_tree();
    walk_in_memory crossing{"t", {}, files};
    walk_in_memory staying{"t", {.mounts = tree_options::file_systems::stay}, files};
    auto const before = scan(crossing);
    files.mount("t/a", 77);
    files.write("t/a/x");
    auto const mounted = scan(crossing);
    BOOST_TEST(diff(before, mounted).size() == 2U); // a/x on a different device; a/y removed
    BOOST_TEST(!scan(staying).contains("t/a/x"));
    files.unmount("t/a");
    BOOST_TEST(diff(before, scan(crossing)).empty());
    BOOST_TEST(scan(staying).contains("t/a/x"));
}

BOOST_AUTO_TEST_CASE(record_is_final_after_its_tick) {
    struct row {
        nanoseconds granularity;
        nanoseconds later;
        bool final;
    };
    using namespace std::chrono_literals;
    for (auto const& [granularity, later, final] : {
             row{1ns, 0ns, false},   // the same instant
             row{1ns, 1ns, true},    //
             row{4ms, 4ms, false},   // 0.12 s after the full second: possibly a tick of 10 ms
             row{4ms, 12ms, true},   //
             row{4ms, 0ms, false},   //
             row{1s, 500ms, false},  // 0.12 s after the full second: a later write is possible
             row{1s, 3s, true},      //
             row{2s, 1500ms, false}, //
             row{2s, 4s, true},      //
         }) {
        memory_file_system const files{granularity};
        files.write("t/x");
        files.advance(later);
        walk_in_memory walk{"t", {}, files};
        BOOST_TEST(scan(walk).is_final() == final, granularity.count() << " " << later.count());
    }
}

// With any timestamps: every write after a final record changes the record, even a write of the
// same size.
BOOST_AUTO_TEST_CASE(write_after_a_final_record_changes_the_record) {
    std::mt19937 random{7};
    for (auto const step : {1UL, 4'000'000UL, 1'000'000'000UL, 2'000'000'000UL}) {
        memory_file_system const files{nanoseconds{step}};
        files.write("t/x");
        walk_in_memory walk{"t", {}, files};
        for (int i = 0; i < 300; ++i) {
            auto const before = scan(walk);
            files.advance(nanoseconds{random() % 3 == 0 ? random() % step : 0});
            files.write("t/x", "y");
            auto const after = scan(walk);
            BOOST_TEST((!before.is_final() || !diff(before, after).empty()));
            files.advance(nanoseconds{random() % (2 * step)});
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(any_tree)

namespace {

class random_tree {
public:
    explicit random_tree(unsigned seed) : random_{seed} {
        files.shuffle(seed);
        files.reuse_inodes(seed % 2 == 0);
    }

    memory_file_system files;

    // Runs on any walking thread.
    void change() {
        std::lock_guard const lock{guard_};
        files.advance(nanoseconds{random_() % 3'000'000});
        try {
            act(random_() % 8);
        } catch (reload_error const&) { // the name is missing or already taken
        }
    }

private:
    std::string name() {
        std::string path = "t";
        for (auto depth = random_() % 6 + 1; depth > 0; --depth) {
            path += std::string{"/"} + "abc-."[random_() % 3];
        }
        return path;
    }

    void act(unsigned long what) {
        auto const one = name();
        switch (what) {
        case 0: return files.remove(one);
        case 1: return rename(one, name());
        case 2: return files.symlink("b", one);
        case 3: return files.link(one, name() + "-linked");
        case 4: return files.make_directory(one);
        default: return files.write(one);
        }
    }

    void rename(std::string const& from, std::string const& to) {
        if (!to.starts_with(from) && !from.starts_with(to)) files.rename(from, to);
    }

    std::mutex guard_;
    std::mt19937 random_;
};

} // namespace

BOOST_AUTO_TEST_CASE(snapshot_equals_the_tree_after_any_changes) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        random_tree tree{seed};
        tree.files.make_directory("t");
        walk_in_memory walk{"t", {.threads = refresh_threads()}, tree.files};
        snapshot believed;
        for (int i = 0; i < 60; ++i) {
            tree.change();
            believed = scan(walk, believed);
            BOOST_REQUIRE((scanning::told(believed) == tree.files.files()));
        }
    }
}

BOOST_AUTO_TEST_CASE(snapshot_equals_the_tree_after_changes_and_failures_during_the_walk) {
    std::mt19937 random{11};
    for (unsigned seed = 1; seed <= 40; ++seed) {
        random_tree tree{seed};
        tree.files.make_directory("t");
        walk_in_memory walk{"t", {.threads = refresh_threads()}, tree.files};
        snapshot believed;
        for (int i = 0; i < 30; ++i) {
            for (auto const call : every_call) {
                tree.files.before(call, random() % 9 + 1, [&] { tree.change(); });
                tree.files.fail(call, std::errc::io_error, random() % 30 + 1);
            }
            believed = scan(walk, believed);
            tree.files.heal();
        }
        believed = scan(walk, believed);
        BOOST_TEST((scanning::told(believed) == tree.files.files()));
        BOOST_TEST(believed.findings().empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
