#include <restat/reloader_guard.hpp>

#include <boost/test/unit_test.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/error.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

using restat::reloader_guard;

namespace {

// A stand-in for a reloader, with the members used by a guard.
struct watcher {
    bool has_baseline() const { return has_one; }
    void baseline() {
        ++baselines;
        baseline_thread = std::this_thread::get_id();
        if (fails) throw std::runtime_error{"no baseline"};
    }
    void run(std::stop_token stop) {
        run_thread = std::this_thread::get_id();
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        if (exits) std::exit(7);
        running = true;
        running.notify_all();
        while (waits && !stop.stop_requested()) std::this_thread::yield();
        if (throws) throw std::runtime_error{"from a callback"};
        ended = true;
    }

    std::exception_ptr failure() const noexcept { return last; }

    std::exception_ptr last;
    sigset_t mask{};
    bool exits = false;
    bool has_one = false;
    bool fails = false;
    bool waits = true;
    bool throws = false;
    std::atomic<int> baselines = 0;
    std::atomic<bool> running = false;
    std::atomic<bool> ended = false;
    std::thread::id baseline_thread;
    std::thread::id run_thread;
};

} // namespace

BOOST_AUTO_TEST_SUITE(reloader_guards)

BOOST_AUTO_TEST_CASE(baseline_is_taken_in_the_constructor_of_the_guard) {
    watcher watched;
    reloader_guard const guard{watched};
    BOOST_TEST(watched.baselines == 1);
    BOOST_TEST((watched.baseline_thread == std::this_thread::get_id()));
}

// A new baseline would hide edits made since the first baseline.
BOOST_AUTO_TEST_CASE(existing_baseline_is_kept) {
    watcher watched;
    watched.has_one = true;
    reloader_guard const guard{watched};
    BOOST_TEST(watched.baselines == 0);
}

BOOST_AUTO_TEST_CASE(guard_watches_on_its_own_thread_until_destruction) {
    watcher watched;
    {
        reloader_guard const guard{watched};
        watched.running.wait(false);
        BOOST_TEST(!watched.ended);
        BOOST_TEST((guard.failure() == nullptr));
    }
    BOOST_TEST(watched.ended);
    BOOST_TEST((watched.run_thread != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(failed_baseline_makes_no_guard) {
    watcher watched;
    watched.fails = true;
    BOOST_CHECK_THROW(reloader_guard const guard{watched}, std::runtime_error);
    BOOST_TEST(!watched.running);
}

BOOST_AUTO_TEST_CASE(exception_survived_by_run_is_reported_while_run_continues) {
    watcher watched;
    reloader_guard const guard{watched};
    watched.running.wait(false);
    BOOST_TEST(guard.is_watching());
    BOOST_TEST((guard.failure() == nullptr));
    watched.last = std::make_exception_ptr(std::runtime_error{"parse error"});
    BOOST_CHECK_THROW(std::rethrow_exception(guard.failure()), std::runtime_error);
    BOOST_TEST(guard.is_watching());
}

BOOST_AUTO_TEST_CASE(signals_of_the_process_are_blocked_on_the_thread_of_the_guard) {
    watcher watched;
    reloader_guard const guard{watched};
    watched.running.wait(false);
    for (int const signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGCHLD, SIGALRM, SIGPROF}) {
        BOOST_TEST(sigismember(&watched.mask, signal) == 1);
    }
    sigset_t own;
    pthread_sigmask(SIG_SETMASK, nullptr, &own);
    BOOST_TEST(sigismember(&own, SIGTERM) == 0);
}

namespace {

// Runs an action in a forked child. Returns the exit status.
template <class Act>
int status_of_fork(Act act) {
    int const pid = fork();
    if (pid == 0) _exit(act());
    int status = -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

BOOST_AUTO_TEST_CASE(guard_in_a_forked_process_reports_that_it_watches_nothing) {
    watcher watched;
    std::optional<reloader_guard> guard{std::in_place, watched};
    watched.running.wait(false);
    int const status = status_of_fork([&] {
        if (guard->is_watching()) return 1;
        try {
            std::rethrow_exception(guard->failure());
        } catch (restat::reload_error const& error) {
            if (error.code() != restat::errc::forked) return 2;
        }
        guard.reset(); // waits for no thread
        return 0;
    });
    BOOST_TEST(status == 0);
    BOOST_TEST(guard->is_watching());
    BOOST_TEST((guard->failure() == nullptr));
}

BOOST_AUTO_TEST_CASE(callback_may_exit_while_the_guard_is_static) {
    int const status = status_of_fork([] {
        static watcher watched;
        watched.exits = true;
        static reloader_guard const guard{watched};
        for (;;) pause();
        return 1;
    });
    BOOST_TEST(status == 7);
}

BOOST_AUTO_TEST_CASE(exception_of_run_ends_the_watch_and_is_kept) {
    watcher watched;
    watched.waits = false;
    watched.throws = true;
    reloader_guard const guard{watched};
    std::exception_ptr failure;
    while (!(failure = guard.failure())) std::this_thread::yield(); // bounded by ctest
    while (guard.is_watching()) std::this_thread::yield();
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(failure), std::runtime_error, [](auto const& e) {
        return e.what() == std::string{"from a callback"};
    });
}

BOOST_AUTO_TEST_CASE(watch_without_an_exception_is_no_failure) {
    watcher watched;
    watched.waits = false;
    reloader_guard const guard{watched};
    while (!watched.ended) std::this_thread::yield(); // bounded by ctest
    BOOST_TEST((guard.failure() == nullptr));
}

namespace {

using restat::errc;

// A stand-in with roots, and with an interruptible clock. Its `run` ends by the stop token.
struct rooted {
    struct paths {
        std::vector<std::string> list{"assets"};
        std::thread::id changed_by{};
        std::vector<std::string>& roots() {
            changed_by = std::this_thread::get_id();
            return list;
        }
    };
    struct waker {
        std::atomic<int> interrupts = 0;
        void interrupt() noexcept { ++interrupts; }
    };

    bool has_baseline() const { return true; }
    void baseline() {}
    void run(std::stop_token stop) {
        run_thread = std::this_thread::get_id();
        if (callback) std::exchange(callback, nullptr)();
        ++runs;
        runs.notify_all();
        while (waits && !stop.stop_requested()) std::this_thread::yield();
    }
    paths& enumerator() { return where; }
    waker& clock() { return time; }

    void wait_for_run(int number) const {
        for (int seen = runs; seen < number; seen = runs) runs.wait(seen); // bounded by ctest
    }

    paths where;
    waker time;
    std::function<void()> callback;
    bool waits = true;
    std::atomic<int> runs = 0;
    std::thread::id run_thread;
};

std::error_code added(reloader_guard const& guard) {
    std::error_code error;
    guard.add_root("mods", error);
    return error;
}

std::error_code removed(reloader_guard const& guard) {
    std::error_code error;
    guard.remove_root("assets", error);
    return error;
}

std::error_code checked(reloader_guard const& guard) {
    std::error_code error;
    guard.scan_now(error);
    return error;
}

bool all_give(reloader_guard const& guard, std::error_code error) {
    return added(guard) == error && removed(guard) == error && checked(guard) == error;
}

using texts = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_CASE(roots_are_changed_on_the_thread_of_the_guard_between_two_runs) {
    rooted watched;
    {
        reloader_guard const guard{watched};
        watched.wait_for_run(1);
        guard.add_root("mods");
        watched.wait_for_run(2);
        guard.add_root("./mods/"); // the same root
        watched.wait_for_run(3);
        guard.remove_root("./assets");
        watched.wait_for_run(4);
        BOOST_TEST(guard.is_watching());
    }
    BOOST_TEST(watched.where.list == texts{"mods"}, boost::test_tools::per_element());
    BOOST_TEST((watched.where.changed_by == watched.run_thread));
    BOOST_TEST(watched.time.interrupts == 3); // so a scan follows at once
}

BOOST_AUTO_TEST_CASE(removal_of_a_path_without_a_root_is_ignored) {
    rooted watched;
    {
        reloader_guard const guard{watched};
        guard.remove_root("mods");
        watched.wait_for_run(2);
    }
    BOOST_TEST(watched.where.list == texts{"assets"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(empty_path_is_no_root) {
    rooted watched;
    reloader_guard const guard{watched};
    std::error_code error;
    guard.add_root("", error);
    BOOST_TEST(error == std::make_error_code(std::errc::invalid_argument));
    BOOST_CHECK_THROW(guard.add_root(""), restat::reload_error);
}

BOOST_AUTO_TEST_CASE(scan_now_interrupts_the_clock_and_does_not_end_the_run) {
    rooted watched;
    {
        reloader_guard const guard{watched};
        watched.wait_for_run(1);
        guard.scan_now();
    }
    BOOST_TEST(watched.time.interrupts == 1);
    BOOST_TEST(watched.runs == 1);
}

BOOST_AUTO_TEST_CASE(callback_may_change_roots_and_scan) {
    rooted watched;
    std::atomic<reloader_guard const*> guard = nullptr;
    std::error_code error = errc::forked;
    watched.callback = [&] {
        guard.wait(nullptr);
        error = added(*guard);
        if (!error) error = checked(*guard);
    };
    {
        reloader_guard const made{watched};
        guard = &made;
        guard.notify_all();
        watched.wait_for_run(2);
    }
    BOOST_TEST(error == std::error_code{});
    BOOST_TEST(watched.where.list == (texts{"assets", "mods"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(roots_of_another_type_cannot_be_changed) {
    struct : rooted {
        struct copy {
            std::vector<std::string> roots() const { return {}; }
        };
        copy enumerator() { return {}; }
    } watched;
    reloader_guard const guard{watched};
    BOOST_TEST(added(guard) == std::make_error_code(std::errc::not_supported));
    BOOST_TEST(checked(guard) == std::error_code{});
}

BOOST_AUTO_TEST_CASE(guard_whose_run_has_ended_takes_no_request) {
    rooted watched;
    watched.waits = false;
    reloader_guard const guard{watched};
    while (guard.is_watching()) std::this_thread::yield(); // bounded by ctest
    BOOST_TEST(all_give(guard, std::make_error_code(std::errc::operation_canceled)));
    BOOST_CHECK_THROW(guard.add_root("mods"), restat::reload_error);
    BOOST_CHECK_THROW(guard.remove_root("mods"), restat::reload_error);
    BOOST_CHECK_THROW(guard.scan_now(), restat::reload_error);
}

BOOST_AUTO_TEST_CASE(guard_in_a_forked_process_takes_no_request) {
    rooted watched;
    reloader_guard const guard{watched};
    watched.wait_for_run(1);
    int const status = status_of_fork([&] { return all_give(guard, errc::forked) ? 0 : 1; });
    BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(reloader_without_roots_or_an_interruptible_clock_refuses_requests) {
    watcher watched;
    reloader_guard const guard{watched};
    BOOST_TEST(all_give(guard, std::make_error_code(std::errc::not_supported)));
}

namespace {

// The end of `run` would end its program.
struct supervised : rooted {
    struct program {
        restat::restart_result restart(restat::change_set const&, std::error_code&) {
            return restat::restart_result::restarted;
        }
        void start(restat::time_point) {}
        restat::supervision supervise(restat::time_point) { return {}; }
        void stop(restat::time_point) {}
        int descriptor() { return -1; }
    };
    program& strategy() { return started; }
    program started;
};

} // namespace

BOOST_AUTO_TEST_CASE(roots_beside_a_supervised_program_stay) {
    supervised watched;
    reloader_guard const guard{watched};
    auto const refusal = std::make_error_code(std::errc::not_supported);
    BOOST_TEST(added(guard) == refusal);
    BOOST_TEST(removed(guard) == refusal);
    BOOST_TEST(checked(guard) == std::error_code{});
}

BOOST_AUTO_TEST_CASE(requests_of_several_threads_and_the_end_of_the_guard_may_coincide) {
    for (int round = 0; round < 20; ++round) {
        rooted watched;
        std::optional<reloader_guard> guard{std::in_place, watched};
        std::atomic<int> failures = 0;
        {
            std::vector<std::jthread> threads;
            for (int n = 0; n < 3; ++n) {
                threads.emplace_back([&, name = "root" + std::to_string(n)] {
                    std::error_code error;
                    for (int step = 0; step < 20 && !error; ++step) {
                        step % 2 == 0 ? guard->add_root(name, error)
                                      : guard->remove_root(name, error);
                    }
                    if (error) ++failures;
                });
            }
        }
        guard.reset();
        BOOST_TEST(failures == 0);
    }
}

BOOST_AUTO_TEST_CASE(edit_below_an_added_root_is_delivered_and_of_a_removed_root_is_not) {
    using namespace std::chrono_literals;
    restat::testing::temp_tree const tree;
    for (auto const* name : {"a/old.png", "b/new.png"}) tree.write(name);
    std::atomic<int> old_edits = 0, new_edits = 0;
    restat::basic_reloader reloader{
        restat::tree_enumerator{tree.path() + "/a"}, restat::any_matcher{},
        restat::interruptible_clock{},
        restat::callback_restart{[&](restat::change_set const& changes) {
            for (auto const& c : changes) ++(c.path.ends_with("new.png") ? new_edits : old_edits);
        }},
        restat::schedule{.interval = 1h, .quiet_period = 1ms}};
    reloader.baseline();
    reloader_guard const guard{reloader};
    guard.add_root(tree.path() + "/b");
    guard.remove_root(tree.path() + "/a");
    for (int edit = 0; new_edits == 0 && edit < 1500; ++edit) { // 30 s
        for (auto const* name : {"a/old.png", "b/new.png"})
            tree.write(name, std::to_string(edit));
        guard.scan_now();
        std::this_thread::sleep_for(20ms);
    }
    BOOST_TEST(new_edits > 0);
    BOOST_TEST(old_edits == 0);
    BOOST_TEST(guard.is_watching());
}

BOOST_AUTO_TEST_SUITE_END()
