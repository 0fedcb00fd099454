#include "host/settling.hpp"

#include "host/pacing.hpp"
#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using support::file;
using support::not_final;
using support::tree;

namespace {

// A run of looks at made-up trees, at times in milliseconds, with the defaults of `schedule`:
// quiet 75 ms, at the latest 1 s, emptied files 500 ms.
struct run {
    detail::settling changes{schedule{}};

    static time_point at(int milliseconds) {
        return time_point{1h} + std::chrono::milliseconds{milliseconds};
    }

    // Looks, and delivers what is ready: "modified a; " or "".
    std::string look(int milliseconds, snapshot seen) {
        changes.look(std::move(seen), at(milliseconds));
        auto const due = changes.ready(at(milliseconds), at(milliseconds));
        std::string text;
        for (change const& c : due) {
            text += std::string{to_string(c.kind)} + " " + c.path + "; ";
        }
        if (!due.empty()) changes.settled();
        return text;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(settling)

BOOST_AUTO_TEST_CASE(nothing_is_told_of_a_tree_that_stays) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(1)}})) == "");
    BOOST_TEST(r.look(5000, tree({{"a", file(1)}})) == "");
    BOOST_TEST((r.changes.next() == time_point::max()));
}

BOOST_AUTO_TEST_CASE(a_change_is_told_when_it_was_quiet) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(2)}})) == "");
    BOOST_TEST((r.changes.next() == run::at(75)));
    BOOST_TEST(r.look(74, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.look(75, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.look(999, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(one_quiet_period_covers_the_whole_set) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(2)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.look(60, tree({{"a", file(2)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.look(80, tree({{"a", file(2)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.look(135, tree({{"a", file(2)}, {"b", file(2)}})) == "modified a; modified b; ");
}

BOOST_AUTO_TEST_CASE(a_burst_is_told_at_the_latest_after_max_wait_again_and_again) {
    run r;
    r.changes.begin(tree({{"a", file(0)}}));
    int told = 0;
    for (int t = 1; t <= 3050; t += 20) told += !r.look(t, tree({{"a", file(t)}})).empty();
    BOOST_TEST(told == 3); // at 1001, 2021 and 3041
}

BOOST_AUTO_TEST_CASE(what_went_away_again_leaves_no_trace) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(1)}, {"a.swp", file(1)}})) == "");
    BOOST_TEST(r.look(70, tree({{"a", file(1)}})) == "");
    BOOST_TEST(!r.changes.is_due());
    BOOST_TEST(r.look(200, tree({{"a", file(1)}})) == "");
}

BOOST_AUTO_TEST_CASE(a_file_replaced_by_way_of_its_absence_is_modified_once) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.look(0, tree({})) == "");
    BOOST_TEST(r.look(50, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.look(125, tree({{"a", file(2)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(an_emptied_file_gets_longer) {
    run r;
    r.changes.begin(tree({{"a", file(1, 10)}, {"b", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(2, 0)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.look(300, tree({{"a", file(2, 0)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.look(400, tree({{"a", file(3, 9)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.look(475, tree({{"a", file(3, 9)}, {"b", file(1)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(an_emptied_file_that_stays_so_is_told) {
    run r;
    r.changes.begin(tree({{"a", file(1, 10)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(2, 0)}})) == "");
    BOOST_TEST(r.look(500, tree({{"a", file(2, 0)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(a_record_that_is_not_final_waits) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST(r.look(75, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST((r.changes.next() == run::at(79))); // a tick later
    BOOST_TEST(r.look(79, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.look(200, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(a_file_that_never_becomes_final_is_told_and_told_again_when_it_does) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    std::string told;
    for (int t = 0; t < 3000; t += 20) {
        BOOST_TEST(r.look(t, tree({{"a", not_final(file(2))}})) == "");
    }
    BOOST_TEST(r.look(3000, tree({{"a", not_final(file(2))}})) == "modified a; ");
    BOOST_TEST(r.look(3020, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST(r.look(3040, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.look(3115, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.look(9000, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(what_was_told_too_early_is_told_again_also_if_it_went_away_and_came_back) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.look(0, tree({{"a", not_final(file(2))}}));
    BOOST_TEST(r.look(3000, tree({{"a", not_final(file(2))}})) == "modified a; ");
    BOOST_TEST(r.look(3020, tree({})) == "");
    BOOST_TEST(r.look(3040, tree({{"a", not_final(file(2))}})) == "");
    BOOST_TEST(r.look(3060, tree({{"a", file(2)}})) == "");
    BOOST_TEST(r.look(3115, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.look(9000, tree({{"a", file(2)}})) == "");
}

BOOST_AUTO_TEST_CASE(what_is_owed_is_told_also_if_rules_took_it_out_when_it_became_final) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.look(0, tree({{"a", not_final(file(2))}}));
    BOOST_TEST(r.look(3000, tree({{"a", not_final(file(2))}})) == "modified a; ");
    BOOST_TEST(r.look(3100, tree({{"a", not_final(file(3))}})) == ""); // due once more
    snapshot_builder final_again;
    final_again.add("a", file(3));
    final_again.reveal("a");
    BOOST_TEST(r.look(3120, final_again.finish()) == "");
    BOOST_TEST(r.look(3200, tree({{"a", file(3)}})) == "modified a; ");
    BOOST_TEST(r.look(9000, tree({{"a", file(3)}})) == "");
}

BOOST_AUTO_TEST_CASE(a_baseline_that_is_not_final_is_told_when_it_is) {
    run r;
    r.changes.begin(tree({{"a", not_final(file(1))}, {"b", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", file(1)}, {"b", file(1)}})) == "");
    BOOST_TEST(r.look(75, tree({{"a", file(1)}, {"b", file(1)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(what_the_baseline_could_not_read_is_known_later_and_not_called_added) {
    auto const look = [](bool readable, int version) {
        snapshot_builder found;
        if (readable) found.add("d/a", file(version));
        if (!readable) found.add_error("d", make_error_code(std::errc::io_error), "open");
        return found.finish();
    };
    run r;
    r.changes.begin(look(false, 1));
    BOOST_TEST(r.look(0, look(false, 1)) == "");
    BOOST_TEST(r.look(1000, look(true, 1)) == "");
    BOOST_TEST(!r.changes.is_due());
    BOOST_TEST(r.look(2000, look(true, 2)) == "");
    BOOST_TEST(r.look(2075, look(true, 2)) == "modified d/a; ");
    BOOST_TEST(r.look(3000, tree({{"d/a", file(2)}, {"d/b", file(1)}})) == "");
    BOOST_TEST(r.look(3075, tree({{"d/a", file(2)}, {"d/b", file(1)}})) == "added d/b; ");
}

BOOST_AUTO_TEST_CASE(what_the_process_before_could_not_read_is_told_when_it_differs) {
    snapshot_builder found;
    found.add_error("d", make_error_code(std::errc::io_error), "open");
    run r;
    r.changes.resume(found.finish(tree({{"d/a", file(1)}})));
    BOOST_TEST(r.look(0, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "");
    BOOST_TEST(r.look(75, tree({{"d/a", file(1)}, {"d/b", file(1)}})) == "added d/b; ");
}

BOOST_AUTO_TEST_CASE(a_root_that_the_baseline_missed_is_added_when_it_appears) {
    snapshot_builder missing;
    missing.add_error("d", make_error_code(std::errc::no_such_file_or_directory), "find");
    run r;
    r.changes.begin(missing.finish());
    BOOST_TEST(r.look(0, tree({{"d/a", file(1)}})) == "");
    BOOST_TEST(r.look(75, tree({{"d/a", file(1)}})) == "added d/a; ");
}

BOOST_AUTO_TEST_CASE(a_hard_link_is_not_told_and_hides_no_later_edit) {
    auto linked = file(1);
    linked.links = 2;
    linked.ctime.seconds += 1;
    auto edited = linked; // same size, mtime put back
    edited.ctime.seconds += 1;
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", linked}})) == "");
    BOOST_TEST(!r.changes.is_due());
    BOOST_TEST(r.look(100, tree({{"a", edited}})) == "");
    BOOST_TEST(r.look(175, tree({{"a", edited}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(a_hard_link_while_something_else_is_due_hides_no_edit_either) {
    auto linked = file(1);
    linked.links = 2;
    linked.ctime.seconds += 1;
    auto edited = linked;
    edited.ctime.seconds += 1;
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    BOOST_TEST(r.look(0, tree({{"a", linked}, {"b", file(2)}})) == "");
    BOOST_TEST(r.look(50, tree({{"a", edited}, {"b", file(2)}})) == "");
    BOOST_TEST(r.look(125, tree({{"a", edited}, {"b", file(2)}})) == "modified a; modified b; ");
}

BOOST_AUTO_TEST_CASE(a_file_that_changes_while_it_is_told_is_told_again) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.look(0, tree({{"a", file(2)}}));
    BOOST_TEST(r.look(75, tree({{"a", file(2)}})) == "modified a; ");
    BOOST_TEST(r.look(80, tree({{"a", file(3)}})) == "");
    BOOST_TEST(r.look(155, tree({{"a", file(3)}})) == "modified a; ");
}

namespace {

// As that was, but for a directory `d` that could not be opened.
snapshot without_d(snapshot const& last, std::errc why) {
    snapshot_builder builder;
    if (last.contains("e")) builder.add("e", (*last.find("e")).record);
    builder.add_error("d", std::make_error_code(why), "open");
    return builder.finish(last);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_due_and_cannot_be_read_waits_until_it_can) {
    auto const after = tree({{"d/a", file(2)}, {"e", file(2)}});
    run r;
    r.changes.begin(tree({{"d/a", file(1)}, {"e", file(1)}}));
    r.look(0, after);
    BOOST_TEST(r.look(75, without_d(r.changes.latest(), std::errc::io_error)) == "");
    BOOST_TEST(r.look(200, after) == "modified d/a; modified e; ");
    BOOST_TEST(r.look(2000, after) == "");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_for_long_is_told_and_again_when_it_can_be_read) {
    auto const after = tree({{"d/a", file(2)}, {"e", file(2)}});
    run r;
    auto const unread = [&](std::errc why) { return without_d(r.changes.latest(), why); };
    r.changes.begin(tree({{"d/a", file(1)}, {"e", file(1)}}));
    r.look(0, after);
    BOOST_TEST(r.look(75, unread(std::errc::io_error)) == "");
    BOOST_TEST(r.look(3000, unread(std::errc::permission_denied)) ==
               "modified d/a; modified e; ");
    BOOST_TEST(r.look(3500, unread(std::errc::io_error)) == "");
    BOOST_TEST(r.look(4000, after) == "");
    BOOST_TEST(r.look(4075, after) == "modified d/a; ");
    BOOST_TEST(r.look(9000, after) == "");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_for_long_is_told_again_to_an_heir) {
    auto const now = tree({{"d/a", file(2)}, {"d/b", file(1)}});
    run before;
    before.changes.begin(tree({{"d/a", file(1)}, {"d/b", file(1)}}));
    before.look(0, now);
    BOOST_TEST(before.look(3000, without_d(now, std::errc::io_error)) == "modified d/a; ");
    run heir;
    heir.changes.resume(before.changes.latest());
    BOOST_TEST(heir.look(3100, now) == "");
    BOOST_TEST(heir.look(3175, now) == "modified d/a; ");
    BOOST_TEST(heir.look(9000, now) == "");
}

BOOST_AUTO_TEST_CASE(what_was_refused_stays_due_and_is_offered_after_growing_pauses) {
    detail::settling changes{schedule{}};
    changes.begin(tree({{"a", file(1)}}));
    changes.look(tree({{"a", file(2)}}), run::at(0));
    int offered = 0;
    int last = 0;
    for (int t = 0; t <= 20000; t += 5) {
        changes.look(tree({{"a", file(2)}}), run::at(t));
        if (changes.ready(run::at(t), run::at(t)).empty()) continue;
        changes.refused(run::at(t));
        ++offered;
        last = t;
    }
    // 75, then pauses of 100, 200, 400, 800, 1600, 3200, 5000, 5000 ...
    BOOST_TEST(offered == 9);
    BOOST_TEST(last == 75 + 100 + 200 + 400 + 800 + 1600 + 3200 + 2 * 5000);

    changes.look(tree({{"a", file(3)}}), run::at(20005));
    changes.look(tree({{"a", file(3)}}), run::at(20080));
    BOOST_TEST(!changes.ready(run::at(20080), run::at(20080)).empty(),
               "a new difference is offered at once");
}

BOOST_AUTO_TEST_CASE(what_was_due_stays_due_after_an_exception) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.changes.look(tree({{"a", file(2)}}), run::at(0));
    r.changes.look(tree({{"a", file(2)}}), run::at(75));
    BOOST_TEST(!r.changes.ready(run::at(75), run::at(75)).empty()); // and `settled` is not called
    BOOST_TEST(r.look(80, tree({{"a", file(2)}})) == "modified a; ");
}

BOOST_AUTO_TEST_SUITE(reasons)

namespace {

// Looks, and tells why what is ready was told when it was; delivers it.
std::string reasons_after_look(run& r, int milliseconds, snapshot seen) {
    r.changes.look(std::move(seen), run::at(milliseconds));
    auto const due = r.changes.ready(run::at(milliseconds), run::at(milliseconds));
    std::string text;
    for (change const& c : due) text += c.path + ": " + describe(c.history) + "\n";
    if (!due.empty()) r.changes.settled();
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_change_knows_when_it_was_seen_and_when_it_moved) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    r.look(0, tree({{"a", file(2)}, {"b", file(1)}}));
    r.look(40, tree({{"a", file(3)}, {"b", file(2)}}));
    BOOST_TEST(reasons_after_look(r, 120, tree({{"a", file(3)}, {"b", file(2)}})) ==
               "a: first seen 120 ms before, last changed 80 ms before, waited for quiet\n"
               "b: first seen 80 ms before, waited for quiet\n");
    r.look(2000, tree({{"a", file(4)}, {"b", file(2)}}));
    BOOST_TEST(reasons_after_look(r, 2075, tree({{"a", file(4)}, {"b", file(2)}})) ==
               "a: first seen 75 ms before, waited for quiet\n");
}

BOOST_AUTO_TEST_CASE(a_change_that_waited_for_nothing_says_so) {
    schedule at_once;
    at_once.quiet_period = at_once.empty_period = {};
    detail::settling changes{at_once};
    changes.begin(tree({{"a", file(1)}}));
    changes.look(tree({{"a", file(2, 0)}}), run::at(0));
    auto const due = changes.ready(run::at(0), run::at(0));
    BOOST_REQUIRE(due.size() == 1U);
    BOOST_TEST((due[0].history.waited_for == awaited::nothing));
    BOOST_TEST((due[0].history.delivered == run::at(0)));
}

BOOST_AUTO_TEST_CASE(a_burst_was_hurried) {
    run r;
    r.changes.begin(tree({{"a", file(0)}}));
    for (int t = 0; t < 1000; t += 50) r.look(t, tree({{"a", file(1 + t)}}));
    BOOST_TEST(reasons_after_look(r, 1000, tree({{"a", file(2000)}})) ==
               "a: first seen 1 s before, last changed 0 ms before, waited for quiet, "
               "delivered at the latest time allowed\n");
}

BOOST_AUTO_TEST_CASE(what_was_not_final_and_what_was_empty_is_remembered) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1, 9)}, {"c", file(1)}}));
    r.look(0, tree({{"a", not_final(file(2))}, {"b", file(2, 0)}, {"c", file(2)}}));
    r.look(20, tree({{"a", file(2)}, {"b", file(3, 7)}, {"c", file(2)}}));
    BOOST_TEST(
        reasons_after_look(r, 95, tree({{"a", file(2)}, {"b", file(3, 7)}, {"c", file(2)}})) ==
        "a: first seen 95 ms before, waited for quiet and for its record to be final\n"
        "b: first seen 95 ms before, last changed 75 ms before, waited for quiet and for an "
        "emptied file to be written\n"
        "c: first seen 95 ms before, waited for quiet\n");
}

BOOST_AUTO_TEST_CASE(an_edit_after_a_refusal_gets_a_quiet_period_and_not_the_rest_of_the_pause) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.look(0, tree({{"a", file(2)}}));
    for (int const t : {75, 175, 375, 775, 1575, 3175}) {
        r.changes.look(tree({{"a", file(2)}}), run::at(t)); // is offered again
        BOOST_TEST(!r.changes.ready(run::at(t), run::at(t)).empty());
        r.changes.refused(run::at(t));
    }
    BOOST_TEST(r.look(4000, tree({{"a", file(3)}})) == "");
    BOOST_TEST((r.changes.next() == run::at(4075)));
    BOOST_TEST(r.look(4075, tree({{"a", file(3)}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(without_a_limit_a_file_that_keeps_changing_is_delivered_when_it_is_quiet) {
    run r{detail::settling{schedule{.max_wait = detail::longest_time}}};
    r.changes.begin(tree({{"a", file(0)}, {"b", file(0)}}));
    int t = 1;
    for (; t <= 60'000; t += 50) {
        BOOST_TEST_REQUIRE(r.look(t, tree({{"a", file(t)}, {"b", file(1)}})) == "");
        auto const path = r.changes.take_overdue(run::at(t));
        BOOST_TEST_REQUIRE(path == (t == 10'001 ? "a" : ""));
    }
    BOOST_TEST(r.look(t + 25, tree({{"a", file(t - 50)}, {"b", file(1)}})) ==
               "modified a; modified b; ");
}

BOOST_AUTO_TEST_CASE(without_a_limit_a_record_is_waited_for_two_seconds_of_quiet) {
    run r{detail::settling{schedule{.max_wait = detail::longest_time}}};
    r.changes.begin(tree({{"a", file(0)}}));
    BOOST_TEST(r.look(0, tree({{"a", not_final(file(1))}})) == "");
    BOOST_TEST(r.look(1500, tree({{"a", not_final(file(1))}})) == "");
    BOOST_TEST(r.look(2075, tree({{"a", not_final(file(1))}})) == "modified a; ");
}

BOOST_AUTO_TEST_CASE(what_was_refused_waited_for_another_attempt) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.changes.look(tree({{"a", file(2)}}), run::at(0));
    r.changes.look(tree({{"a", file(2)}}), run::at(75));
    BOOST_REQUIRE(!r.changes.ready(run::at(75), run::at(75)).empty());
    r.changes.refused(run::at(75));
    BOOST_TEST(reasons_after_look(r, 175, tree({{"a", file(2)}})) ==
               "a: first seen 175 ms before, waited for quiet and for another attempt\n");
}

BOOST_AUTO_TEST_CASE(what_is_told_once_more_says_so) {
    run r;
    r.changes.begin(tree({{"a", not_final(file(1))}}));
    r.look(0, tree({{"a", file(1)}}));
    BOOST_TEST(reasons_after_look(r, 75, tree({{"a", file(1)}})) ==
               "a: first seen 75 ms before, waited for quiet, delivered again because its first "
               "record was not final\n");
}

BOOST_AUTO_TEST_CASE(a_difference_that_went_away_begins_anew) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    r.look(0, tree({{"a", not_final(file(2))}, {"b", file(2)}}));
    r.look(20, tree({{"a", file(1)}, {"b", file(2)}}));
    r.look(40, tree({{"a", file(2)}, {"b", file(2)}}));
    BOOST_TEST(reasons_after_look(r, 115, tree({{"a", file(2)}, {"b", file(2)}})) ==
               "a: first seen 75 ms before, waited for quiet\n"
               "b: first seen 115 ms before, waited for quiet\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rules_that_changed_while_something_is_due)

// `a` differs and is due; then rules change what is in view; then `b` differs too.
BOOST_AUTO_TEST_CASE(take_what_they_hide_out_of_it) {
    run r;
    r.changes.begin(tree({{"a", file(1)}, {"b", file(1)}}));
    r.look(0, tree({{"a", file(2)}, {"b", file(2)}}));
    snapshot_builder without_a;
    without_a.add("b", file(2));
    without_a.hide("a");
    BOOST_TEST(r.look(10, without_a.finish()) == "");
    BOOST_TEST(r.look(100, tree({{"b", file(2)}})) == "modified b; ");
}

BOOST_AUTO_TEST_CASE(what_they_reveal_was_there_all_along) {
    run r;
    r.changes.begin(tree({{"a", file(1)}}));
    r.look(0, tree({{"a", file(2)}}));
    snapshot_builder with_b;
    with_b.add("a", file(2));
    with_b.add("b", file(1));
    with_b.reveal("b");
    BOOST_TEST(r.look(10, with_b.finish()) == "");
    BOOST_TEST(r.look(20, tree({{"a", file(2)}, {"b", file(2)}})) == "");
    BOOST_TEST(r.look(100, tree({{"a", file(2)}, {"b", file(2)}})) == "modified a; modified b; ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE_END()
