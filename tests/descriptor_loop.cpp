#include <restat/detail/descriptor_loop.hpp>

#include "support/hinted_stage.hpp"

#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>

// The descriptor of a reloader for the event loop of a host, with fakes. A fake clock stands still
// until the test advances it, so the test asks for the descriptor again.
using namespace restat;
using namespace std::chrono_literals;
using namespace tests;

namespace {

long open_descriptors() {
    std::filesystem::directory_iterator const all{"/proc/self/fd"};
    return std::distance(begin(all), end(all));
}

// The expiry of a timer that is due takes a moment.
bool is_readable(int descriptor, std::chrono::nanoseconds patience = 0ns) {
    return detail::wait_readable(descriptor, -1, detail::monotonic_now() + patience);
}

struct waiting_host : hinted_stage<scripted_clock> {
    waiting_host() { events->open(); }

    int descriptor() { return reloader.descriptor(); }
    bool is_due() { return is_readable(descriptor(), 100ms); }
    bool is_idle() { return !is_readable(descriptor()); }
    void pass(std::chrono::nanoseconds time) { clock.time.advance(time); }
    /// Polls while the descriptor is readable, as the loop of a host.
    int poll_while_due() {
        int polls = 0;
        while (polls < 100 && is_due()) reloader.poll(), ++polls;
        return polls;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(descriptor_loops, waiting_host)

BOOST_AUTO_TEST_CASE(host_that_never_asks_pays_no_descriptor) {
    auto const before = open_descriptors();
    begin();
    reloader.poll();
    BOOST_TEST(open_descriptors() == before);
    BOOST_TEST(descriptor() == descriptor());
    BOOST_TEST(open_descriptors() > before);
    BOOST_TEST(::fcntl(descriptor(), F_GETFD) == FD_CLOEXEC);
}

BOOST_AUTO_TEST_CASE(reloader_without_a_baseline_is_due) {
    BOOST_TEST(is_due());
    BOOST_TEST(poll_while_due() == 1);
    BOOST_TEST(reloader.has_baseline());
    BOOST_TEST(is_idle());
}

BOOST_AUTO_TEST_CASE(baseline_arms_the_descriptor) {
    int const ready = descriptor();
    begin();
    reloader.poll();
    BOOST_TEST(!is_readable(ready));
    pass(10s);
    reloader.baseline();
    BOOST_TEST(!is_readable(ready));
}

BOOST_AUTO_TEST_CASE(saved_baseline_is_compared_at_once) {
    begin();
    auto known = reloader.delivered();
    waiting_host other;
    other.edit("t/7/a");
    other.descriptor();
    BOOST_TEST(other.reloader.resume(std::move(known)));
    BOOST_TEST(other.is_due());
}

BOOST_AUTO_TEST_CASE(descriptor_is_readable_when_the_next_scan_is_due) {
    begin();
    poll_while_due();
    hears.passes = 0;
    for (int interval = 0; interval < 3; ++interval) {
        BOOST_TEST(is_idle());
        pass(10s);
        BOOST_TEST(is_due());
        BOOST_TEST(poll_while_due() == 1);
    }
    BOOST_TEST(hears.passes == 3);
}

BOOST_AUTO_TEST_CASE(pending_change_is_due_after_its_quiet_period) {
    begin();
    poll_while_due();
    edit("t/7/a");
    BOOST_TEST((reloader.poll().state == poll_state::settling));
    BOOST_TEST(is_idle());
    pass(schedule{}.quiet_period);
    BOOST_TEST(poll_while_due() == 1);
    BOOST_TEST(deliveries.size() == 1U);
    BOOST_TEST(is_idle());
}

BOOST_AUTO_TEST_CASE(hint_wakes_the_host_which_checks_the_hinted_path_alone) {
    begin();
    poll_while_due();
    hears.passes = 0;
    BOOST_TEST(is_idle());
    int const ready = descriptor();
    edit("t/7/a");
    events->check("t/7/a");
    BOOST_TEST(is_readable(ready));
    files_checked = files.calls(testing::file_call::stat);
    reloader.poll();
    BOOST_TEST(!is_readable(ready));
    BOOST_TEST(checked() <= 4U);
    pass(schedule{}.quiet_period);
    poll_while_due();
    BOOST_TEST(deliveries.size() == 1U);
    BOOST_TEST(hears.passes == 0);
}

BOOST_AUTO_TEST_CASE(event_without_a_hint_costs_no_scan) {
    begin();
    poll_while_due();
    files_checked = files.calls(testing::file_call::stat);
    events->raise();
    BOOST_TEST(is_due());
    reloader.poll();
    BOOST_TEST(checked() == 0U);
    BOOST_TEST(is_idle());
}

// A descriptor that stays readable must not keep the loop awake.
BOOST_AUTO_TEST_CASE(descriptor_that_stays_readable_is_left_out_for_a_while) {
    begin();
    poll_while_due();
    events->stays_readable = true;
    int const ready = descriptor();
    events->raise();
    BOOST_TEST(is_readable(ready));
    reloader.poll();
    BOOST_TEST(!is_readable(ready));
    pass(10ms);
    BOOST_TEST(is_due());
}

BOOST_AUTO_TEST_CASE(poll_without_a_wake_up_scans_everything) {
    begin();
    poll_while_due();
    hears.passes = 0;
    BOOST_TEST(is_idle());
    edit("t/7/a");
    BOOST_TEST((reloader.poll().state == poll_state::settling));
    BOOST_TEST(hears.passes == 1);
}

BOOST_AUTO_TEST_CASE(exception_of_a_callback_leaves_the_descriptor_armed) {
    begin();
    during = [] { throw std::runtime_error{"no such shader"}; };
    int const ready = descriptor();
    edit("t/7/a");
    reloader.poll();
    pass(schedule{}.quiet_period);
    BOOST_CHECK_THROW(reloader.poll(), std::runtime_error);
    BOOST_TEST(!is_readable(ready));
    pass(10s);
    BOOST_TEST(poll_while_due() >= 1);
    BOOST_TEST(deliveries.size() == 2U);
}

BOOST_AUTO_TEST_CASE(failed_scan_is_not_due_at_once) {
    begin();
    poll_while_due();
    pass(10s);
    BOOST_TEST(is_due());
    files.fail(testing::file_call::list, std::errc::too_many_files_open);
    std::error_code error;
    reloader.poll(error);
    BOOST_TEST(is_idle());
}

BOOST_AUTO_TEST_CASE(callback_may_poll_without_harm) {
    begin();
    poll_state inner{};
    during = [&] { inner = reloader.poll().state; };
    edit("t/7/a");
    reloader.poll();
    pass(schedule{}.quiet_period);
    BOOST_TEST((reloader.poll().state == poll_state::delivered));
    BOOST_TEST((inner == poll_state::busy));
}

BOOST_AUTO_TEST_CASE(slices_arm_the_descriptor_until_their_scan_ends) {
    descriptor();
    std::error_code error;
    int slices = 0;
    files.set_cost(testing::file_call::stat, 100us);
    for (; slices < 1000 && !reloader.has_baseline(); ++slices) {
        pass(10ms); // the pause of a slice
        BOOST_TEST_REQUIRE(is_due());
        reloader.poll_for(1ms, error);
    }
    BOOST_TEST(slices > 3);
    BOOST_TEST(slices < 1000);
    BOOST_TEST(is_idle());
    edit("t/7/a");
    events->check("t/7/a");
    BOOST_TEST(is_due());
    for (int n = 0; n < 1000 && deliveries.empty(); ++n) {
        if (is_due()) reloader.poll_for(1ms, error);
        pass(10ms);
    }
    BOOST_TEST(deliveries.size() == 1U);
    BOOST_TEST((clock.now() - deliveries[0].at < 1s));
}

BOOST_AUTO_TEST_CASE(refused_descriptor_is_an_error_and_polls_go_on) {
    begin();
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
    std::error_code error;
    int const refused = reloader.descriptor(error);
    BOOST_CHECK_THROW((void)reloader.descriptor(), reload_error);
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(refused == -1);
    BOOST_TEST((error == std::errc::too_many_files_open));
    BOOST_TEST((reloader.poll().state == poll_state::unchanged));
    BOOST_TEST(descriptor() >= 0);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct stepped_program {
    int ready = detail::open_event();
    int starts = 0;
    int steps = 0;
    int offers = 0;
    std::chrono::nanoseconds pause = (std::chrono::nanoseconds::max)(); // until the next step
    bool throws = false;
    bool has_descriptor = true;
};

/// A strategy with a program that needs steps.
struct stepping_restart {
    stepped_program* of;

    restart_result restart(change_set const&, std::error_code&) {
        ++of->offers;
        return restart_result::restarted;
    }
    void start(time_point) { ++of->starts; }
    supervision supervise(time_point now) {
        ++of->steps;
        detail::lower_event(of->ready);
        if (of->throws) throw std::runtime_error{"no such process"};
        bool const waits = of->pause != (std::chrono::nanoseconds::max)();
        return {supervision::state::running, waits ? now + of->pause : (time_point::max)(),
                false};
    }
    void stop(time_point) {}
    int descriptor() const { return of->has_descriptor ? of->ready : -1; }
};

struct supervising_host {
    supervising_host() {
        files.follow(clock);
        files.write("t/a");
        clock.advance(1s);
        descriptor = reloader.descriptor();
        for (int n = 0; n < 100 && is_due(); ++n) reloader.poll();
        program.steps = 0;
    }
    ~supervising_host() { detail::close_event(program.ready); }

    bool is_due() { return is_readable(reloader.descriptor(), 100ms); }
    std::size_t scans() const { return files.calls(testing::file_call::list); }

    stepped_program program;
    testing::memory_file_system files;
    testing::manual_clock clock;
    basic_reloader<basic_tree_enumerator<testing::memory_file_system>,
                   verdict (*)(candidate const&) noexcept, testing::manual_clock,
                   stepping_restart>
        reloader{basic_tree_enumerator<testing::memory_file_system>{"t", {}, files}, keep, clock,
                 stepping_restart{&program}, schedule{.interval = 10s}};
    int descriptor = -1;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(descriptors_of_a_program, supervising_host)

BOOST_AUTO_TEST_CASE(program_starts_once_after_the_baseline) {
    BOOST_TEST(program.starts == 1);
    reloader.poll();
    BOOST_TEST(program.starts == 1);
    BOOST_TEST(!is_readable(descriptor));
}

BOOST_AUTO_TEST_CASE(event_of_the_program_leads_to_a_step_and_no_scan) {
    auto const before = scans();
    detail::raise_event(program.ready);
    BOOST_TEST(is_readable(descriptor));
    reloader.poll();
    BOOST_TEST(program.steps == 1);
    BOOST_TEST(scans() == before);
    BOOST_TEST(!is_readable(descriptor));
}

BOOST_AUTO_TEST_CASE(next_step_of_the_program_is_due_at_its_time) {
    program.pause = 1s;
    reloader.poll();
    BOOST_TEST(!is_readable(descriptor));
    auto const before = scans();
    clock.advance(1s);
    BOOST_TEST(is_due());
    BOOST_TEST(scans() == before);
}

BOOST_AUTO_TEST_CASE(delivery_is_followed_by_a_step) {
    files.write("t/a", "more");
    reloader.poll();
    clock.advance(schedule{}.quiet_period);
    BOOST_TEST(is_due());
    program.steps = 0;
    reloader.poll();
    BOOST_TEST(program.offers == 1);
    BOOST_TEST(program.steps == 1);
}

BOOST_AUTO_TEST_CASE(program_without_a_descriptor_gets_a_step_every_20_ms) {
    program.has_descriptor = false;
    reloader.poll();
    BOOST_TEST(!is_readable(descriptor));
    clock.advance(20ms);
    auto const before = scans();
    program.steps = 0;
    BOOST_TEST(is_due());
    reloader.poll();
    BOOST_TEST(program.steps >= 1);
    BOOST_TEST(scans() == before);
}

BOOST_AUTO_TEST_CASE(exception_of_a_step_is_followed_by_a_pause) {
    program.throws = true;
    detail::raise_event(program.ready);
    reloader.poll();
    BOOST_TEST((reloader.failure() != nullptr));
    BOOST_TEST(!is_readable(descriptor));
    detail::raise_event(program.ready);
    BOOST_TEST(!is_readable(descriptor));
}

BOOST_AUTO_TEST_SUITE_END()
