#include <restat/own_write.hpp>

#include "support/saving_game.hpp"

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace restat;
using namespace std::chrono_literals;
using support::lines;
using support::quiet;
using enum watch_state::state;
namespace fakes = restat::testing;

BOOST_FIXTURE_TEST_SUITE(own_writes, support::saving_game)

BOOST_AUTO_TEST_CASE(own_write_is_known_without_a_delivery) {
    write_own("t/a", "saved");
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(reloader.latest().find("t/a").operator*().record.size == 5U);
    BOOST_TEST((reloader.watch_state_of("t/a").is == unchanged));
}

BOOST_AUTO_TEST_CASE(edit_of_another_file_is_delivered) {
    {
        auto const scope = write_scope("t/a");
        files.write("t/a", "saved");
        files.write("t/b", "edited");
    }
    files.write("t/sub/c", "edited");
    BOOST_TEST(poll() == (lines{"modified t/b", "modified t/sub/c"}));
}

BOOST_AUTO_TEST_CASE(edit_after_the_scope_is_delivered_once) {
    write_own("t/a", "saved");
    BOOST_TEST(poll() == lines{});
    files.write("t/a", "edited");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(edit_after_the_scope_and_before_any_scan_is_delivered) {
    write_own("t/a", "saved");
    clock.advance(1s);
    files.write("t/a", "edit!");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(second_edit_in_the_tick_of_the_record_is_delivered) {
    write_own("t/a", "saved");
    files.write("t/a", "edit!"); // of the same size
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(
    second_edit_in_the_tick_of_the_record_is_delivered_after_a_scan_in_this_tick) {
    write_own("t/a", "saved");
    reloader.poll();
    BOOST_TEST((reloader.watch_state_of("t/a").waits_for == awaited::own_write));
    files.write("t/a", "edit!");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(scan_in_the_tick_of_the_record_delivers_nothing) {
    write_own("t/a", "saved");
    reloader.poll();
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_before_the_scope_and_before_any_scan_is_delivered) {
    files.write("t/a", "edited");
    clock.advance(1s);
    write_own("t/a", "saved");
    BOOST_TEST(poll() == lines{"modified t/a"});
    write_own("t/a", "again");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_in_the_tick_before_the_scope_is_delivered) {
    files.write("t/a", "2");
    write_own("t/a", "3");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(change_pending_before_the_scope_is_delivered_with_the_latest_content) {
    files.write("t/a", "edited");
    BOOST_TEST((reloader.poll().state == poll_state::settling));
    clock.advance(10ms);
    write_own("t/a", "saved by the game");
    for (int i = 0; i < 5; ++i) {
        clock.advance(quiet);
        reloader.poll();
    }
    auto const sets = reloader.strategy().take();
    BOOST_TEST_REQUIRE(sets.size() == 1U);
    BOOST_TEST(sets[0][0].path == "t/a");
    BOOST_TEST(sets[0][0].after.size == 17U);
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_between_two_scopes_is_delivered) {
    write_own("t/a", "saved");
    files.write("t/a", "edit!");
    write_own("t/a", "again");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(scopes_one_after_the_other_deliver_nothing) {
    for (auto const* text : {"saved", "again", "and again"}) write_own("t/a", text);
    clock.advance(1s);
    for (auto const* text : {"saved", "again", "and again"}) write_own("t/a", text);
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(scopes_at_each_poll_deliver_nothing) {
    for (int i = 0; i < 20; ++i) {
        write_own("t/a", std::to_string(i));
        reloader.poll();
        clock.advance(i % 2 == 0 ? 0ms : 30ms);
    }
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(half_written_file_waits_for_the_end_of_the_scope) {
    {
        auto const scope = write_scope("t/a");
        files.write("t/a", "half");
        BOOST_TEST(poll() == lines{});
        auto const state = reloader.watch_state_of("t/a");
        BOOST_TEST((state.is == pending));
        BOOST_TEST((state.waits_for == awaited::own_write));
        BOOST_TEST((state.pending.kind == change_kind::modified));
        BOOST_TEST(to_string(state).ends_with(
            "waits for the host to finish its own write, and for a final record"));
        files.write("t/a", "whole file");
    }
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(other_files_are_delivered_while_a_scope_is_open) {
    auto const scope = write_scope("t/a");
    files.write("t/a", "half");
    files.write("t/b", "edited");
    BOOST_TEST(poll() == lines{"modified t/b"});
}

BOOST_AUTO_TEST_CASE(scope_left_by_an_exception_delivers_the_file) {
    try {
        auto const scope = write_scope({"t/a", "t/b"});
        files.write("t/a", "half");
        throw std::runtime_error{"disk full"};
    } catch (std::runtime_error const&) {
    }
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(scope_abandoned_after_a_scan_delivers_the_file) {
    {
        auto scope = write_scope("t/a");
        files.write("t/a", "half");
        BOOST_TEST(poll() == lines{});
        scope.abandon();
        BOOST_TEST(poll() == lines{"modified t/a"});
    }
    BOOST_TEST(poll() == lines{});
    write_own("t/a", "saved");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(scope_within_an_exception_handler_is_not_abandoned) {
    struct saver {
        saving_game& of;
        ~saver() { of.write_own("t/a", "saved in a destructor"); }
    };
    try {
        saver const at_exit{*this};
        throw std::runtime_error{"quit"};
    } catch (std::runtime_error const&) {
    }
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(file_created_removed_and_created_again_by_the_host_is_known) {
    write_own("t/new", "1");
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(reloader.latest().contains("t/new"));
    {
        auto const scope = write_scope("t/new");
        files.remove("t/new");
    }
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(!reloader.latest().contains("t/new"));
    write_own("t/new", "2");
    BOOST_TEST(poll() == lines{});
    files.write("t/new", "edited");
    BOOST_TEST(poll() == lines{"modified t/new"});
}

BOOST_AUTO_TEST_CASE(file_removed_by_others_after_the_scope_is_delivered) {
    write_own("t/a", "saved");
    files.remove("t/a");
    BOOST_TEST(poll() == lines{"removed t/a"});
}

BOOST_AUTO_TEST_CASE(file_created_again_by_others_after_the_removal_by_the_host_is_delivered) {
    {
        auto const scope = write_scope("t/a");
        files.remove("t/a");
    }
    files.write("t/a", "edited");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(file_renamed_over_the_path_is_known) {
    for (auto const* text : {"saved", "again"}) {
        {
            auto scope = write_scope("t/a");
            files.write("t/a.tmp", text);
            scope.record_temporary("t/a", "t/a.tmp");
            clock.advance(1s); // a rename moves the ctime
            files.rename("t/a.tmp", "t/a");
        }
        BOOST_TEST(poll() == lines{});
    }
    {
        auto const scope = write_scope("t/a"); // without the record before the rename
        files.write("t/a.tmp", "saved");
        files.rename("t/a.tmp", "t/a");
    }
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(edit_between_the_record_of_the_temporary_file_and_the_end_is_delivered) {
    auto const save = [&](auto const& edit) {
        {
            auto scope = write_scope("t/a");
            files.write("t/a.tmp", "saved");
            scope.record_temporary("t/a", "t/a.tmp");
            edit();
        }
        return poll();
    };
    BOOST_TEST(save([&] {
                   files.rename("t/a.tmp", "t/a");
                   files.write("t/a", "edit!"); // of the same size, in the same tick
               }) == lines{"modified t/a"});
    BOOST_TEST(save([&] {
                   files.write("t/a.tmp", "edit!");
                   files.rename("t/a.tmp", "t/a");
               }) == lines{"modified t/a"});
    BOOST_TEST(save([&] {
                   files.rename("t/a.tmp", "t/a");
                   files.write("t/other.tmp", "edit!");
                   files.rename("t/other.tmp", "t/a");
               }) == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(several_files_are_known_at_once) {
    {
        auto const scope = write_scope({"t/a", "t/b", "t/d", "t/sub/c"});
        for (auto const* name : {"t/a", "t/b", "t/d"}) files.write(name, "saved");
        files.remove("t/sub/c");
    }
    files.write("t/b", "edit!");
    BOOST_TEST(poll() == lines{"modified t/b"});
}

BOOST_AUTO_TEST_CASE(path_may_have_another_spelling) {
    {
        auto const scope = write_scope("./t//sub/./c");
        files.write("t/sub/c", "saved");
    }
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_SUITE_END()
