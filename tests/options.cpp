#include <restat/options.hpp>

#include "restart/exec_settings.hpp"
#include "run/run_supervisor.hpp"

#include <restat/error.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/run.hpp>
#include <restat/stat_reloader.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <optional>

using namespace restat;
using namespace std::chrono_literals;

namespace {

template <class Function>
std::string refusal_of(Function&& make) {
    try {
        make();
    } catch (reload_error const& error) {
        BOOST_TEST((error.code() == std::errc::not_supported));
        return error.operation();
    }
    return {};
}

/// What a reloader makes of its options.
struct effects final : observer {
    void on_schedule(schedule const& of) noexcept override { times = of; }
    void on_baseline(snapshot const& of) noexcept override {
        known = of;
        is_notified = true;
    }
    bool knows(std::string const& path) const { return known.contains(path); }

    schedule times;
    snapshot known;
    bool is_notified = false;
    std::optional<std::chrono::nanoseconds> grace;
    std::optional<loop_guard> guard;
    std::optional<readiness> ready;
    std::optional<std::chrono::nanoseconds> ready_limit;
    bool declines_new_timestamps = false;
    std::size_t scanned_without_events = 1;
};

/// A tracked directory with a file for each rule.
struct fixture {
    fixture() {
        for (auto const* name : {"plain", "plain~", "rule", "sub/file"}) tree.write(name);
    }

    // Changes only the timestamp of a file. By default, `exec_restart` would restart these tests.
    template <class Reloader>
    void try_timestamp(Reloader& reloader, options const& from, effects& seen) const {
        if (from.compare != comparison::content) return;
        change touched{.kind = change_kind::modified,
                       .path = tree / "plain",
                       .changed = fields::mtime,
                       .before = (*reloader.latest().find(tree / "plain")).record};
        touched.after = touched.before;
        ++touched.after.mtime.nanoseconds;
        std::error_code error;
        auto const result = reloader.strategy().restart(change_set{{touched}}, error);
        seen.declines_new_timestamps = result == restart_result::declined;
    }
    effects of_stat_reloader(options from) const {
        effects seen;
        if (from.observer) from.observer = &seen;
        stat_reloader reloader{from};
        reloader.baseline();
        if (!from.observer) seen.known = reloader.latest();
        seen.scanned_without_events = coverage(reloader.enumerator()).directories;
        try_timestamp(reloader, from, seen);
        auto const how = detail::exec_settings(from, {});
        seen.grace = how.grace;
        seen.guard = how.guard;
        return seen;
    }
    // Each function of `run.hpp` supervises this way.
    effects of_supervised_run(options from) const {
        effects seen;
        if (from.observer) from.observer = &seen;
        detail::supervised_run run{{}, from};
        run.reloader.baseline();
        if (!from.observer) seen.known = run.reloader.latest();
        seen.scanned_without_events = coverage(run.reloader.enumerator()).directories;
        try_timestamp(run.reloader, from, seen);
        auto const how = detail::supervision_options(from);
        seen.grace = how.grace;
        seen.guard = how.guard;
        seen.ready = how.ready;
        seen.ready_limit = how.ready_limit;
        return seen;
    }
    struct nothing {
        restart_result restart(change_set const&, std::error_code&) {
            return restart_result::declined;
        }
    };
    effects of_other_strategy(options from) const {
        effects seen;
        if (from.observer) from.observer = &seen;
        basic_reloader<program_enumerator, ignore_matcher, interruptible_clock, nothing> reloader{
            from};
        reloader.baseline();
        if (!from.observer) seen.known = reloader.latest();
        seen.scanned_without_events = coverage(reloader.enumerator()).directories;
        if (from.compare == comparison::content)
            seen.declines_new_timestamps = polls_away(reloader);
        return seen;
    }
    // Writes the same bytes again. Returns whether the change was found, and not delivered.
    template <class Reloader>
    bool polls_away(Reloader& reloader) const {
        tree.write("plain");
        auto result = reloader.poll();
        bool const is_found = result.state == poll_state::settling;
        while (result.state == poll_state::settling) {
            reloader.clock().wait_until(result.next, {});
            result = reloader.poll();
        }
        return is_found && result.state == poll_state::unchanged;
    }

    testing::temp_tree tree;
};

// Another member does not compile here, and needs a row in the table.
constexpr std::size_t count_of_members = 15;
[[maybe_unused]] void each_member(options const& from) {
    [[maybe_unused]] auto const& [track, ignore_patterns, ignore_dirs, default_ignores, interval,
                                  quiet_period, max_wait, cpu_share, events, compare, grace,
                                  ready, ready_limit, guard, listener] = from;
}

enum class outcome { works, refused };

/// A member of `options`, and what each kind of reloader makes of it.
struct row {
    std::string member;
    std::function<void(options&)> set;
    std::function<bool(effects const&)> is_seen;
    outcome exec = outcome::works;       // stat_reloader
    outcome supervised = outcome::works; // run_with_reloader, restart_with_reloader, debug
    outcome other = outcome::works;      // a strategy that is not made from options
};

std::vector<row> each_row(testing::temp_tree const& tree, observer& listener) {
    using enum outcome;
    return {
        {"track", [&](options& o) { o.track = {tree.path()}; },
         [&](effects const& e) { return e.knows(tree / "plain"); }},
        {"ignore_patterns",
         [&](options& o) { o.track = {tree.path()}, o.ignore_patterns = {"rule"}; },
         [&](effects const& e) { return e.knows(tree / "plain") && !e.knows(tree / "rule"); }},
        {"ignore_dirs", [&](options& o) { o.track = {tree.path()}, o.ignore_dirs = {"sub"}; },
         [&](effects const& e) { return e.knows(tree / "rule") && !e.knows(tree / "sub/file"); }},
        {"default_ignores",
         [&](options& o) { o.track = {tree.path()}, o.default_ignores = false; },
         [&](effects const& e) { return e.knows(tree / "plain~"); }},
        {"interval", [&](options& o) { o.interval = 5s, o.observer = &listener; },
         [](effects const& e) { return e.times.interval == 5s; }},
        {"quiet_period", [&](options& o) { o.quiet_period = 6ms, o.observer = &listener; },
         [](effects const& e) { return e.times.quiet_period == 6ms; }},
        {"max_wait", [&](options& o) { o.max_wait = 7s, o.observer = &listener; },
         [](effects const& e) { return e.times.max_wait == 7s; }},
        {"cpu_share", [&](options& o) { o.cpu_share = 0.5, o.observer = &listener; },
         [](effects const& e) { return e.times.cpu_share == 0.5; }},
        {"events", [](options& o) { o.events = event_use::automatic; },
         [](effects const& e) { return e.scanned_without_events == 0; }},
        {"compare", [&](options& o) { o.track = {tree.path()}, o.compare = comparison::content; },
         [](effects const& e) { return e.declines_new_timestamps; }},
        {"grace", [](options& o) { o.grace = 4s; },
         [](effects const& e) { return e.grace == 4s; }, works, works, refused},
        {"ready", [](options& o) { o.ready = readiness::survived; },
         [](effects const& e) { return e.ready == readiness::survived; }, refused, works,
         refused},
        {"ready_limit", [](options& o) { o.ready_limit = 9s; },
         [](effects const& e) { return e.ready_limit == 9s; }, refused, refused, refused},
        {"guard", [](options& o) { o.guard = loop_guard::off; },
         [](effects const& e) { return e.guard == loop_guard::off; }, works, works, refused},
        {"observer", [&](options& o) { o.observer = &listener; },
         [](effects const& e) { return e.is_notified; }},
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(options_of_a_reloader)

BOOST_AUTO_TEST_CASE(schedule_takes_every_time_and_the_cpu_share) {
    auto const when = schedule_of(
        {.interval = 5s, .quiet_period = 6ms, .max_wait = unlimited, .cpu_share = 0.5});
    BOOST_TEST((when.interval == 5s));
    BOOST_TEST((when.quiet_period == 6ms));
    BOOST_TEST((when.max_wait == unlimited));
    BOOST_TEST(when.cpu_share == 0.5);
    BOOST_TEST((schedule_of({}).interval == schedule{}.interval));
}

BOOST_FIXTURE_TEST_CASE(each_option_works_or_is_refused, fixture) {
    observer listener;
    auto const rows = each_row(tree, listener);
    BOOST_TEST(rows.size() == count_of_members);
    for (auto const& row : rows) {
        options from;
        row.set(from);
        auto const check = [&](outcome expected, auto const& effects_of) {
            std::optional<effects> seen;
            auto const refusal = refusal_of([&] { seen = effects_of(from); });
            bool const has_name = refusal.find("options::" + row.member + ' ') != refusal.npos;
            BOOST_TEST(has_name == (expected == outcome::refused), refusal);
            BOOST_TEST(seen.has_value() == (expected == outcome::works));
            if (seen) BOOST_TEST(row.is_seen(*seen));
            BOOST_TEST(!row.is_seen(effects_of(options{}))); // the check sees a difference
        };
        BOOST_TEST_CONTEXT(row.member << " with stat_reloader")
        check(row.exec, [&](auto const& o) { return of_stat_reloader(o); });
        BOOST_TEST_CONTEXT(row.member << " with run_with_reloader")
        check(row.supervised, [&](auto const& o) { return of_supervised_run(o); });
        BOOST_TEST_CONTEXT(row.member << " with another strategy")
        check(row.other, [&](auto const& o) { return of_other_strategy(o); });
    }
}

BOOST_FIXTURE_TEST_CASE(limit_of_readiness_works_with_a_condition, fixture) {
    auto const seen = of_supervised_run({.ready = readiness::notified, .ready_limit = 9s});
    BOOST_TEST((seen.ready == readiness::notified));
    BOOST_TEST((seen.ready_limit == 9s));
}

BOOST_AUTO_TEST_CASE(each_function_refuses_an_option_without_effect) {
    options const from{.ready_limit = 9s};
    std::string const refusal = "use options::ready_limit without options::ready";
    auto const nothing = [] {};
    BOOST_TEST(refusal_of([&] { (void)run_with_reloader(nothing, from); }) == refusal);
    BOOST_TEST(refusal_of([&] { (void)debug(from)(nothing)(); }) == refusal);
    BOOST_TEST(refusal_of([&] { (void)restart_with_reloader(from); }) == refusal);
}

BOOST_AUTO_TEST_CASE(options_of_an_exec_are_joined_with_those_of_its_reloader) {
    BOOST_TEST((detail::exec_settings({.grace = 4s}, {}).grace == 4s));
    BOOST_TEST((detail::exec_settings({}, {.grace = 5s}).grace == 5s));
    BOOST_TEST((detail::exec_settings({.grace = 5s}, {.grace = 5s}).grace == 5s));
    BOOST_TEST((detail::exec_settings({}, {}).guard == loop_guard::on));
    BOOST_TEST((detail::exec_settings({.guard = loop_guard::off}, {}).guard == loop_guard::off));
    BOOST_TEST((detail::exec_settings({}, {.guard = loop_guard::off}).guard == loop_guard::off));
    try {
        detail::exec_settings({.grace = 4s}, {.grace = 5s});
        BOOST_ERROR("accepted two grace periods");
    } catch (reload_error const& error) {
        BOOST_TEST((error.code() == std::errc::invalid_argument));
    }
}

BOOST_AUTO_TEST_CASE(default_directories_are_names_and_include_version_control) {
    auto const names = default_ignore_dirs();
    BOOST_TEST((std::find(names.begin(), names.end(), ".git") != names.end()));
    for (auto const& name : names) BOOST_TEST(name.find('/') == name.npos, name);
}

BOOST_AUTO_TEST_SUITE_END()
