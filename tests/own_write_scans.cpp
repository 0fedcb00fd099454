#include "support/saving_game.hpp"

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>

using namespace restat;
using namespace std::chrono_literals;
using support::lines;
using enum watch_state::state;
namespace fakes = restat::testing;

// Own writes and the scans that find them.
BOOST_FIXTURE_TEST_SUITE(own_write_scans, support::saving_game)

BOOST_AUTO_TEST_CASE(path_that_is_not_watched_is_ignored_and_forgotten) {
    for (int i = 0; i < 3; ++i) {
        auto const scope = write_scope({"elsewhere/x", "t/x.tmp", "missing/y"});
        files.write("elsewhere/x", std::to_string(i));
        files.write("t/x.tmp", std::to_string(i));
    }
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(!reloader.latest().contains("t/x.tmp"));
}

BOOST_AUTO_TEST_CASE(scope_without_a_write_delivers_and_hides_nothing) {
    { auto const scope = write_scope("t/a"); }
    BOOST_TEST(poll() == lines{});
    files.write("t/a", "edited");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(file_with_an_unreadable_status_is_delivered) {
    {
        auto const scope = write_scope("t/a");
        files.write("t/a", "saved");
        files.fail_at("t/a", fakes::file_call::stat, std::errc::io_error);
    }
    files.heal();
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(unreadable_file_waits_until_it_is_readable) {
    write_own("t/a", "saved");
    files.fail_at("t/a", fakes::file_call::stat, std::errc::io_error);
    BOOST_TEST(poll() == lines{});
    files.heal();
    BOOST_TEST(poll() == lines{});
    files.write("t/a", "edited");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(target_of_a_link_is_written) {
    files.write("elsewhere/x", "1");
    files.symlink("../elsewhere/x", "t/link");
    BOOST_TEST(poll() == lines{"added t/link"});
    write_own("t/link", "saved");
    BOOST_TEST(poll() == lines{});
    files.write("elsewhere/x", "edited");
    BOOST_TEST(poll() == lines{"modified t/link"});
}

BOOST_AUTO_TEST_CASE(hard_link_after_the_scope_is_no_edit) {
    write_own("t/a", "saved");
    clock.advance(1s);
    files.link("t/a", "elsewhere/link");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(slices_know_an_own_write_whenever_it_happens) {
    for (int before = 0; before < 30; ++before) {
        poll_in_slices(before);
        {
            auto const scope = write_scope({"t/a", "t/new"});
            files.write("t/a", "half of " + std::to_string(before));
            BOOST_TEST(poll_in_slices(before % 7) == lines{});
            files.write("t/a", "whole of " + std::to_string(before));
            before % 2 == 0 ? files.write("t/new", "1") : files.remove("t/new");
        }
        BOOST_TEST(poll_in_slices() == lines{});
        files.write("t/a", "edit " + std::to_string(before));
        BOOST_TEST(poll_in_slices() == lines{"modified t/a"});
    }
}

BOOST_AUTO_TEST_CASE(edit_between_two_scopes_is_delivered_while_the_second_is_open) {
    write_own("t/a", "saved");
    {
        files.write("t/a", "edit!");
        auto const scope = write_scope("t/a");
        BOOST_TEST(poll() == lines{"modified t/a"});
        files.write("t/a", "saved again");
        BOOST_TEST(poll() == lines{});
    }
    BOOST_TEST(poll() == lines{});
    write_own("t/a", "saved");
    BOOST_TEST(poll() == lines{});
}

BOOST_AUTO_TEST_CASE(scan_that_read_the_file_before_the_end_of_the_scope_delivers_nothing) {
    auto scope = std::make_unique<own_write>(reloader, path_list{"t/a"}, files);
    files.write("t/a", "half");
    // The scan reads t/b after t/a, and the host writes t/a in between.
    files.before(fakes::file_call::stat, 4, [&] {
        clock.advance(10ms);
        files.write("t/a", "whole");
        scope.reset();
    });
    BOOST_TEST(poll() == lines{});
    BOOST_TEST(!scope);
}

BOOST_AUTO_TEST_CASE(paths_hidden_and_revealed_by_other_roots_are_no_change) {
    {
        auto const scope = write_scope("t/a");
        files.write("t/a", "half");
        BOOST_TEST(poll() == lines{});
        reloader.enumerator().roots() = {"t/sub"};
        BOOST_TEST(poll() == lines{});
        BOOST_TEST((reloader.watch_state_of("t/a").is == outside));
    }
    BOOST_TEST(poll() == lines{});
    reloader.enumerator().roots() = {"t"};
    BOOST_TEST(poll() == lines{});
    files.write("t/a", "edited");
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_CASE(root_that_changes_its_spelling_may_deliver_an_own_write_but_loses_no_edit) {
    {
        auto const scope = write_scope("t/a");
        files.write("t/a", "half");
        BOOST_TEST(poll() == lines{});
        reloader.enumerator().roots() = {"/t"};
        files.write("t/b", "edited");
    }
    auto const delivered = poll();
    BOOST_TEST(std::count(delivered.begin(), delivered.end(), "modified /t/b") == 1);
}

BOOST_AUTO_TEST_CASE(next_run_delivers_no_own_write_with_a_final_record) {
    write_own("t/a", "saved");
    clock.advance(1s);
    BOOST_TEST(poll(1) == lines{});
    auto const known = reloader.delivered();
    BOOST_TEST((*known.find("t/a")).record.size == 5U);
    BOOST_TEST(known.is_final());
}

BOOST_AUTO_TEST_CASE(next_run_delivers_an_own_write_without_a_final_record) {
    {
        auto const scope = write_scope({"t/a", "t/sub/c", "t/d"});
        files.write("t/a", "saved");
        files.remove("t/sub/c");
        files.write("t/d", "saved");
        files.write("t/b", "edited");
    }
    BOOST_TEST(poll(1) == lines{});
    auto const known = reloader.delivered();
    BOOST_TEST(known.size() == 2U); // a file that is missing has no record
    BOOST_TEST((*known.find("t/a")).record.size == 1U);
    BOOST_TEST((*known.find("t/b")).record.size == 1U);
    BOOST_TEST(poll() == lines{"modified t/b"});
}

BOOST_AUTO_TEST_CASE(record_that_stays_unfound_ends_the_wait) {
    {
        auto const scope = own_write{reloader, path_list{"t/a"}, fakes::memory_file_system{}};
        files.write("t/a", "written in another file system");
    }
    BOOST_TEST(poll() == lines{"modified t/a"});
}

BOOST_AUTO_TEST_SUITE_END()
