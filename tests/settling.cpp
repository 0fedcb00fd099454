#include "host/settling.hpp"

#include "host/pacing.hpp"
#include "support/records.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace restat;
using namespace std::chrono_literals;
using support::file;
using support::not_final;
using support::tree;

namespace {

// A series of scans of made-up trees, at times in milliseconds, with the defaults of `schedule`:
// quiet period 75 ms, `max_wait` 1 s, quiet period of emptied files 500 ms.
struct run {
    detail::settling changes{schedule{}};

    static time_point at(int milliseconds) {
        return time_point{1h} + std::chrono::milliseconds{milliseconds};
    }

    // Merges a snapshot and delivers the ready changes. Returns "modified a; " or "".
    std::string scan(int milliseconds, snapshot seen) {
        changes.merge(std::move(seen), at(milliseconds));
        auto const ready = changes.ready(at(milliseconds), at(milliseconds));
        std::string text;
        for (change const& c : ready) {
            text += std::string{to_string(c.kind)} + " " + c.path + "; ";
        }
        if (!ready.empty()) changes.settled();
        return text;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(settling)

BOOST_AUTO_TEST_CASE(unchanged_tree_causes_no_delivery) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(1)}})) == "");
    BOOST_TEST(r.scan(5000, tree({{"a", file(1)}})) == "");
    BOOST_TEST((r.changes.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(change_is_delivered_after_the_quiet_period) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(2)}})) == "");
    BOOST_TEST((r.changes.next() == run::at(75)));
    BOOST_TEST(r.scan(74, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.scan(75, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.scan(999, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(quiet_period_covers_the_whole_set) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(2)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.scan(60, tree({{"a", file(2)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.scan(80, tree({{"a", file(2)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.scan(135, tree({{"a", file(2)}, {"b", file(2)}})) == "modified a; modified b; ");
}

BOOST_AUTO_TEST_CASE(burst_is_delivered_after_each_max_wait) {
    run r;
    r.changes.begin(tree({{"a", file(0)}}));
    int delivered = 0;
    for (int t = 1; t <= 3050; t += 20) delivered += !r.scan(t, tree({{"a", file(t)}})).empty();
    BOOST_TEST(delivered == 3); // at 1001, 2021 and 3041
}

BOOST_AUTO_TEST_CASE(short_lived_file_leaves_no_trace) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(1)}, {"a.swp", file(1)}})) == "");
    BOOST_TEST(r.scan(70, tree({{"a", file(1)}})) == "");
    BOOST_TEST(!r.changes.has_pending());
    BOOST_TEST(r.scan(200, tree({{"a", file(1)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_removed_and_created_again_is_modified_once) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({})) == "");
    BOOST_TEST(r.scan(50, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.scan(125, tree({{"a", file(2)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(emptied_file_gets_a_longer_quiet_period) {
    run r;
    r.changes.begin(tree({{"a", file(1, 10)}, {"b", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(2, 0)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.scan(300, tree({{"a", file(2, 0)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.scan(400, tree({{"a", file(3, 9)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.scan(475, tree({{"a", file(3, 9)}, {"b", file(1)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(file_that_stays_empty_is_delivered) {
    run r;
    r.changes.begin(tree({{"a", file(1, 10)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(2, 0)}})) == "");
    BOOST_TEST(r.scan(500, tree({{"a", file(2, 0)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(record_that_is_not_final_waits) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST(r.scan(75, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST((r.changes.next() == run::at(79))); // a tick of 4 ms later
    BOOST_TEST(r.scan(79, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.scan(200, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_without_a_final_record_is_delivered_and_redelivered_once_final) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    std::string delivered;
    for (int t = 0; t < 3000; t += 20) {
        BOOST_TEST(r.scan(t, tree({{"a", not_final(file(2))}})) == "");
    }
    BOOST_TEST(r.scan(3000, tree({{"a", not_final(file(2))}})) == "modified a; ");
    BOOST_TEST(r.scan(3020, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST(r.scan(3040, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.scan(3115, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.scan(9000, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(early_delivery_is_repeated_even_after_a_removal_and_return) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.scan(0, tree({{"a", not_final(file(2))}}));
    BOOST_TEST(r.scan(3000, tree({{"a", not_final(file(2))}})) == "modified a; ");
    BOOST_TEST(r.scan(3020, tree({})) == "");
    BOOST_TEST(r.scan(3040, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST(r.scan(3060, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.scan(3115, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.scan(9000, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_revealed_with_its_final_record_is_still_redelivered) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.scan(0, tree({{"a", not_final(file(2))}}));
    BOOST_TEST(r.scan(3000, tree({{"a", not_final(file(2))}})) == "modified a; ");
    BOOST_TEST(r.scan(3100, tree({{"a", not_final(file(3))}})) == ""); // pending again
    snapshot_builder final_again;
    final_again.add("a", file(3));
    final_again.reveal("a");
    BOOST_TEST(r.scan(3120, final_again.finish()) == "");
    BOOST_TEST(r.scan(3200, tree({{"a", file(3)}})) == "modified a; ");
    BOOST_TEST(r.scan(9000, tree({{"a", file(3)}})) == "");
}

BOOST_AUTO_TEST_CASE(baseline_record_that_is_not_final_is_delivered_once_final) {
    run r;
    r.changes.begin(tree({{"a", not_final(file(1))}, {"b", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", file(1)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.scan(75, tree({{"a", file(1)}, {"b", file(1)}})) == "modified a; ");
}

namespace {

snapshot with_revealed(char const* path, stat_record const& record) {
    snapshot_builder found;
    found.add("a", file(1));
    found.add(path, record);
    found.reveal(path);
    return found.finish();
}

} // namespace

BOOST_AUTO_TEST_CASE(file_revealed_before_its_final_record_is_delivered_once_final) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, with_revealed("b", not_final(file(1)))) == "");
    BOOST_TEST(!r.changes.has_pending());
    BOOST_TEST(to_string(r.changes.watch_state_of("b", run::at(0))).find("not final") !=
               std::string::npos);
    BOOST_TEST(r.scan(1000, tree({{"a", file(1)}, {"b", not_final(file(1))}})) == "");
    BOOST_TEST(r.scan(2000, tree({{"a", file(1)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.scan(2075, tree({{"a", file(1)}, {"b", file(1)}})) == "modified b; ");
    BOOST_TEST(r.scan(9000, tree({{"a", file(1)}, {"b", file(1)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_revealed_and_edited_before_its_final_record_is_delivered_once) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, with_revealed("b", not_final(file(1)))) == "");
    BOOST_TEST(r.scan(20, tree({{"a", file(1)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.scan(95, tree({{"a", file(1)}, {"b", file(2)}})) == "modified b; ");
    BOOST_TEST(r.scan(9000, tree({{"a", file(1)}, {"b", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_revealed_before_its_final_record_and_removed_is_removed_once) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, with_revealed("b", not_final(file(1)))) == "");
    BOOST_TEST(r.scan(1000, tree({{"a", file(1)}})) == "");
    BOOST_TEST(r.scan(1075, tree({{"a", file(1)}})) == "removed b; ");
    BOOST_TEST(r.scan(9000, tree({{"a", file(1)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_readable_before_its_final_record_is_delivered_once_final) {
    snapshot_builder unread;
    unread.add_error("d", make_error_code(std::errc::io_error), "open");
    run r;
    r.changes.begin(unread.finish());
    BOOST_TEST(r.scan(0, tree({{"d/a", not_final(file(1))}, {"d/b", file(1)}})) == "");
    BOOST_TEST(!r.changes.has_pending());
    BOOST_TEST(r.scan(1000, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "");
    BOOST_TEST(r.scan(1075, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "modified d/a; ");
    BOOST_TEST(r.scan(9000, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "");
}

BOOST_AUTO_TEST_CASE(file_unreadable_in_the_baseline_becomes_known_without_an_addition) {
    auto const look = [](bool readable, int version) {
        snapshot_builder found;
        if (readable) found.add("d/a", file(version));
        if (!readable) found.add_error("d", make_error_code(std::errc::io_error), "open");
        return found.finish();
    };
    run r;
    r.changes.begin(look(false, 1));
    BOOST_TEST(r.scan(0, look(false, 1)) == "");
    BOOST_TEST(r.scan(1000, look(true, 1)) == "");
    BOOST_TEST(!r.changes.has_pending());
    BOOST_TEST(r.scan(2000, look(true, 2)) == "");
    BOOST_TEST(r.scan(2075, look(true, 2)) == "modified d/a; ");
    BOOST_TEST(r.scan(3000, tree({{"d/a", file(2)}, {"d/b", file(1)}})) == "");
    BOOST_TEST(r.scan(3075, tree({{"d/a", file(2)}, {"d/b", file(1)}})) == "added d/b; ");
}

BOOST_AUTO_TEST_CASE(new_file_below_an_inherited_read_error_is_delivered) {
    snapshot_builder found;
    found.add_error("d", make_error_code(std::errc::io_error), "open");
    run r;
    r.changes.resume(found.finish(tree({{"d/a", file(1)}})));
    BOOST_TEST(r.scan(0, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "");
    BOOST_TEST(r.scan(75, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "added d/b; ");
}

BOOST_AUTO_TEST_CASE(root_missing_in_the_baseline_is_added_when_it_appears) {
    snapshot_builder missing;
    missing.add_error("d", make_error_code(std::errc::no_such_file_or_directory), "find");
    run r;
    r.changes.begin(missing.finish());
    BOOST_TEST(r.scan(0, tree({{"d/a", file(1)}})) == "");
    BOOST_TEST(r.scan(75, tree({{"d/a", file(1)}})) == "added d/a; ");
}

BOOST_AUTO_TEST_CASE(hard_link_is_not_delivered_and_hides_no_later_edit) {
    auto linked = file(1);
    linked.links = 2;
    linked.ctime.seconds += 1;
    auto edited = linked; // same size, mtime restored
    edited.ctime.seconds += 1;
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", linked}})) == "");
    BOOST_TEST(!r.changes.has_pending());
    BOOST_TEST(r.scan(100, tree({{"a", edited}})) == "");
    BOOST_TEST(r.scan(175, tree({{"a", edited}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(symbolic_link_is_compared_with_its_last_delivered_record) {
    auto const linked = [](int version) {
        auto link = file(version);
        link.type = file_type::symlink;
        snapshot_builder found;
        found.add(entry{"l", file(1), link});
        return found.finish();
    };
    run r;
    r.changes.begin(linked(1));
    BOOST_TEST(r.scan(0, linked(2)) == "");
    BOOST_TEST(r.scan(40, linked(1)) == ""); // the link is back
    BOOST_TEST(r.scan(500, linked(1)) == "");
    BOOST_TEST(r.scan(600, linked(2)) == "");
    BOOST_TEST(r.scan(675, linked(2)) == "modified l; ");
}

BOOST_AUTO_TEST_CASE(hard_link_during_another_pending_change_hides_no_edit) {
    auto linked = file(1);
    linked.links = 2;
    linked.ctime.seconds += 1;
    auto edited = linked;
    edited.ctime.seconds += 1;
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", linked}, {"b", file(2)}})) == "");
    BOOST_TEST(r.scan(50, tree({{"a", edited}, {"b", file(2)}})) == "");
    BOOST_TEST(r.scan(125, tree({{"a", edited}, {"b", file(2)}})) == "modified a; modified b; ");
}

BOOST_AUTO_TEST_CASE(hard_link_made_while_a_file_was_away_is_not_delivered) {
    auto linked = file(1);
    linked.links = 2;
    linked.ctime.seconds += 1;
    run r;
    r.changes.begin(tree({{"d/a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({})) == "");
    BOOST_TEST(r.scan(50, tree({{"d/a", linked}})) == "");
    BOOST_TEST(!r.changes.has_pending());
    BOOST_TEST(r.scan(200, tree({{"d/a", linked}})) == "");
}

BOOST_AUTO_TEST_CASE(hard_link_of_a_pending_edit_with_its_mtime_put_back_hides_no_edit) {
    auto edited = file(1);
    edited.ctime.seconds += 1;
    auto linked = edited;
    linked.links = 2;
    linked.ctime.seconds += 1;
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.scan(0, tree({{"a", edited}})) == "");
    BOOST_TEST(r.scan(50, tree({{"a", linked}})) == "");
    BOOST_TEST(r.scan(125, tree({{"a", linked}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(file_changed_during_its_delivery_is_delivered_again) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.scan(0, tree({{"a", file(2)}}));
    BOOST_TEST(r.scan(75, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.scan(80, tree({{"a", file(3)}})) == "");
    BOOST_TEST(r.scan(155, tree({{"a", file(3)}})) == "modified a; ");
}

namespace {

// Returns a snapshot equal to `last`, but with an error at the open of directory `d`.
snapshot without_d(snapshot const& last, std::errc why) {
    snapshot_builder builder;
    if (last.contains("e")) builder.add("e", (*last.find("e")).record);
    builder.add_error("d", std::make_error_code(why), "open");
    return builder.finish(last);
}

} // namespace

BOOST_AUTO_TEST_CASE(pending_file_that_is_unreadable_waits_until_it_is_readable) {
    auto const after = tree({{"d/a", file(2)}, {"e", file(2)}});
    run r;
    r.changes.begin(tree({{"d/a", file(1)}, {"e", file(1)}}));
    r.scan(0, after);
    BOOST_TEST(r.scan(75, without_d(r.changes.latest(), std::errc::io_error)) == "");
    BOOST_TEST(r.scan(200, after) == "modified d/a; modified e; ");
    BOOST_TEST(r.scan(2000, after) == "");
}

BOOST_AUTO_TEST_CASE(file_unreadable_for_long_is_delivered_and_redelivered_once_readable) {
    auto const after = tree({{"d/a", file(2)}, {"e", file(2)}});
    run r;
    auto const unread = [&](std::errc why) { return without_d(r.changes.latest(), why); };
    r.changes.begin(tree({{"d/a", file(1)}, {"e", file(1)}}));
    r.scan(0, after);
    BOOST_TEST(r.scan(75, unread(std::errc::io_error)) == "");
    BOOST_TEST(r.scan(3000, unread(std::errc::permission_denied)) ==
               "modified d/a; modified e; ");
    BOOST_TEST(r.scan(3500, unread(std::errc::io_error)) == "");
    BOOST_TEST(r.scan(4000, after) == "");
    BOOST_TEST(r.scan(4075, after) == "modified d/a; ");
    BOOST_TEST(r.scan(9000, after) == "");
}

BOOST_AUTO_TEST_CASE(file_unreadable_for_long_is_redelivered_after_a_handoff) {
    auto const now = tree({{"d/a", file(2)}, {"d/b", file(1)}});
    run before;
    before.changes.begin(tree({{"d/a", file(1)}, {"d/b", file(1)}}));
    before.scan(0, now);
    BOOST_TEST(before.scan(3000, without_d(now, std::errc::io_error)) == "modified d/a; ");
    run successor;
    successor.changes.resume(before.changes.latest());
    BOOST_TEST(successor.scan(3100, now) == "");
    BOOST_TEST(successor.scan(3175, now) == "modified d/a; ");
    BOOST_TEST(successor.scan(9000, now) == "");
}

BOOST_AUTO_TEST_CASE(refused_change_stays_pending_and_is_offered_after_growing_pauses) {
    detail::settling changes{schedule{}};
    changes.begin(tree({{"a", file(1)}}));
    changes.merge(tree({{"a", file(2)}}), run::at(0));
    int offered = 0;
    int last = 0;
    for (int t = 0; t <= 20000; t += 5) {
        changes.merge(tree({{"a", file(2)}}), run::at(t));
        if (changes.ready(run::at(t), run::at(t)).empty()) continue;
        changes.refused(run::at(t));
        ++offered;
        last = t;
    }
    // The first offer is at 75 ms; pauses of 100, 200, 400, 800, 1600, 3200, 5000, 5000 ms follow.
    BOOST_TEST(offered == 9);
    BOOST_TEST(last == 75 + 100 + 200 + 400 + 800 + 1600 + 3200 + 2 * 5000);

    changes.merge(tree({{"a", file(3)}}), run::at(20005));
    changes.merge(tree({{"a", file(3)}}), run::at(20080));
    BOOST_TEST(!changes.ready(run::at(20080), run::at(20080)).empty(),
               "a new difference is offered at once");
}

BOOST_AUTO_TEST_CASE(pending_change_stays_pending_after_an_exception) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.changes.merge(tree({{"a", file(2)}}), run::at(0));
    r.changes.merge(tree({{"a", file(2)}}), run::at(75));
    BOOST_TEST(!r.changes.ready(run::at(75), run::at(75)).empty()); // no `settled` follows
    BOOST_TEST(r.scan(80, tree({{"a", file(2)}})) == "modified a; ");
}

BOOST_AUTO_TEST_SUITE(reasons)

namespace {

// Merges a snapshot and delivers the ready changes. Returns the history of each change.
std::string reasons_after_look(run& r, int milliseconds, snapshot seen) {
    r.changes.merge(std::move(seen), run::at(milliseconds));
    auto const ready = r.changes.ready(run::at(milliseconds), run::at(milliseconds));
    std::string text;
    for (change const& c : ready) text += c.path + ": " + to_string(c.history) + "\n";
    if (!ready.empty()) r.changes.settled();
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(change_knows_when_it_was_first_seen_and_last_changed) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    r.scan(0, tree({{"a", file(2)}, {"b", file(1)}}));
    r.scan(40, tree({{"a", file(3)}, {"b", file(2)}}));
    BOOST_TEST(reasons_after_look(r, 120, tree({{"a", file(3)}, {"b", file(2)}})) ==
               "a: first seen 120 ms before, last changed 80 ms before, waited for quiet\n"
               "b: first seen 80 ms before, waited for quiet\n");
    r.scan(2000, tree({{"a", file(4)}, {"b", file(2)}}));
    BOOST_TEST(reasons_after_look(r, 2075, tree({{"a", file(4)}, {"b", file(2)}})) ==
               "a: first seen 75 ms before, waited for quiet\n");
}

BOOST_AUTO_TEST_CASE(change_without_a_wait_waited_for_nothing) {
    schedule at_once;
    at_once.quiet_period = at_once.empty_period = {};
    detail::settling changes{at_once};
    changes.begin(tree({{"a", file(1)}}));
    changes.merge(tree({{"a", file(2, 0)}}), run::at(0));
    auto const ready = changes.ready(run::at(0), run::at(0));
    BOOST_REQUIRE(ready.size() == 1U);
    BOOST_TEST((ready[0].history.waited_for == awaited::nothing));
    BOOST_TEST((ready[0].history.delivered == run::at(0)));
}

BOOST_AUTO_TEST_CASE(burst_is_delivered_at_the_latest_time) {
    run r;
    r.changes.begin(tree({{"a", file(0)}}));
    for (int t = 0; t < 1000; t += 50) r.scan(t, tree({{"a", file(1 + t)}}));
    BOOST_TEST(reasons_after_look(r, 1000, tree({{"a", file(2000)}})) ==
               "a: first seen 1 s before, last changed 0 ms before, waited for quiet, "
               "delivered at the latest time allowed\n");
}

BOOST_AUTO_TEST_CASE(waits_for_a_final_record_and_for_content_are_recorded) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1, 9)}, {"c", file(1)}}));
    r.scan(0, tree({{"a", not_final(file(2))}, {"b", file(2, 0)}, {"c", file(2)}}));
    r.scan(20, tree({{"a", file(2)}, {"b", file(3, 7)}, {"c", file(2)}}));
    BOOST_TEST(
        reasons_after_look(r, 95, tree({{"a", file(2)}, {"b", file(3, 7)}, {"c", file(2)}})) ==
        "a: first seen 95 ms before, waited for quiet and for its record to be final\n"
        "b: first seen 95 ms before, last changed 75 ms before, waited for quiet and for an "
        "emptied file to be written\n"
        "c: first seen 95 ms before, waited for quiet\n");
}

BOOST_AUTO_TEST_CASE(edit_after_a_refusal_gets_a_quiet_period_and_ends_the_pause) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.scan(0, tree({{"a", file(2)}}));
    for (int const t : {75, 175, 375, 775, 1575, 3175}) {
        r.changes.merge(tree({{"a", file(2)}}), run::at(t)); // the change is offered again
        BOOST_TEST(!r.changes.ready(run::at(t), run::at(t)).empty());
        r.changes.refused(run::at(t));
    }
    BOOST_TEST(r.scan(4000, tree({{"a", file(3)}})) == "");
    BOOST_TEST((r.changes.next() == run::at(4075)));
    BOOST_TEST(r.scan(4075, tree({{"a", file(3)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(busy_file_without_a_limit_is_delivered_after_the_quiet_period) {
    run r{detail::settling{schedule{.max_wait = detail::longest_time}}};
    r.changes.begin(tree({{"a", file(0)}, {"b", file(0)}}));
    int t = 1;
    for (; t <= 60'000; t += 50) {
        BOOST_TEST_REQUIRE(r.scan(t, tree({{"a", file(t)}, {"b", file(1)}})) == "");
        auto const path = r.changes.take_overdue(run::at(t));
        BOOST_TEST_REQUIRE(path == (t == 10'001 ? "a" : ""));
    }
    BOOST_TEST(r.scan(t + 25, tree({{"a", file(t - 50)}, {"b", file(1)}})) ==
               "modified a; modified b; ");
}

BOOST_AUTO_TEST_CASE(final_record_without_a_limit_is_awaited_for_two_seconds_of_quiet) {
    run r{detail::settling{schedule{.max_wait = detail::longest_time}}};
    r.changes.begin(tree({{"a", file(0)}}));
    BOOST_TEST(r.scan(0, tree({{"a", not_final(file(1))}})) == "");
    BOOST_TEST(r.scan(1500, tree({{"a", not_final(file(1))}})) == "");
    BOOST_TEST(r.scan(2075, tree({{"a", not_final(file(1))}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(refused_change_waited_for_another_attempt) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.changes.merge(tree({{"a", file(2)}}), run::at(0));
    r.changes.merge(tree({{"a", file(2)}}), run::at(75));
    BOOST_REQUIRE(!r.changes.ready(run::at(75), run::at(75)).empty());
    r.changes.refused(run::at(75));
    BOOST_TEST(reasons_after_look(r, 175, tree({{"a", file(2)}})) ==
               "a: first seen 175 ms before, waited for quiet and for another attempt\n");
}

BOOST_AUTO_TEST_CASE(redelivered_change_reports_the_redelivery) {
    run r;
    r.changes.begin(tree({{"a", not_final(file(1))}}));
    r.scan(0, tree({{"a", file(1)}}));
    BOOST_TEST(reasons_after_look(r, 75, tree({{"a", file(1)}})) ==
               "a: first seen 75 ms before, waited for quiet, delivered because an earlier "
               "record was not final\n");
}

BOOST_AUTO_TEST_CASE(undone_change_that_returns_starts_a_new_history) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    r.scan(0, tree({{"a", not_final(file(2))}, {"b", file(2)}}));
    r.scan(20, tree({{"a", file(1)}, {"b", file(2)}}));
    r.scan(40, tree({{"a", file(2)}, {"b", file(2)}}));
    BOOST_TEST(reasons_after_look(r, 115, tree({{"a", file(2)}, {"b", file(2)}})) ==
               "a: first seen 75 ms before, waited for quiet\n"
               "b: first seen 115 ms before, waited for quiet\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rule_changes_during_a_pending_change)

// `a` has a pending change; then the rules change the view; then `b` changes, too.
BOOST_AUTO_TEST_CASE(pending_file_hidden_by_new_rules_is_dropped) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    r.scan(0, tree({{"a", file(2)}, {"b", file(2)}}));
    snapshot_builder without_a;
    without_a.add("b", file(2));
    without_a.hide("a");
    BOOST_TEST(r.scan(10, without_a.finish()) == "");
    BOOST_TEST(r.scan(100, tree({{"b", file(2)}})) == "modified b; ");
}

BOOST_AUTO_TEST_CASE(file_revealed_by_new_rules_is_not_added) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.scan(0, tree({{"a", file(2)}}));
    snapshot_builder with_b;
    with_b.add("a", file(2));
    with_b.add("b", file(1));
    with_b.reveal("b");
    BOOST_TEST(r.scan(10, with_b.finish()) == "");
    BOOST_TEST(r.scan(20, tree({{"a", file(2)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.scan(100, tree({{"a", file(2)}, {"b", file(2)}})) == "modified a; modified b; ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(delivered_paths_are_freed_a_few_at_a_time) {
    std::vector<std::pair<std::string, stat_record>> many;
    for (int i = 0; i < 200; ++i) many.emplace_back("t/f" + std::to_string(1000 + i), file(1));
    snapshot_builder into;
    for (auto const& [path, record] : many) into.add(path, record);
    run r;
    r.changes.begin({});
    r.changes.merge(into.finish(), run::at(0));
    auto due = r.changes.ready(run::at(2000), run::at(2000));
    BOOST_TEST_REQUIRE(due.size() == 200U);
    r.changes.settled();
    int items = 1;
    while (r.changes.free_some()) ++items;
    BOOST_TEST(items > 20);
    BOOST_TEST(items <= 200);
    r.changes.free_later(std::move(due));
    int changes = 1;
    while (r.changes.free_some()) ++changes;
    BOOST_TEST(changes > 20);
    BOOST_TEST(changes <= 200);
}

// In slices, the last snapshot stays for a while. After a whole scan, its memory is free at once.
BOOST_AUTO_TEST_CASE(replaced_snapshot_is_freed_in_parts) {
    testing::memory_file_system files;
    files.write("t/a");
    files.advance(1s);
    basic_tree_enumerator<testing::memory_file_system> walk{{"t"}, {}, files};
    constexpr struct {
        verdict operator()(candidate const&) const noexcept { return verdict::none; }
    } all{};
    std::error_code error;
    snapshot_update found;
    run r;
    r.changes.begin({});
    for (auto const* name : {"t/a_name_that_needs_memory", "t/another_name"}) {
        files.write(name);
        files.advance(1s);
        found.begin(r.changes.latest());
        walk.refresh(all, found, error);
        BOOST_REQUIRE(!error);
        r.changes.begin_merge(found, run::at(0), detail::settling::extent::all);
        while (r.changes.step()) continue;
    }
    int parts = 0;
    while (r.changes.free_some()) ++parts;
    BOOST_TEST(parts == 3);

    files.write("t/d");
    files.advance(1s);
    found.begin(r.changes.latest());
    walk.refresh(all, found, error);
    r.changes.merge(found, run::at(1000));
    BOOST_TEST(r.changes.latest().size() == 4U);
    BOOST_TEST(!r.changes.free_some());
}

BOOST_AUTO_TEST_SUITE_END()
