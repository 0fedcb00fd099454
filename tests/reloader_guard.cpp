#include <restat/reloader_guard.hpp>

#include <boost/test/unit_test.hpp>

#include <restat/error.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <thread>

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

BOOST_AUTO_TEST_SUITE_END()
