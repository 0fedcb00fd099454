#include <restat/restart/restart_strategy.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>

#include "support/records.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>

using namespace restat;
using namespace std::chrono_literals;

namespace {

struct tree {
    std::map<std::string, stat_record> files;
};

struct enumerator {
    std::shared_ptr<tree> of;

    void enumerate(matcher_ref, snapshot_builder& found, std::error_code&) const {
        for (auto const& [path, record] : of->files) found.add(path, record);
    }
};

// Suspends the chosen paths until the chosen moment.
struct suspending {
    std::shared_ptr<std::vector<std::string>> offers =
        std::make_shared<std::vector<std::string>>();
    std::shared_ptr<time_point> until = std::make_shared<time_point>();
    testing::manual_clock clock;

    restart_result restart(change_set const& changes, std::error_code& error) const {
        std::string paths;
        for (change const& what : changes) paths += what.path + ' ';
        offers->push_back(paths);
        if (clock.now() >= *until) return restart_result::restarted;
        error = errc::restart_suspended;
        return restart_result::suspended;
    }
    time_point suspended_until() const noexcept { return *until; }
};
static_assert(suspending_strategy<suspending>);

verdict everything(candidate const&) noexcept { return verdict::none; }

struct fixture {
    std::shared_ptr<tree> files = std::make_shared<tree>();
    testing::manual_clock clock;
    suspending strategy{.clock = clock};
    basic_reloader<enumerator, verdict (*)(candidate const&) noexcept, testing::manual_clock,
                   suspending>
        reloader{enumerator{files}, everything, clock, strategy, schedule{.interval = 250ms}};

    fixture() {
        clock.advance(1h);
        files->files = {{"a", support::file(1)}, {"b", support::file(1)}};
        reloader.poll();
    }
    // Polls for this time, as often as a host.
    void poll_for(std::chrono::nanoseconds length) {
        for (auto const end = clock.now() + length; clock.now() < end;) {
            auto const next = std::min(end, reloader.poll().next);
            clock.advance(std::max<std::chrono::nanoseconds>(next - clock.now(), 1ms));
        }
    }
    std::vector<std::string> offered() { return std::exchange(*strategy.offers, {}); }
};

using lines = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(suspending_strategy_, fixture)

BOOST_AUTO_TEST_CASE(a_suspended_change_stays_pending_and_is_offered_again_at_its_moment) {
    *strategy.until = clock.now() + 30s;
    files->files["a"] = support::file(2);
    poll_for(29s);
    BOOST_TEST(offered() == lines{"a "}, boost::test_tools::per_element());
    auto const of = reloader.watch_state_of("a");
    BOOST_TEST((of.is == watch_state::state::pending));
    BOOST_TEST((of.waits_for == awaited::guard));
    BOOST_TEST((of.next == *strategy.until));
    BOOST_TEST(to_string(of).find("waits for the restart-loop guard, which restarts in ") !=
               std::string::npos);
    poll_for(2s);
    BOOST_TEST(offered() == lines{"a "}, boost::test_tools::per_element());
    BOOST_TEST((reloader.watch_state_of("a").is == watch_state::state::unchanged));
    poll_for(1min);
    BOOST_TEST(offered().empty());
}

BOOST_AUTO_TEST_CASE(another_edit_is_offered_with_the_suspended_change) {
    *strategy.until = clock.now() + 30s;
    files->files["a"] = support::file(2);
    poll_for(5s);
    offered();
    files->files["b"] = support::file(2);
    poll_for(600ms);
    BOOST_TEST(offered() == lines{"a b "}, boost::test_tools::per_element());
    *strategy.until = clock.now();
    files->files["b"] = support::file(3);
    poll_for(600ms);
    BOOST_TEST(offered() == lines{"a b "}, boost::test_tools::per_element());
}

// The edit waits although the longest wait of the first edit is over.
BOOST_AUTO_TEST_CASE(edit_beside_a_suspended_change_has_its_quiet_period) {
    *strategy.until = clock.now() + 30s;
    files->files["a"] = support::file(2);
    poll_for(5s);
    offered();
    for (int i = 2; i < 10; ++i) {
        files->files["b"] = support::file(i);
        reloader.poll();
        clock.advance(30ms);
    }
    BOOST_TEST(offered().empty());
    poll_for(600ms);
    BOOST_TEST(offered() == lines{"a b "}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(change_undone_while_suspended_is_not_offered) {
    *strategy.until = clock.now() + 30s;
    files->files["a"] = support::file(2);
    poll_for(5s);
    offered();
    files->files["a"] = support::file(1);
    poll_for(1min);
    BOOST_TEST(offered().empty());
}

BOOST_AUTO_TEST_CASE(reporting_strategy_has_the_observer_of_its_reloader) {
    struct reporting {
        observer** last;
        restart_result restart(change_set const&, std::error_code&) const {
            return restart_result::restarted;
        }
        void observe(observer* who) const { *last = who; }
    };
    static_assert(reporting_strategy<reporting>);
    static_assert(!reporting_strategy<suspending>);
    observer listener;
    observer* last = nullptr;
    basic_reloader watched{enumerator{std::make_shared<tree>()}, everything,
                           testing::manual_clock{}, reporting{&last}};
    watched.observe(&listener);
    BOOST_TEST(last == &listener);
    watched.observe(nullptr);
    BOOST_TEST(last == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
