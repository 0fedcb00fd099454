#include "restart/restart_loop_guard.hpp"

#include <restat/testing/print.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

using namespace restat;
using namespace restat::detail;
using namespace std::chrono_literals;

namespace restat::detail {
using restat::operator<<; // prints the verdicts of the guard
}

namespace {

using nanoseconds = std::chrono::nanoseconds;
using verdict = restart_loop_guard::verdict;
using names = std::vector<std::string>;
using enum restart_loop_guard::verdict;

struct scripted_files final : file_evidence {
    std::set<std::string> written;
    std::set<std::string> program;
    std::map<std::string, std::string> content;

    file_use use_of(change const& what) override {
        if (program.contains(what.path)) return file_use::program;
        return written.contains(what.path) ? file_use::written : file_use::none;
    }
    std::string content_of(change const& what) override {
        auto const at = content.find(what.path);
        return at == content.end() ? std::string{} : at->second;
    }
};

// A guard, and a wall clock in agreement with the monotonic clock.
struct fixture {
    scripted_files files;
    restart_loop_guard it{loop_guard::on, 1};
    time_point now{1h};
    time_point start{};
    restart_loop_guard::ruling last;

    static stamp stamp_of(time_point at) {
        auto const since = at.time_since_epoch();
        auto const whole = std::chrono::floor<std::chrono::seconds>(since);
        return {1'000'000 + whole.count(), static_cast<std::uint32_t>((since - whole).count())};
    }
    void starts(nanoseconds after = 0ns) {
        start = now += after;
        it.started(now, stamp_of(now));
    }
    // A change at this time after the start, delivered 100 ms later.
    change made(std::string const& path, nanoseconds at,
                change_kind kind = change_kind::modified) {
        change what{kind, path, fields::size, {}, {}};
        if (kind != change_kind::removed) {
            what.after = {.ctime = stamp_of(start + at), .type = file_type::regular};
        }
        what.history.first_seen = what.history.last_changed = start + at + 20ms;
        what.history.delivered = std::max(now, start + at + 100ms);
        return what;
    }
    verdict judge(std::vector<change> all) {
        std::sort(all.begin(), all.end(),
                  [](auto const& a, auto const& b) { return a.path < b.path; });
        for (auto const& what : all) now = std::max(now, what.history.delivered);
        for (auto& what : all) what.history.delivered = now;
        last = it.judge(change_set{std::move(all)}, now, files);
        return last.decision;
    }
    verdict comes(std::string const& path, nanoseconds at) { return judge({made(path, at)}); }
    // Offers the pending changes again at the moment; they restart.
    void at_the_moment(std::vector<change> const& all) {
        BOOST_REQUIRE((it.until() != time_point::max()));
        now = std::max(now, it.until());
        BOOST_TEST(judge(all) == restart);
        starts(50ms);
    }
    // Proves a path to be the program's own.
    void prove(std::string const& path, nanoseconds at) {
        starts();
        BOOST_TEST(comes(path, at) == restart);
        starts(50ms);
        for (int i = 0; i < 3; ++i) {
            BOOST_TEST(comes(path, at) == suspend);
            at_the_moment({made(path, at)});
        }
        BOOST_TEST(comes(path, at) == settle);
    }
};

struct one_write {
    std::string path;
    nanoseconds at; // after the start
};
using program = std::function<std::vector<one_write>(int run)>;

// A writing program, left alone for a given time.
struct lonely : fixture {
    struct outcome {
        int starts = 0;
        nanoseconds last_start{};
    };
    std::set<std::string> known;

    outcome play(program const& what, nanoseconds length) {
        outcome seen;
        known.clear();
        auto const begin = now;
        starts();
        for (seen.starts = 1;; ++seen.starts) {
            seen.last_start = start - begin;
            if (!is_restarted(what(seen.starts), begin + length)) return seen;
            if (now - begin > length) return seen;
            starts(50ms);
        }
    }
    // Plays a single run.
    bool is_restarted(std::vector<one_write> const& writes, time_point end) {
        std::map<std::string, change> pending;
        for (auto const& [path, at] : writes) {
            auto const told = start + at + 100ms;
            if (told > end) break;
            if (it.until() < told && offer(pending)) return true;
            now = std::max(now, told);
            bool const is_new = known.insert(path).second;
            auto const kind = is_new ? change_kind::added : change_kind::modified;
            pending.insert_or_assign(path, made(path, at, kind));
            if (offer(pending)) return true;
        }
        while (it.until() <= end) {
            now = std::max(now, it.until());
            if (offer(pending)) return true;
        }
        return false;
    }
    bool offer(std::map<std::string, change>& pending) {
        if (it.until() != time_point::max()) now = std::max(now, std::min(now, it.until()));
        std::vector<change> all;
        for (auto const& [path, what] : pending) all.push_back(what);
        auto const ruled = judge(all);
        if (ruled != suspend) pending.clear();
        return ruled == restart;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(restart_loop_guard_, fixture)

BOOST_AUTO_TEST_CASE(changes_before_a_start_restart) { BOOST_TEST(comes("a", 0ms) == restart); }

BOOST_AUTO_TEST_CASE(disabled_guard_restarts_for_every_change) {
    it = restart_loop_guard{loop_guard::off};
    for (int i = 0; i < 30; ++i) {
        starts();
        BOOST_TEST(comes("a", 10ms) == restart);
    }
}

BOOST_AUTO_TEST_CASE(a_path_at_the_same_distance_is_suspended_until_a_random_moment) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        it = restart_loop_guard{loop_guard::on, seed};
        starts();
        BOOST_TEST(comes("a", 20ms) == restart);
        for (auto const least : {1s, 2s, 4s}) {
            starts(50ms);
            BOOST_TEST(comes("a", 25ms) == suspend);
            BOOST_TEST((last.suspended == names{"a"}));
            BOOST_TEST((it.until() >= now + least));
            BOOST_TEST((it.until() < now + 2 * least));
            auto const moment = it.until();
            BOOST_TEST(comes("a", 25ms) == suspend); // offered again
            BOOST_TEST(last.suspended.empty());      // reported once
            BOOST_TEST((it.until() == moment));
            now = moment;
            BOOST_TEST(comes("a", 25ms) == restart);
        }
    }
}

BOOST_AUTO_TEST_CASE(moments_differ_between_seeds) {
    std::set<time_point> moments;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        it = restart_loop_guard{loop_guard::on, seed};
        now = time_point{1h};
        starts();
        comes("a", 20ms);
        starts(50ms);
        comes("a", 20ms);
        moments.insert(it.until());
    }
    BOOST_TEST(moments.size() == 20U);
}

BOOST_AUTO_TEST_CASE(three_starts_at_moments_of_the_guard_prove_a_path) {
    prove("a", 20ms);
    BOOST_TEST((last.proven == names{"a"}));
    for (int i = 0; i < 5; ++i) { // starts for another reason
        starts(10s);
        BOOST_TEST(comes("a", 20ms) == settle);
        BOOST_TEST(last.proven.empty()); // reported once
    }
}

BOOST_AUTO_TEST_CASE(starts_for_other_reasons_prove_nothing) {
    starts();
    comes("a", 20ms);
    for (int i = 0; i < 20; ++i) {
        starts(50ms);
        BOOST_TEST(comes("a", 20ms) == suspend);
        BOOST_TEST(judge({made("a", 20ms), made("edited.cpp", 3s + i * 2s)}) == restart);
    }
}

BOOST_AUTO_TEST_CASE(unexpected_change_restarts_at_once) {
    starts();
    BOOST_TEST(comes("a", 20ms) == restart);
    starts(50ms);
    BOOST_TEST(comes("a", 20ms) == suspend);
    BOOST_TEST(comes("a", 900ms) == restart); // another distance
    starts(50ms);
    BOOST_TEST(comes("b", 20ms) == restart); // another path
    starts(50ms);
    BOOST_TEST(comes("b", 20ms) == suspend);
    // a batch with another path
    BOOST_TEST(judge({made("b", 20ms), made("c", 30ms)}) == restart);
}

BOOST_AUTO_TEST_CASE(proven_path_restarts_at_another_distance_and_stays_proven) {
    prove("a", 20ms);
    BOOST_TEST(comes("a", 5s) == restart);
    starts(50ms);
    BOOST_TEST(comes("a", 20ms) == settle);
    BOOST_TEST(judge({made("a", 20ms), made("b", 3s)}) == restart);
    starts(50ms);
    BOOST_TEST(comes("a", 20ms) == settle);
}

BOOST_AUTO_TEST_CASE(proven_path_restarts_after_the_end_of_the_program) {
    prove("a", 20ms);
    it.ended(start + 30ms);
    BOOST_TEST(comes("a", 25ms) == settle);
    BOOST_TEST(comes("a", 300ms) == restart);
}

BOOST_AUTO_TEST_CASE(a_proof_ends_after_three_starts_without_the_change) {
    prove("a", 20ms);
    for (int i = 0; i < 3; ++i) starts(10s);
    BOOST_TEST(comes("a", 20ms) == settle); // two runs without it
    for (int i = 0; i < 4; ++i) starts(10s);
    BOOST_TEST(comes("a", 20ms) == restart);
}

BOOST_AUTO_TEST_CASE(very_short_runs_leave_a_suspicion_unchanged) {
    prove("a", 800ms);
    for (int i = 0; i < 10; ++i) starts(100ms);
    BOOST_TEST(comes("a", 800ms) == settle);
}

// A server that logs its end, but not before it is ready: an edit ends a long run, which writes;
// the restart for this write ends a short run, which does not.
BOOST_AUTO_TEST_CASE(file_written_by_the_end_of_each_long_run_is_proven_by_four_restarts) {
    starts();
    starts(1min); // an edit
    BOOST_TEST(comes("log", -5ms) == restart);
    starts(300ms);
    starts(1min); // an edit
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(comes("log", -5ms) == suspend);
        at_the_moment({made("log", -5ms)});
    }
    BOOST_TEST(comes("log", -5ms) == settle);
    for (int edits = 0; edits < 5; ++edits) {
        starts(1min);
        BOOST_TEST(comes("log", -5ms) == settle);
        starts(300ms); // two edits in a row
    }
}

BOOST_AUTO_TEST_CASE(second_change_before_the_moment_is_no_proof) {
    starts();
    BOOST_TEST(comes("a", 20ms) == restart);
    starts(50ms);
    BOOST_TEST(comes("a", 20ms) == suspend);
    BOOST_TEST(comes("a", 700ms) == restart); // known from now on
    starts(50ms);
    for (int i = 0; i < 8; ++i) {
        BOOST_TEST(comes("a", 20ms) == suspend);
        BOOST_TEST(comes("a", 700ms) == suspend);
        at_the_moment({made("a", 700ms)});
    }
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(comes("a", 20ms) == suspend);
        at_the_moment({made("a", 20ms)});
    }
    BOOST_TEST(comes("a", 20ms) == settle);
}

BOOST_AUTO_TEST_CASE(a_file_held_open_for_writing_is_the_programs_own_at_once) {
    files.written = {"log"};
    starts();
    BOOST_TEST(comes("log", 3s) == settle);
    BOOST_TEST((last.proven == names{"log"}));
    BOOST_TEST(comes("log", 4s) == settle);
    BOOST_TEST(last.proven.empty());
    BOOST_TEST(judge({made("log", 5s), made("a", 5s)}) == restart);
    starts(50ms);
    files.written = {}; // closed
    BOOST_TEST(comes("log", 3s) == restart);
}

BOOST_AUTO_TEST_CASE(the_program_and_its_modules_are_never_suspected) {
    files.program = {"server"};
    for (int i = 0; i < 30; ++i) { // a build each 1.4 s
        starts(50ms);
        BOOST_TEST(comes("server", 1300ms) == restart);
    }
}

BOOST_AUTO_TEST_CASE(content_known_at_the_start_restarts_nothing) {
    files.content["gen.go"] = "one";
    starts();
    BOOST_TEST(comes("gen.go", 20ms) == restart);
    starts(50ms);
    BOOST_TEST(comes("gen.go", 20ms) == settle);
    BOOST_TEST(judge({made("gen.go", 20ms), made("a.tmpl", 3s)}) == restart);
    starts(50ms);
    files.content["gen.go"] = "two";
    BOOST_TEST(comes("gen.go", 20ms) == suspend);
    BOOST_TEST(comes("gen.go", 20ms) == suspend); // a second read is no news
    at_the_moment({made("gen.go", 20ms)});
    BOOST_TEST(comes("gen.go", 20ms) == settle);
    BOOST_TEST(comes("gen.go", 3s) == restart); // at another distance only the stamp counts
}

// The program starts with a content that the guard did not judge.
BOOST_AUTO_TEST_CASE(earlier_content_restarts_after_another_content_at_the_start) {
    files.content["f"] = "x";
    starts();
    BOOST_TEST(comes("f", 1s) == restart);
    auto another = made("f", 1900ms); // during the stop
    files.content["f"] = "y";
    it.included(change_set{{another}});
    starts(1s);
    files.content["f"] = "x";
    BOOST_TEST(comes("f", 1s) == suspend);
}

BOOST_AUTO_TEST_CASE(earlier_content_restarts_after_another_content_in_this_run) {
    files.content["f"] = "x";
    starts();
    BOOST_TEST(comes("f", 1s) == restart);
    starts(50ms);
    files.content["f"] = "y";
    BOOST_TEST(comes("f", 900ms) == suspend);
    files.content["f"] = "x";
    BOOST_TEST(comes("f", 1300ms) == suspend);
}

BOOST_AUTO_TEST_CASE(earlier_content_restarts_after_an_edit_elsewhere_in_this_run) {
    files.content["f"] = "x";
    starts();
    BOOST_TEST(comes("f", 1s) == restart);
    starts(50ms);
    files.content["f"] = "y";
    BOOST_TEST(comes("f", -300ms) == restart); // before the start, and seen after it
    files.content["f"] = "x";
    BOOST_TEST(comes("f", 1s) != settle);
}

// The program makes a file of a new name at each start, so each pause is a long one.
struct restless : fixture {
    int runs = 0;

    change own_file() {
        return made("log-" + std::to_string(runs) + ".txt", 30ms, change_kind::added);
    }
    void starts_again(nanoseconds after = 50ms) {
        ++runs;
        starts(after);
        judge({own_file()});
    }
    restless() {
        starts_again();
        while (runs < 20) {
            if (last.decision == suspend) now = it.until();
            BOOST_TEST(judge({own_file()}) == restart);
            starts_again();
        }
        BOOST_TEST(last.decision == suspend);
        BOOST_REQUIRE((it.until() > now + 25s));
    }
};

BOOST_FIXTURE_TEST_CASE(first_suspicion_never_waits_for_the_moment_of_another_path, restless) {
    BOOST_TEST(judge({own_file(), made("src.c", 7s)}) == restart);
    starts_again();
    auto const both = std::vector{own_file(), made("src.c", 7s)};
    BOOST_TEST(judge(both) == suspend);
    BOOST_TEST((last.suspended == names{"src.c"}));
    BOOST_TEST((it.until() >= now + 1s));
    BOOST_TEST((it.until() < now + 2s));
    BOOST_TEST(judge(both) == suspend);
    BOOST_TEST(last.suspended.empty()); // reported once
    at_the_moment(both);
}

BOOST_FIXTURE_TEST_CASE(edits_soon_after_a_start_take_no_part_in_the_row_of_another_path,
                        restless) {
    for (auto const at : {1200ms, 200ms, 1900ms}) {
        BOOST_TEST(judge({own_file(), made("src.c", at)}) == restart);
        starts_again();
    }
}

BOOST_AUTO_TEST_CASE(a_row_of_starts_survives_in_the_memory_of_the_next_process) {
    for (int i = 0; i < 14; ++i) { // at another distance each time
        auto const left = it.memory_after_start(now, stamp_of(now));
        it = restart_loop_guard{loop_guard::on, 7};
        it.restore(left);
        start = now;
        if (comes("a", i % 2 == 0 ? 100ms : 1900ms) != restart) now = it.until();
    }
    BOOST_TEST((it.until() - start > 4s));
}

BOOST_AUTO_TEST_CASE(a_shorter_pause_of_another_path_is_no_proof) {
    starts();
    comes("a", 20ms);
    starts(50ms);
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(comes("a", 20ms) == suspend);
        at_the_moment({made("a", 20ms)});
    }
    BOOST_TEST(judge({made("a", 20ms), made("b", 600ms)}) == restart);
    starts(50ms);
    BOOST_TEST(comes("a", 20ms) == suspend);
    BOOST_TEST((it.until() >= now + 4s));
    auto const both = std::vector{made("a", 20ms), made("b", 600ms)};
    BOOST_TEST(judge(both) == suspend);
    BOOST_TEST((it.until() < now + 2s));
    at_the_moment(both);
    BOOST_TEST(comes("a", 20ms) == suspend);
    BOOST_TEST((it.until() >= now + 4s));
}

BOOST_AUTO_TEST_CASE(many_suspected_files_share_a_random_moment) {
    auto const all_at_once = [&] {
        std::vector<change> all;
        for (int i = 0; i < 50; ++i) all.push_back(made("file" + std::to_string(i), 20ms));
        return all;
    };
    int late = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        it = restart_loop_guard{loop_guard::on, seed};
        starts(1s);
        judge(all_at_once());
        starts(50ms);
        BOOST_TEST(judge(all_at_once()) == suspend);
        BOOST_TEST(last.suspended.size() == 50U);
        if (it.until() > now + 1500ms) ++late;
    }
    BOOST_TEST(late > 10);
    BOOST_TEST(late < 30);
}

BOOST_AUTO_TEST_CASE(removal_by_the_previous_run_waits_for_the_new_file) {
    starts();
    BOOST_TEST(judge({made("app.pid", 200ms, change_kind::added)}) == restart);
    starts(50ms);
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(judge({made("app.pid", -10ms, change_kind::removed)}) == suspend);
        BOOST_TEST(last.suspended.empty());
        BOOST_TEST(comes("app.pid", 200ms) == suspend);
        BOOST_TEST((last.suspended == names{"app.pid"}));
        at_the_moment({made("app.pid", 200ms)});
    }
    BOOST_TEST(judge({made("app.pid", -10ms, change_kind::removed)}) == suspend);
    BOOST_TEST(comes("app.pid", 200ms) == settle);
    BOOST_TEST((it.until() == time_point::max()));
    BOOST_TEST(judge({made("app.pid", 5s, change_kind::removed)}) == restart); // by hand
}

BOOST_AUTO_TEST_CASE(start_for_another_reason_includes_suspended_changes) {
    starts();
    comes("a", 20ms);
    starts(50ms);
    auto const waiting = made("a", 20ms);
    BOOST_TEST(judge({waiting}) == suspend);
    starts(1s); // requested by a key
    BOOST_TEST((it.until() == time_point::max()));
    BOOST_TEST(judge({waiting}) == settle);
    BOOST_TEST(comes("b", 20ms) == restart);
}

BOOST_AUTO_TEST_CASE(continuously_written_file_waits_for_its_end) {
    auto const writing = [&](nanoseconds at) {
        auto what = made("big.bin", at);
        what.history.forced = true;
        what.history.delivered = what.history.last_changed + 30ms;
        return what;
    };
    starts();
    BOOST_TEST(judge({writing(5s)}) == restart);
    starts(50ms);
    for (auto at = 1s; at < 15s; at += 1s) {
        BOOST_TEST(judge({writing(at)}) == suspend);
        BOOST_TEST((it.until() >= now + 1s));
    }
    BOOST_TEST(comes("big.bin", 15200ms) == restart); // the write has ended
    starts(50ms);
    for (auto at = 1s; at < 60s; at += 1s) BOOST_TEST(judge({writing(at)}) == suspend);
    BOOST_TEST(judge({writing(62s)}) == restart); // no later than after a minute
}

BOOST_AUTO_TEST_CASE(guard_memory_continues_in_the_next_process) {
    prove("a", 20ms);
    now += 5s;
    auto const left = it.memory_after_start(now, stamp_of(now));
    restart_loop_guard next{loop_guard::on, 7};
    next.restore(left);
    start = now;
    auto const own = made("a", 20ms);
    BOOST_TEST(next.judge(change_set{{own}}, start + 100ms, files).decision == settle);
    auto const other = made("a", 2s);
    BOOST_TEST(next.judge(change_set{{other}}, start + 2100ms, files).decision == restart);
}

BOOST_AUTO_TEST_CASE(implausible_memory_is_ignored) {
    prove("a", 20ms);
    auto const good = it.memory_after_start(now, stamp_of(now));
    using mark = restart_loop_guard::mark;
    std::pair<char const*, std::function<void(mark&)>> const damages[] = {
        {"a window the wrong way round",
         [](mark& m) { std::swap(m.earliest, m.latest), --m.latest; }},
        {"a window of an hour", [](mark& m) { m.latest += 1h; }},
        {"a distance of a century", [](mark& m) { m.earliest = m.latest = 24h * 36500; }},
        {"proven by nothing", [](mark& m) { m.guard_starts = 0; }},
        {"proven by too much", [](mark& m) { m.guard_starts = 200; }},
        {"content of a megabyte", [](mark& m) { m.content.assign(1 << 20, 'x'); }},
    };
    for (auto const& [what, damage] : damages) {
        auto bad = good;
        damage(bad.by_path.at("a").front());
        restart_loop_guard next;
        next.restore(bad);
        BOOST_TEST(next.current_memory().by_path.empty(), what);
    }
    restart_loop_guard next;
    next.restore(good);
    BOOST_TEST(next.current_memory().by_path.size() == 1U);
}

BOOST_AUTO_TEST_CASE(stamps_of_another_clock_are_replaced_by_the_time_of_the_scan) {
    auto const of_another_clock = [&](int i) {
        auto what = made("a", 20ms);
        what.after.ctime.seconds += 3600 * (i + 1);
        return what;
    };
    starts();
    BOOST_TEST(judge({of_another_clock(0)}) == restart);
    starts(50ms);
    BOOST_TEST(judge({of_another_clock(5)}) == suspend);
    at_the_moment({of_another_clock(5)});
    BOOST_TEST(judge({of_another_clock(-3)}) == suspend);
}

// A person saves a file at a regular pace; the program writes nothing.
BOOST_AUTO_TEST_CASE(regular_saves_are_never_proven_and_wait_four_seconds_at_most) {
    for (int gap = 1100; gap <= 30'000; gap += gap / 12) {
        for (int jitter : {0, 50, 300}) {
            it = restart_loop_guard{loop_guard::on, static_cast<std::uint64_t>(gap + jitter)};
            std::mt19937 random{static_cast<unsigned>(gap)};
            std::uniform_int_distribution<int> off{-jitter, jitter};
            std::uniform_int_distribution<int> latency{80, 400};
            starts();
            auto saved = now;
            for (int i = 0; i < 9; ++i) { // fewer than ten in a row
                auto const next = saved + std::chrono::milliseconds{gap + off(random)};
                if (it.until() < next) { // the previous save restarts first
                    now = it.until();
                    BOOST_TEST(judge({made("notes", saved - start)}) == restart);
                    BOOST_TEST((now - saved < 4500ms));
                    starts(50ms);
                }
                saved = next;
                auto what = made("notes", saved - start);
                what.history.delivered = saved + std::chrono::milliseconds{latency(random)};
                auto const ruled = judge({what});
                BOOST_TEST(ruled != settle, gap << " ms, jitter " << jitter);
                if (ruled == restart) starts(50ms);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(programs_that_write, lonely)

BOOST_AUTO_TEST_CASE(restart_as_often_as_stated) {
    struct {
        char const* what;
        program runs;
        int most;
    } const table[] = {
        {"nothing", [](int) { return std::vector<one_write>{}; }, 1},
        {"a file at the start",
         [](int) {
             return std::vector<one_write>{{"a", 20ms}};
         },
         5},
        {"by the run before, at its end",
         [](int run) {
             return run > 1 ? std::vector<one_write>{{"a", -30ms}} : std::vector<one_write>{};
         },
         1},
        {"a file, with the jitter of a busy machine",
         [](int run) {
             return std::vector<one_write>{{"a", 20ms + 97ms * (run * 7 % 5)}};
         },
         6},
        {"a file after a minute",
         [](int) {
             return std::vector<one_write>{{"a", 60s}};
         },
         5},
        {"two files at once",
         [](int) {
             return std::vector<one_write>{{"a", 20ms}, {"b", 25ms}};
         },
         6},
        {"three files one after the other",
         [](int) {
             return std::vector<one_write>{{"a", 300ms}, {"b", 900ms}, {"c", 1500ms}};
         },
         7},
        {"a file each second start",
         [](int run) {
             return run % 2 == 1 ? std::vector<one_write>{{"a", 20ms}} : std::vector<one_write>{};
         },
         2},
    };
    for (auto const& [what, runs, most] : table) {
        it = restart_loop_guard{loop_guard::on, 3};
        auto const seen = play(runs, 10h);
        BOOST_TEST(seen.starts <= most, what << ": " << seen.starts << " starts");
        BOOST_TEST((seen.last_start < 10min), what);
    }
}

// There is no proof, but restarts slow down to once a minute.
BOOST_AUTO_TEST_CASE(continuous_restarts_slow_down) {
    std::mt19937 random{5};
    auto const within = [&](int most) {
        return std::chrono::milliseconds{std::uniform_int_distribution<int>{0, most}(random)};
    };
    std::pair<char const*, program> const table[] = {
        {"a new name each time",
         [](int run) {
             return std::vector<one_write>{{"tmp." + std::to_string(run), 20ms}};
         }},
        {"a file at any time",
         [&](int) {
             return std::vector<one_write>{{"a", within(1900)}};
         }},
        {"one file, twice",
         [](int) {
             return std::vector<one_write>{{"a", 100ms}, {"a", 5s}};
         }},
        {"a line of a log each second",
         [](int) {
             std::vector<one_write> all;
             for (int i = 1; i < 3600; ++i) all.push_back({"log", i * 1s});
             return all;
         }},
        {"a line of a log at any time",
         [&](int) {
             std::vector<one_write> all;
             for (nanoseconds at = within(1500); at < 1h; at += 200ms + within(3000)) {
                 all.push_back({"log", at});
             }
             return all;
         }},
    };
    for (auto const& [what, runs] : table) {
        it = restart_loop_guard{loop_guard::on, 9};
        auto const seen = play(runs, 1h);
        BOOST_TEST(seen.starts <= 200, what << ": " << seen.starts << " starts in an hour");
    }
}

BOOST_AUTO_TEST_SUITE_END()
