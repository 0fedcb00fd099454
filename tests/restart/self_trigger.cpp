#include "restart/self_trigger.hpp"

#include <restat/matcher/glob_matcher.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

struct fixture {
    self_trigger it;
    time_point now{1h};

    void starts(std::chrono::nanoseconds after = 0ns, stamp clock = {}) {
        it.started(now += after, clock);
    }
    // One path, told `after`, which was changed so long after `clock`.
    bool holds_stamped(stamp clock, std::chrono::milliseconds delay,
                       std::chrono::nanoseconds after = 300ms) {
        change what{change_kind::modified, "a", fields::size, {}, {}};
        auto const whole = std::chrono::floor<std::chrono::seconds>(delay);
        what.after = {.type = file_type::regular};
        what.after.ctime = {clock.seconds + whole.count(),
                            static_cast<std::uint32_t>(1'000'000 * (delay - whole).count())};
        return it.suspends(change_set{{what}}, now += after);
    }
    bool holds(std::vector<std::string> const& paths, std::chrono::nanoseconds after = 300ms) {
        std::vector<change> all;
        for (auto const& path : paths) {
            all.push_back({change_kind::modified, path, fields::size, {}, {}});
        }
        return it.suspends(change_set{std::move(all)}, now += after);
    }
    // Starts, each followed soon by changes of these paths; true if one was held back.
    bool starts_followed_by(std::vector<std::string> const& paths, int times) {
        for (int i = 0; i < times; ++i) {
            starts();
            if (holds(paths)) return true;
        }
        return false;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(self_trigger_, fixture)

BOOST_AUTO_TEST_CASE(nothing_is_held_back_before_a_start) { BOOST_TEST(!holds({"a"})); }

// As a program that moves its file away at each start: either name is its doing.
BOOST_AUTO_TEST_CASE(a_rename_counts_by_both_names) {
    auto const starts_that_rename = [&](bool to_a_new_name) {
        it.reset();
        for (int i = 1; i < 20; ++i) {
            starts();
            change what{change_kind::renamed,
                        "out/log." + std::to_string(to_a_new_name ? i : 0),
                        fields::ctime,
                        {},
                        {}};
            what.from = "out/log";
            if (it.suspends(change_set{{what}}, now += 300ms)) return i;
        }
        return 0;
    };
    BOOST_TEST(starts_that_rename(false) == 3);
    BOOST_TEST(it.named() == (names{"out/log", "out/log.0"}));
    BOOST_TEST(starts_that_rename(true) == 10);
    BOOST_TEST(it.named() == names{"out/log"});
}

BOOST_AUTO_TEST_CASE(the_third_start_in_a_row_is_one_too_many) {
    BOOST_TEST(!starts_followed_by({"a"}, 2));
    BOOST_TEST(!it.is_suspended());
    BOOST_TEST(starts_followed_by({"a"}, 1));
    BOOST_TEST(it.is_suspended());
    BOOST_TEST(it.named() == names{"a"});
}

BOOST_AUTO_TEST_CASE(what_changes_later_is_an_edit) {
    for (int i = 0; i < 10; ++i) {
        starts();
        BOOST_TEST(!holds({"a"}, 2s));
    }
}

BOOST_AUTO_TEST_CASE(one_start_without_it_begins_anew) {
    starts_followed_by({"a"}, 2);
    starts();
    BOOST_TEST(!holds({"b"}));
    BOOST_TEST(!starts_followed_by({"a"}, 2));
    starts();
    starts(); // after which nothing changed
    BOOST_TEST(!starts_followed_by({"a"}, 2));
}

// Of the later ones nothing is seen while the program is ended for the first.
BOOST_AUTO_TEST_CASE(files_that_are_written_one_after_the_other_do_not_resume_for_ever) {
    int starts_in_all = 0;
    int resumed = 0;
    auto const is_suspended_for_good = [&] {
        for (starts(); !holds({"a"}); starts()) ++starts_in_all;
        return holds({"b"}, 400ms) && holds({"c"}, 400ms);
    };
    while (!is_suspended_for_good() && resumed < 20) ++resumed;
    BOOST_TEST(resumed == 4); // twice for each
    BOOST_TEST(starts_in_all <= 15);
    BOOST_TEST(holds({"b", "c"}, 100ms));
    BOOST_TEST(!holds({"d"}, 100ms)); // an edit
}

BOOST_AUTO_TEST_CASE(edits_soon_after_starts_that_are_suspended_are_not_as_regular) {
    for (int i = 1; i < 10; ++i) {
        BOOST_TEST(starts_followed_by({"a"}, 3));
        BOOST_TEST(!holds({"b"}, 150ms * (i % 3)));
    }
    for (int i = 1; i < 10; ++i) {
        BOOST_TEST(starts_followed_by({"a"}, 3));
        BOOST_TEST(!holds({"b"}, i % 3 == 0 ? 2s : 400ms)); // or come later
    }
}

BOOST_AUTO_TEST_CASE(only_what_changed_after_all_of_them_is_suspected) {
    starts_followed_by({"a", "b"}, 1);
    starts_followed_by({"b", "c"}, 1);
    starts();
    BOOST_TEST(!holds({"a"}));
    BOOST_TEST(holds({"b"}, 0ms));
    BOOST_TEST(it.named() == names{"b"});
}

BOOST_AUTO_TEST_CASE(what_changes_in_several_batches_after_one_start_counts_once) {
    starts();
    for (int i = 0; i < 5; ++i) BOOST_TEST(!holds({"a"}, 100ms));
    starts();
    for (int i = 0; i < 5; ++i) BOOST_TEST(!holds({"a"}, 100ms));
    starts();
    BOOST_TEST(holds({"a"}, 100ms));
}

BOOST_AUTO_TEST_CASE(another_path_lets_all_go) {
    starts_followed_by({"a"}, 3);
    BOOST_TEST(holds({"a"}));
    BOOST_TEST(!holds({"a", "b"}));
    BOOST_TEST(!it.is_suspended());
    BOOST_TEST(!starts_followed_by({"a"}, 2)); // and it begins anew
}

BOOST_AUTO_TEST_CASE(so_does_a_wish) {
    starts_followed_by({"a"}, 3);
    it.reset();
    BOOST_TEST(!holds({"a"}));
}

BOOST_AUTO_TEST_CASE(who_is_not_regular_is_a_person_up_to_the_tenth_time) {
    int seen = 0;
    for (bool held = false; !held && seen < 100; ++seen) {
        starts();
        held = holds({"a"}, 300ms + 150ms * (seen % 3));
    }
    BOOST_TEST(seen == 10);
}

BOOST_AUTO_TEST_CASE(what_is_written_all_the_time_is_held_back_the_tenth_time) {
    int seen = 0;
    for (bool held = false; !held && seen < 100; ++seen) {
        starts();
        change what{change_kind::modified, "a", fields::size, {}, {}};
        what.why = {.told = now + 1s, .hurried = true};
        held = it.suspends(change_set{{what}}, now += 1s);
    }
    BOOST_TEST(seen == 10);
}

BOOST_AUTO_TEST_CASE(a_slow_program_may_be_less_regular) {
    starts(), holds({"a"}, 1600ms);
    starts(), holds({"a"}, 1700ms);
    starts();
    BOOST_TEST(holds({"a"}, 1800ms));
}

BOOST_AUTO_TEST_CASE(different_files_one_after_the_other_are_edits) {
    for (int i = 0; i < 14; ++i) {
        starts();
        BOOST_TEST(!holds({"file" + std::to_string(i)}, 50ms));
    }
    for (int i = 0; i < 14; ++i) {
        starts();
        BOOST_TEST(!holds({i % 3 == 0 ? "a" : "b"}, 50ms), i);
    }
}

BOOST_AUTO_TEST_CASE(the_stamp_tells_when_it_was_written_and_not_the_look) {
    stamp const clock{1'000'000, 0};
    for (auto const told : {100ms, 900ms}) { // by a program, and looked at seldom
        starts(0ns, clock);
        BOOST_TEST(!holds_stamped(clock, 20ms, told));
    }
    starts(0ns, clock);
    BOOST_TEST(holds_stamped(clock, 20ms, 30s));
    it.reset();
    for (auto const delay : {20ms, 400ms, 800ms, 50ms}) { // by hand, and told by the clock
        starts(0ns, clock);
        BOOST_TEST(!holds_stamped(clock, delay, 1s));
    }
}

BOOST_AUTO_TEST_CASE(it_may_be_what_the_run_before_wrote_when_it_was_asked_to_end) {
    stamp const clock{1'000'000, 0};
    for (int i = 0; i < 2; ++i) {
        starts(0ns, clock);
        BOOST_TEST(!holds_stamped(clock, -40ms));
    }
    starts(0ns, clock);
    BOOST_TEST(holds_stamped(clock, -40ms));
}

BOOST_AUTO_TEST_CASE(the_stamp_of_another_clock_says_nothing) {
    stamp const clock{1'000'000, 0};
    for (int i = 0; i < 2; ++i) {
        starts(0ns, clock);
        BOOST_TEST(!holds_stamped({clock.seconds + 3600 * (i + 1), 0}, 0ms));
    }
    starts(0ns, clock);
    BOOST_TEST(holds_stamped({-5'000'000'000'000, 0}, 0ms));
}

BOOST_AUTO_TEST_CASE(what_was_written_before_it_ended_by_itself_was_soon) {
    for (int i = 0; i < 3; ++i) {
        starts();
        it.ended(now + 10s);
        BOOST_TEST(holds({"a"}, 9s) == (i == 2));
    }
    it.reset();
    for (int i = 0; i < 5; ++i) {
        starts();
        it.ended(now + 3s);
        BOOST_TEST(!holds({"a"}, 9s));
    }
}

BOOST_AUTO_TEST_CASE(the_same_path_resumes_after_a_while_that_grows_each_time_it_was_wrong) {
    starts_followed_by({"a"}, 3);
    std::chrono::nanoseconds expected = self_trigger::soon;
    for (int i = 0; i < 12; ++i) {
        BOOST_TEST(holds({"a"}, expected - 1ns));
        BOOST_TEST(holds({"a"}, expected - 1ns)); // was not left alone
        BOOST_TEST(!holds({"a"}, expected));
        BOOST_TEST(!it.is_suspended());
        starts();
        BOOST_TEST(holds({"a"})); // by the program again
        expected = std::min<std::chrono::nanoseconds>(expected * 2, self_trigger::longest_while);
    }
    holds({"b"});
    starts_followed_by({"a"}, 3);
    BOOST_TEST(!holds({"a"}, self_trigger::soon)); // all was forgotten
}

BOOST_AUTO_TEST_CASE(a_new_name_each_time_does_not_hide_it_for_ever) {
    int starts_seen = 0;
    for (bool held = false; !held && starts_seen < 100; ++starts_seen) {
        starts();
        held = holds({"log", "tmp." + std::to_string(starts_seen)});
    }
    BOOST_TEST(starts_seen == 10);
    BOOST_TEST(it.named() == names{"log"});
    BOOST_TEST(!holds({"main.cpp"}));
}

BOOST_AUTO_TEST_CASE(the_rule_matches_these_paths_and_not_their_neighbours) {
    std::vector<names> const all = {
        {"a/b c.txt"},
        {"a[1]*?{x,y}\\"},
        {"a,b", "c}", "d{e"},
        {"build/a", "build/b", "build/c/d", "build/e", "build/f"},
        {"a", "b", "c", "d", "e"},
    };
    for (auto const& those : all) {
        glob_matcher const rule{glob_of(those)};
        for (auto const& path : those) {
            auto const at = path.rfind('/');
            BOOST_TEST(int(rule({path, at == path.npos ? 0 : at + 1})) == int(verdict::include),
                       path);
        }
        for (std::string const path : {"a1*", "ab", "builds/f", "src/a/g", "c"}) {
            bool const is_one = std::find(those.begin(), those.end(), path) != those.end();
            auto const at = path.rfind('/');
            bool const matches = rule({path, at == path.npos ? 0 : at + 1}) == verdict::include;
            BOOST_TEST(matches == is_one, path);
        }
    }
    BOOST_TEST(glob_of({"build/a", "build/b", "build/c/d", "build/e", "build/f"}) == "build/**");
}

BOOST_AUTO_TEST_SUITE_END()
