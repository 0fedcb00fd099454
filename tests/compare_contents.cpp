#include <restat/compare_contents.hpp>

#include "support/saving_game.hpp"

#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/print.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>

using namespace restat;
using namespace std::chrono_literals;
using support::lines;
using support::quiet;
namespace fakes = restat::testing;

namespace {

constexpr auto reads = fakes::file_call::read;

// The game compares contents. A test may edit files while the strategy loads them.
struct comparing_game {
    struct loading_restart : fakes::recording_restart {
        explicit loading_restart(std::function<void()>& edit) : during{&edit} {}
        restart_result restart(change_set const& changes, std::error_code& error) {
            if (*during) std::exchange(*during, nullptr)();
            return fakes::recording_restart::restart(changes, error);
        }
        std::function<void()>* during;
    };
    using tree = basic_tree_enumerator<fakes::memory_file_system>;

    comparing_game() {
        files.follow(clock);
        for (auto const* name : {"t/a", "t/b", "t/sub/c"}) files.write(name, "1");
        compare_contents(reloader, files);
        clock.advance(1s);
    }

    void edit(std::string const& path, std::string const& text) {
        clock.advance(1s);
        files.write(path, text);
        clock.advance(1s);
    }
    lines poll() {
        for (int i = 0; i < 5; ++i) {
            reloader.poll();
            clock.advance(quiet);
        }
        return support::lines_of(reloader.strategy());
    }
    lines poll_in_slices() {
        for (int i = 0; i < 60; ++i) {
            reloader.poll_for(1ns);
            clock.advance(quiet / 10);
        }
        return support::lines_of(reloader.strategy());
    }
    std::size_t reads_since(std::size_t before) const { return files.calls(reads) - before; }

    fakes::memory_file_system files;
    fakes::manual_clock clock;
    std::function<void()> during;
    basic_reloader<tree, any_matcher, fakes::manual_clock, loading_restart> reloader{
        tree{path_list{"t"}, {}, files},
        any_matcher{},
        clock,
        loading_restart{during},
        {.interval = quiet, .quiet_period = quiet}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(comparison_of_contents, comparing_game)

BOOST_AUTO_TEST_CASE(same_bytes_written_again_are_no_change) {
    reloader.baseline();
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{});
    BOOST_TEST((reloader.watch_state_of("t/a").is == watch_state::state::unchanged));
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(touch_and_new_mode_are_no_change) {
    reloader.baseline();
    clock.advance(1s);
    files.set_mtime("t/a", {1000, 0});
    files.set_mode("t/b", 0600);
    clock.advance(1s);
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(other_bytes_of_the_same_size_are_a_change) {
    reloader.baseline();
    edit("t/a", "2");
    BOOST_TEST(poll() == lines{"modified t/a"});
    edit("t/a", "2");
    BOOST_TEST(poll() == lines{});
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(only_files_with_other_bytes_are_delivered) {
    reloader.baseline();
    edit("t/a", "1");
    files.write("t/b", "2");
    files.write("t/new", "1");
    files.remove("t/sub/c");
    clock.advance(1s);
    BOOST_TEST(poll() == (lines{"modified t/b", "added t/new", "removed t/sub/c"}));
    edit("t/new", "1");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_there_and_back_is_no_change) {
    reloader.baseline();
    edit("t/a", "22");
    BOOST_TEST((reloader.poll().state == poll_state::settling));
    files.write("t/a", "1");
    clock.advance(1s);
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(first_delivery_after_unchanged_contents_is_the_first_batch) {
    reloader.baseline();
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(reloader.watch_state_of("t/a").batch == 0U);
    edit("t/a", "2");
    for (int i = 0; i < 5; ++i) {
        reloader.poll();
        clock.advance(quiet);
    }
    auto const sets = reloader.strategy().take();
    BOOST_TEST_REQUIRE(sets.size() == 1U);
    BOOST_TEST(sets[0].batch() == 1U);
    BOOST_TEST(reloader.watch_state_of("t/a").batch == 1U);
}

BOOST_AUTO_TEST_CASE(file_is_read_only_when_its_record_differs) {
    reloader.baseline();
    BOOST_TEST(files.calls(reads) == 3U);
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(files.calls(reads) == 3U);
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(files.calls(reads) == 4U);
    edit("t/a", "2");
    BOOST_TEST(poll() == lines{"modified t/a"});
    BOOST_TEST(files.calls(reads) == 5U);
    edit("t/a", "333"); // of another size: read once the strategy has it
    BOOST_TEST(poll() == lines{"modified t/a"});
    BOOST_TEST(files.calls(reads) == 6U);
}

BOOST_AUTO_TEST_CASE(refused_change_is_read_once) {
    reloader.baseline();
    reloader.strategy().answer(restart_result::refused);
    auto const before = files.calls(reads);
    edit("t/a", "2");
    for (int i = 0; i < 50; ++i) poll();
    BOOST_TEST(reads_since(before) == 1U);
    reloader.strategy().answer(restart_result::restarted);
    for (int i = 0; i < 20; ++i) poll();
    BOOST_TEST(reads_since(before) == 1U);
    edit("t/a", "2");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(refused_change_taken_back_is_no_change) {
    reloader.baseline();
    reloader.strategy().answer(restart_result::refused);
    edit("t/a", "2");
    BOOST_TEST(!poll().empty());
    reloader.strategy().answer(restart_result::restarted);
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_during_the_load_that_is_taken_back_is_a_change) {
    reloader.baseline();
    edit("t/a", "2");
    during = [&] { files.write("t/a", "3"); }; // which the strategy may have loaded
    reloader.poll();
    clock.advance(quiet);
    reloader.poll();
    BOOST_TEST(support::lines_of(reloader.strategy()) == lines{"modified t/a"});
    edit("t/a", "2");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(second_edit_in_the_tick_of_the_same_bytes_is_delivered) {
    reloader.baseline();
    clock.advance(1s);
    files.write("t/a", "1");
    reloader.poll();
    files.write("t/a", "2"); // leaves the same record
    clock.advance(1s);
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(unreadable_file_counts_as_changed) {
    reloader.baseline();
    files.fail_at("t/a", reads, std::errc::permission_denied);
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{"modified t/a"});
    files.heal();
    edit("t/a", "1"); // its content is unknown
    BOOST_TEST(poll() == lines{"modified t/a"});
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(large_file_is_not_read_and_counts_as_changed) {
    files.resize("t/a", (64 << 20) + 1);
    clock.advance(1s);
    reloader.baseline();
    BOOST_TEST(files.calls(reads) == 2U);
    clock.advance(1s);
    files.set_mtime("t/a", {1000, 0});
    clock.advance(1s);
    BOOST_TEST(poll() == lines{"modified t/a"});
    BOOST_TEST(files.calls(reads) == 2U);
}

BOOST_AUTO_TEST_CASE(file_edited_while_hidden_is_compared_with_its_content_when_shown_again) {
    reloader.baseline();
    reloader.enumerator().roots() = path_list{"t/sub"};
    BOOST_TEST(poll() == lines{});
    edit("t/a", "2");
    reloader.enumerator().roots() = path_list{"t"};
    BOOST_TEST(poll() == lines{}); // known from now on with the second content
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(baseline_of_an_earlier_time_is_compared_with_its_content) {
    reloader.baseline();
    auto known = reloader.delivered();
    edit("t/a", "2");
    decltype(reloader) second{tree{path_list{"t"}, {}, files},
                              any_matcher{},
                              clock,
                              loading_restart{during},
                              {.interval = quiet, .quiet_period = quiet}};
    compare_contents(second, files);
    BOOST_TEST(second.resume(std::move(known)));
    auto const poll_second = [&] {
        for (int i = 0; i < 5; ++i) {
            second.poll();
            clock.advance(quiet);
        }
        return support::lines_of(second.strategy());
    };
    BOOST_TEST(poll_second() == lines{"modified t/a"});
    edit("t/b", "1");
    BOOST_TEST(poll_second() == lines{});
}

BOOST_AUTO_TEST_CASE(contents_are_compared_in_slices) {
    BOOST_TEST(poll_in_slices() == lines{});
    BOOST_TEST(files.calls(reads) == 3U);
    edit("t/a", "1");
    BOOST_TEST(poll_in_slices() == lines{});
    files.write("t/a", "2");
    files.write("t/b", "1");
    BOOST_TEST(poll_in_slices() == lines{"modified t/a"});
    edit("t/a", "2");
    BOOST_TEST(poll_in_slices() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_before_the_content_was_read_is_a_change) {
    while (!reloader.has_baseline()) {
        reloader.poll_for(1ns);
        clock.advance(1ms);
    }
    BOOST_TEST(files.calls(reads) == 0U);
    edit("t/sub/c", "1");
    BOOST_TEST(poll_in_slices() == lines{"modified t/sub/c"});
}

BOOST_AUTO_TEST_CASE(slice_takes_at_most_one_read_beyond_its_budget) {
    for (int i = 0; i < 20; ++i) files.write("t/" + std::to_string(i), "1");
    files.set_cost(reads, 1ms);
    clock.advance(1s);
    auto const check = [&] {
        for (int i = 0; i < 200; ++i) {
            auto const before = files.calls(reads);
            reloader.poll_for(500us);
            BOOST_TEST(reads_since(before) <= 1U);
            clock.advance(1ms);
        }
    };
    check();
    BOOST_TEST(files.calls(reads) == 23U);
    clock.advance(1s);
    for (int i = 0; i < 20; ++i) files.write("t/" + std::to_string(i), "1");
    check();
    check();
    BOOST_TEST(support::lines_of(reloader.strategy()) == lines{});
    BOOST_TEST(files.calls(reads) == 43U);
}

BOOST_AUTO_TEST_CASE(stop_ends_the_comparison_and_keeps_the_changes) {
    reloader.baseline();
    edit("t/a", "2");
    files.before(reads, 1, [&] { reloader.stop(); });
    std::error_code error;
    reloader.poll(error);
    clock.advance(quiet);
    reloader.poll(error);
    BOOST_TEST((error == std::errc::operation_canceled));
    BOOST_TEST(reloader.strategy().seen().empty());
    BOOST_TEST((reloader.watch_state_of("t/a").is == watch_state::state::pending));
}

BOOST_AUTO_TEST_CASE(later_change_of_the_comparison_holds) {
    reloader.baseline();
    reloader.compare(comparison::metadata);
    edit("t/a", "1");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(comparison_of_contents_of_this_system)

BOOST_AUTO_TEST_CASE(large_files_are_read_part_by_part) {
    fakes::temp_tree there;
    std::string content(300'000, 'x');
    there.write("a", content);
    there.write("b", content);
    std::size_t loaded = 0;
    auto load = [&](change_set const& changes) { loaded += changes.size(); };
    asset_reloader<decltype(load)> assets{tree_enumerator{there.path()},
                                          any_matcher{},
                                          sleep_clock{},
                                          callback_restart{load},
                                          {.interval = 1ms, .quiet_period = 1ms}};
    compare_contents(assets);
    assets.baseline();
    auto const poll_until = [&](auto done) {
        auto const limit = std::chrono::steady_clock::now() + 30s;
        while (!done() && std::chrono::steady_clock::now() < limit) assets.poll_for(10us);
        return done();
    };
    there.write("a", content);
    there.write("new", "");
    BOOST_TEST(poll_until([&] { return loaded > 0; }));
    BOOST_TEST(loaded == 1U);
    content.back() = 'y';
    there.write("b", content);
    BOOST_TEST(poll_until([&] { return loaded > 1; }));
    BOOST_TEST(loaded == 2U);
    BOOST_TEST((assets.watch_state_of(there / "a").is == watch_state::state::unchanged));
}

BOOST_AUTO_TEST_SUITE_END()
