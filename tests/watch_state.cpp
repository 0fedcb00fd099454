#include <restat/watch_state.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/print.hpp>
#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

using enum watch_state::state;

// A tree on the fakes. Queries of the reloader must not call the file system.
struct stage {
    testing::manual_clock clock;
    memory_file_system files;
    basic_reloader<basic_tree_enumerator<memory_file_system>, any_matcher, testing::manual_clock,
                   testing::recording_restart>
        reloader{basic_tree_enumerator<memory_file_system>{{"src", "main.cpp"}, {}, files},
                 any_matcher{(!glob_matcher{"build"}) & gitignore_matcher{}}, clock,
                 testing::recording_restart{}};

    stage() {
        files.follow(clock);
        files.write("src/a", "1");
        files.write("src/b", "1");
        files.write("src/build/a.o");
        files.write("src/.gitignore", "*.log\n");
        files.write("src/x.log");
        files.write("elsewhere/x");
        files.symlink("../elsewhere", "src/link");
        clock.advance(1s);
    }

    poll_state poll_after(std::chrono::milliseconds pause) {
        clock.advance(pause);
        return reloader.poll().state;
    }

    watch_state watch_state_of(std::string_view path) {
        auto const calls = [&] {
            using enum testing::file_call;
            return files.calls(open) + files.calls(list) + files.calls(stat) + files.calls(read);
        };
        auto const before = calls();
        auto const of = std::as_const(reloader).watch_state_of(path);
        BOOST_TEST(calls() == before);
        return of;
    }
    std::string sentence(std::string_view path) { return to_string(watch_state_of(path)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(standings, stage)

BOOST_AUTO_TEST_CASE(path_is_not_compared_before_the_baseline) {
    BOOST_TEST(watch_state_of("src/a").is == starting);
    BOOST_TEST(sentence("src/a") == "'src/a' is not compared yet: there is no baseline");
}

BOOST_AUTO_TEST_CASE(unchanged_file_reports_for_how_long) {
    reloader.poll();
    poll_after(2500ms);
    clock.advance(40ms);
    auto const of = watch_state_of("./src/a");
    BOOST_TEST(of.is == unchanged);
    BOOST_TEST(of.path == "src/a");
    BOOST_TEST(of.pending.after.inode == files.record("src/a").inode);
    BOOST_TEST(of.batch == 0U);
    BOOST_TEST(to_string(of) == "'src/a' has not changed for 2.5 s, last checked 40 ms ago");
}

BOOST_AUTO_TEST_CASE(pending_change_reports_its_quiet_period) {
    reloader.poll();
    files.write("src/a", "22");
    poll_after(10ms);
    clock.advance(30ms);
    auto const of = watch_state_of("src/a");
    BOOST_TEST(of.is == pending);
    BOOST_TEST((of.pending.kind == change_kind::modified));
    BOOST_TEST((of.waits_for == awaited::quiet));
    BOOST_TEST((of.quiet == 30ms && of.required_quiet == 75ms));
    BOOST_TEST((of.next == clock.now() + 45ms));
    BOOST_TEST(to_string(of) == "'src/a' was modified (ctime, mtime, size), first seen 30 ms "
                                "ago, and waits for quiet: 30 ms of 75 ms");
}

BOOST_AUTO_TEST_CASE(pending_change_names_the_path_that_delays_it) {
    reloader.poll();
    files.write("src/a", "22");
    poll_after(0ms);
    files.remove("src/b");
    poll_after(60ms);
    clock.advance(10ms);
    auto const of = watch_state_of("src/a");
    BOOST_TEST(of.held_by == "src/b");
    BOOST_TEST(to_string(of) ==
               "'src/a' was modified (ctime, mtime, size), first seen 70 ms ago, and waits for "
               "quiet: 10 ms of 75 ms since 'src/b' changed");
    BOOST_TEST(sentence("src/b") ==
               "'src/b' was removed, first seen 10 ms ago, and waits for quiet: 10 ms of 75 ms");
}

BOOST_AUTO_TEST_CASE(emptied_file_waits_for_content) {
    reloader.poll();
    files.write("src/a", "");
    poll_after(0ms);
    poll_after(100ms);
    BOOST_TEST((watch_state_of("src/a").waits_for == awaited::content));
    BOOST_TEST(sentence("src/a") ==
               "'src/a' was modified (ctime, mtime, size), first seen 100 ms ago, and waits for "
               "an emptied file to be written: 100 ms of 500 ms");
}

BOOST_AUTO_TEST_CASE(unreadable_file_stays_as_known) {
    reloader.poll();
    files.fail_at("src", testing::file_call::list, std::errc::permission_denied);
    files.write("src/new");
    poll_after(1s);
    auto const of = watch_state_of("src/a");
    BOOST_TEST(of.is == unreadable);
    BOOST_TEST(of.fault.path == "src");
    BOOST_TEST(to_string(of) ==
               "'src/a' keeps its last known state: cannot list 'src': Permission denied");
    BOOST_TEST(watch_state_of("src/new").is == unreadable);
    files.heal();
    poll_after(1s);
    BOOST_TEST(watch_state_of("src/a").is == unchanged);
}

BOOST_AUTO_TEST_CASE(excluded_file_names_its_rule) {
    reloader.poll();
    BOOST_TEST(watch_state_of("src/build/a.o").is == excluded);
    BOOST_TEST(watch_state_of("src/build/a.o").rule.pruned == "src/build");
    BOOST_TEST(sentence("src/build/a.o") ==
               "'src/build/a.o' is not watched because its directory 'src/build' is excluded by "
               "'build'");
    BOOST_TEST(sentence("src/x.log") ==
               "'src/x.log' is not watched because of '*.log' (src/.gitignore:1)");
    BOOST_TEST(watch_state_of("src/build").is == excluded);
}

BOOST_AUTO_TEST_CASE(path_without_a_watched_file_reports_its_state) {
    reloader.poll();
    BOOST_TEST(watch_state_of("src/c").is == missing);
    BOOST_TEST(sentence("src/c") == "'src/c' would be watched, but did not exist 0 ms ago");
    BOOST_TEST(watch_state_of("main.cpp").is == missing);
    BOOST_TEST(watch_state_of("src").is == directory);
    BOOST_TEST(sentence("src/") == "'src' is a directory: the files below it are watched");
    BOOST_TEST(watch_state_of("src/link/x").is == pruned);
    BOOST_TEST(sentence("src/link/x") == "'src/link/x' is not watched because 'src/link' is a "
                                         "symbolic link, which is not followed");
    BOOST_TEST(sentence("src/a/x") ==
               "'src/a/x' is not watched because 'src/a' is not a directory");
    BOOST_TEST(watch_state_of("elsewhere/x").is == outside);
    BOOST_TEST(watch_state_of("src2").is == outside);
    BOOST_TEST(sentence("e\nx") ==
               "'e\\nx' is not watched because it lies outside of every root");
}

BOOST_AUTO_TEST_CASE(delivered_change_reports_its_time_and_batch) {
    reloader.poll();
    files.write("src/a", "22");
    files.remove("src/b");
    poll_after(0ms);
    BOOST_TEST((poll_after(75ms) == poll_state::delivered));
    poll_after(1s);
    BOOST_TEST(watch_state_of("src/a").batch == 1U);
    BOOST_TEST(sentence("src/a") == "'src/a' has not changed since it was delivered 1 s ago in "
                                    "batch 1, last checked 0 ms ago");
    BOOST_TEST(sentence("src/b") ==
               "'src/b' would be watched, but did not exist 0 ms ago, as delivered 1 s ago "
               "in batch 1");
}

BOOST_AUTO_TEST_CASE(forgotten_delivery_limits_the_reported_time) {
    files.write("src/first");
    reloader.poll();
    poll_after(1s);
    for (int i = 0; i < 1200; ++i) files.write("src/n" + std::to_string(i));
    poll_after(0ms);
    BOOST_TEST((poll_after(75ms) == poll_state::delivered));
    clock.advance(3s);
    auto const of = watch_state_of("src/first");
    BOOST_TEST(of.batch == 0U);
    BOOST_TEST(to_string(of) == "'src/first' has not changed for 3 s, last checked 3 s ago");
}

BOOST_AUTO_TEST_CASE(path_belongs_to_the_first_of_the_deepest_roots) {
    basic_tree_enumerator<memory_file_system> const tree{{".", "/", "a/b/"}, {}, files};
    BOOST_TEST(tree.root_prefix("x/y") == 0U);
    BOOST_TEST(tree.root_prefix("/x/y") == 1U);
    BOOST_TEST(tree.root_prefix("../x") == std::string::npos);
    basic_tree_enumerator<memory_file_system> const other{{"./a/b/", "c"}, {}, files};
    BOOST_TEST(other.root_prefix("a/b/x/y") == 4U);
    BOOST_TEST(other.root_prefix("a/b") == 2U);
    BOOST_TEST(other.root_prefix("a/bc") == std::string::npos);
    BOOST_TEST(other.root_prefix("c") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(standings_of_made_up_reloaders)

namespace {

struct unsteady_files {
    std::error_code* error;
    bool* final;

    void enumerate(matcher_ref, snapshot_builder& found, std::error_code& failed) {
        failed = *error;
        stat_record record;
        record.type = file_type::regular;
        record.ctime = {*final ? 1 : 2, 0};
        record.final = *final;
        found.add("a", record);
    }
};

struct refusing {
    restart_result restart(change_set const&, std::error_code&) {
        return restart_result::refused;
    }
};

verdict everything(candidate const&) noexcept { return verdict::none; }

} // namespace

BOOST_AUTO_TEST_CASE(wait_for_a_final_record_a_retry_and_a_failed_scan_are_reported) {
    std::error_code error;
    bool final = true;
    testing::manual_clock clock;
    basic_reloader reloader{unsteady_files{&error, &final}, &everything, clock, refusing{}};
    reloader.poll();
    final = false;
    reloader.poll();
    clock.advance(100ms);
    BOOST_TEST((reloader.poll().state == poll_state::settling));
    BOOST_TEST((reloader.watch_state_of("a").waits_for == awaited::final_record));
    BOOST_TEST(to_string(reloader.watch_state_of("a")) ==
               "'a' was modified (ctime), first seen 100 ms ago, and waits for its record to be "
               "final");
    clock.advance(3s); // offered although the record is not final
    BOOST_TEST((reloader.poll().state == poll_state::refused));
    clock.advance(40ms);
    BOOST_TEST(to_string(reloader.watch_state_of("a")) ==
               "'a' was modified (ctime), first seen 3.1 s ago, and waits for another attempt in "
               "60 ms");
    error = std::make_error_code(std::errc::too_many_files_open);
    std::error_code failed;
    reloader.poll(failed);
    BOOST_TEST(reloader.watch_state_of("a").is == watch_state::state::unreadable);
    BOOST_TEST(to_string(reloader.watch_state_of("a")) ==
               "'a' keeps its last known state: cannot scan: Too many open files");
    BOOST_TEST(reloader.watch_state_of("b").is == watch_state::state::unreadable);
    error = {};
    reloader.poll();
    // This enumerator does not know the roots of its files.
    BOOST_TEST(reloader.watch_state_of("b").is == watch_state::state::missing);
}

BOOST_AUTO_TEST_CASE(change_delivered_before_its_record_was_final_is_delivered_again) {
    std::error_code error;
    bool final = true;
    testing::manual_clock clock;
    basic_reloader reloader{unsteady_files{&error, &final}, &everything, clock,
                            testing::recording_restart{}};
    reloader.poll();
    final = false;
    reloader.poll();
    clock.advance(4s);
    BOOST_TEST((reloader.poll().state == poll_state::delivered));
    BOOST_TEST((reloader.watch_state_of("a").waits_for == awaited::final_record));
    BOOST_TEST(to_string(reloader.watch_state_of("a")) ==
               "'a' has not changed since it was delivered 0 ms ago in batch 1, last checked "
               "0 ms ago; its record is not final yet, so a delivery follows once the record is "
               "final");
}

BOOST_AUTO_TEST_SUITE_END()
