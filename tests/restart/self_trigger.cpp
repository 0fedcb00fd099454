#include "restart/self_trigger.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

struct fixture {
    self_trigger it;
    time_point now{1h};

    void starts(std::chrono::nanoseconds after = 0ns) { it.started(now += after); }
    bool holds(std::vector<std::string> const& paths, std::chrono::nanoseconds after = 300ms) {
        std::vector<change> all;
        for (auto const& path : paths) {
            all.push_back({change_kind::modified, path, fields::size, {}, {}});
        }
        return it.holds(change_set{std::move(all)}, now += after);
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

BOOST_AUTO_TEST_CASE(the_third_start_in_a_row_is_one_too_many) {
    BOOST_TEST(!starts_followed_by({"a"}, 2));
    BOOST_TEST(!it.is_holding());
    BOOST_TEST(starts_followed_by({"a"}, 1));
    BOOST_TEST(it.is_holding());
    BOOST_TEST(it.path() == "a");
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

BOOST_AUTO_TEST_CASE(only_what_changed_after_all_of_them_is_suspected) {
    starts_followed_by({"a", "b"}, 1);
    starts_followed_by({"b", "c"}, 1);
    starts();
    BOOST_TEST(!holds({"a"}));
    BOOST_TEST(holds({"b"}));
    BOOST_TEST(it.path() == "b");
}

BOOST_AUTO_TEST_CASE(what_changes_in_several_batches_after_one_start_counts_once) {
    starts();
    for (int i = 0; i < 5; ++i) BOOST_TEST(!holds({"a"}, 100ms));
    starts();
    for (int i = 0; i < 5; ++i) BOOST_TEST(!holds({"a"}, 100ms));
    starts();
    BOOST_TEST(holds({"a"}));
}

BOOST_AUTO_TEST_CASE(another_path_lets_all_go) {
    starts_followed_by({"a"}, 3);
    BOOST_TEST(holds({"a"}));
    BOOST_TEST(!holds({"a", "b"}));
    BOOST_TEST(!it.is_holding());
    BOOST_TEST(!starts_followed_by({"a"}, 2)); // and it begins anew
}

BOOST_AUTO_TEST_CASE(so_does_a_wish) {
    starts_followed_by({"a"}, 3);
    it.reset();
    BOOST_TEST(!holds({"a"}));
}

BOOST_AUTO_TEST_CASE(the_while_grows_each_time_it_was_wrong_to_let_go) {
    starts_followed_by({"a"}, 3);
    std::chrono::nanoseconds expected = self_trigger::soon;
    for (int i = 0; i < 12; ++i) {
        BOOST_TEST((it.until() - now == expected - 300ms));
        BOOST_TEST(holds({"a"}, expected - 300ms));
        it.let_go();
        BOOST_TEST(!it.is_holding());
        starts();
        BOOST_TEST(holds({"a"}));
        expected = std::min<std::chrono::nanoseconds>(expected * 2, self_trigger::longest_hold);
    }
}

BOOST_AUTO_TEST_CASE(a_new_name_each_time_does_not_hide_it_for_ever) {
    int starts_seen = 0;
    for (bool held = false; !held && starts_seen < 100; ++starts_seen) {
        starts();
        held = holds({"log", "tmp." + std::to_string(starts_seen)});
    }
    BOOST_TEST(starts_seen == 10);
    BOOST_TEST(it.path() == "log");
    BOOST_TEST(!holds({"main.cpp"}));
}

BOOST_AUTO_TEST_CASE(the_rule_matches_the_path_alone) {
    BOOST_TEST(glob_of("a/b c.txt") == "a/b c.txt");
    BOOST_TEST(glob_of("a[1]*?{x,y}\\") == "a\\[1]\\*\\?\\{x,y}\\\\");
}

BOOST_AUTO_TEST_SUITE_END()
