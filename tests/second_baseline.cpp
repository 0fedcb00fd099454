#include <restat/basic_reloader.hpp>

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Baselines that fail or are stopped, and calls from inside a callback.
using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

/// A clock whose waits take no real time.
struct jumping_clock {
    struct waiting {
        int waits = 0;
        std::function<void()> act = [] {};
    };

    time_point now() const noexcept { return real.now(); }
    wake wait_until(time_point when, std::stop_token stop) const {
        ++of->waits;
        of->act();
        if (stop.stop_requested()) return wake::stopped;
        if (when > real.now()) real.advance(when - real.now());
        return wake::deadline;
    }

    testing::manual_clock real;
    std::shared_ptr<waiting> of = std::make_shared<waiting>();
};

/// Fails a single scan.
struct failing_walk {
    using walk = basic_tree_enumerator<memory_file_system>;

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        tree.enumerate(matcher, into, error);
    }
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error) {
        tree.refresh(matcher, update, error);
        if (--*fails_in == 0) error = std::make_error_code(std::errc::io_error);
    }

    walk tree;
    std::shared_ptr<int> fails_in = std::make_shared<int>(0); // scans
};

struct text_rules {
    bool hides_text = false;
    verdict operator()(candidate const& c) const noexcept {
        return hides_text && c.path.ends_with(".txt") ? verdict::exclude : verdict::none;
    }
};

struct acting_restart {
    restart_result restart(change_set const& changes, std::error_code&) {
        for (change const& one : changes)
            told->push_back(std::string{to_string(one.kind)} + " " + one.path);
        if (*act) (*act)();
        return restart_result::restarted;
    }
    std::shared_ptr<std::vector<std::string>> told = std::make_shared<std::vector<std::string>>();
    std::shared_ptr<std::function<void()>> act = std::make_shared<std::function<void()>>();
};

struct rebased {
    explicit rebased(std::vector<std::string> of) : first_roots{std::move(of)} {
        files.follow(clock.real);
        for (auto const* path : {"t/a/one.txt", "t/a/two.c", "u/three.c"}) files.write(path);
        clock.real.advance(1s);
        reloader.baseline();
    }
    std::vector<std::string>& roots() { return reloader.enumerator().tree.roots(); }

    /// Takes a baseline right after a write, so its first attempt is not final.
    std::error_code baseline(int fails_in) {
        files.write("t/a/two.c", "more");
        *walk_fails_in = fails_in;
        std::error_code error;
        reloader.baseline(error);
        return error;
    }
    std::vector<std::string> settle() {
        for (int i = 0; i < 4; ++i) {
            clock.real.advance(61s);
            reloader.poll();
        }
        return std::exchange(*restart.told, {});
    }

    jumping_clock clock;
    memory_file_system files{4ms};
    std::vector<std::string> first_roots;
    std::shared_ptr<int> walk_fails_in = std::make_shared<int>(0);
    acting_restart restart;
    basic_reloader<failing_walk, text_rules, jumping_clock, acting_restart> reloader{
        failing_walk{failing_walk::walk{first_roots, {}, files}, walk_fails_in}, text_rules{true},
        clock, restart, schedule{.interval = 60s}};
};

using texts = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(a_second_baseline)

BOOST_AUTO_TEST_CASE(failed_baseline_keeps_the_interval) {
    for (int const attempt : {1, 2}) {
        rebased world{{"t"}};
        BOOST_TEST((world.baseline(attempt) == std::errc::io_error));
        BOOST_TEST(world.clock.of->waits == attempt - 1);
        for (int i = 0; i < 3; ++i) {
            world.clock.real.advance(1s);
            auto const result = world.reloader.poll();
            if (result.state != poll_state::unchanged) continue;
            BOOST_TEST((result.next - world.clock.now() > 10s), attempt);
        }
        BOOST_TEST((world.settle() == texts{"modified t/a/two.c"}), attempt);
    }
}

BOOST_AUTO_TEST_CASE(failed_baseline_reports_no_file_of_other_roots) {
    for (int const attempt : {1, 2}) {
        for (bool const adds : {true, false}) {
            rebased world{adds ? texts{"t"} : texts{"t", "u"}};
            adds ? world.roots().push_back("u") : world.roots().pop_back();
            BOOST_TEST((world.baseline(attempt) == std::errc::io_error));
            BOOST_TEST(world.settle() == texts{"modified t/a/two.c"},
                       boost::test_tools::per_element());
            world.files.write("t/a/two.c", "edited again");
            world.files.write("u/three.c", "edited again");
            auto const both = texts{"modified t/a/two.c", "modified u/three.c"};
            BOOST_TEST((world.settle() == (adds ? both : texts{"modified t/a/two.c"})),
                       attempt << adds);
        }
    }
}

BOOST_AUTO_TEST_CASE(stopped_baseline_is_an_error) {
    rebased world{{"t"}};
    world.clock.of->act = [&] { world.reloader.stop(); };
    BOOST_TEST((world.baseline(0) == std::errc::operation_canceled));
    BOOST_TEST(world.clock.of->waits == 1);
}

BOOST_AUTO_TEST_CASE(baseline_of_a_second_attempt_has_new_roots_and_rules) {
    for (bool const adds : {true, false}) {
        rebased world{adds ? texts{"t"} : texts{"t", "u"}};
        world.reloader.change_matcher([](text_rules& rules) { rules.hides_text = false; });
        adds ? world.roots().push_back("u") : world.roots().pop_back();
        BOOST_TEST(!world.baseline(0));
        BOOST_TEST(world.clock.of->waits > 0);
        BOOST_TEST(world.reloader.latest().size() == (adds ? 3U : 2U));
        BOOST_TEST((world.settle() == texts{}), adds);
        world.files.write("t/a/one.txt", "edited");
        world.files.write("t/a/two.c", "edited");
        BOOST_TEST((world.settle() == texts{"modified t/a/one.txt", "modified t/a/two.c"}), adds);
        adds ? world.roots().pop_back() : world.roots().push_back("u");
        BOOST_TEST((world.settle() == texts{}), adds);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_call_inside_a_callback)

BOOST_AUTO_TEST_CASE(run_and_baseline_are_refused) {
    rebased world{{"t"}};
    std::error_code of_run;
    std::error_code of_baseline;
    world.clock.of->act = [&] {
        if (world.clock.of->waits > 100) world.reloader.stop();
    };
    *world.restart.act = [&] {
        world.reloader.baseline(of_baseline);
        world.reloader.run({}, of_run);
    };
    world.files.write("t/a/two.c", "more");
    BOOST_TEST((world.settle() == texts{"modified t/a/two.c"}));
    BOOST_TEST((of_run == std::errc::device_or_resource_busy), of_run.message());
    BOOST_TEST((of_baseline == std::errc::device_or_resource_busy), of_baseline.message());
    BOOST_TEST(world.clock.of->waits == 0);
    *world.restart.act = {};
    world.files.write("t/a/two.c", "once more");
    BOOST_TEST((world.settle() == texts{"modified t/a/two.c"}));
}

BOOST_AUTO_TEST_SUITE_END()
