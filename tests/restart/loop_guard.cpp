// Simulates people and programs against the restart-loop guard, for hours of a simulated clock.
// The reloader and the supervisor are real; the child process is simulated.

#include <restat/loop_guard.hpp>

#include "restart/supervisor.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>

using namespace restat;
using namespace restat::detail;
using namespace std::chrono_literals;

namespace {

using nanoseconds = std::chrono::nanoseconds;

constexpr auto day = 24h;
// A scan, the quiet period, a stop, and the longest pause of the guard.
constexpr nanoseconds stated_bound = 65s;

stamp stamp_of(time_point at) {
    auto const since = at.time_since_epoch();
    auto const whole = std::chrono::floor<std::chrono::seconds>(since);
    return {1'000'000 + whole.count(), static_cast<std::uint32_t>((since - whole).count())};
}

struct file {
    stat_record record;
    std::uint64_t version = 0; // of the content
    bool by_person = false;    // the last writer
    time_point edited{};       // by a person
    std::uint64_t edition = 0; // the version of this edit
    bool in_a_window = false;  // in the program's own write window: the documented limit
};

// The tree, and the state of the program.
struct world {
    std::map<std::string, file> files;
    std::map<std::string, std::uint64_t> started_with; // versions
    std::set<std::string> held;                        // open for writing by the program
    std::uint64_t writes = 0;

    void write(std::string const& path, time_point now, bool by_person) {
        auto& what = files[path];
        what.version = ++writes;
        what.by_person = by_person;
        what.record.type = file_type::regular;
        what.record.inode = std::hash<std::string>{}(path);
        what.record.size = 10;
        what.record.mtime = what.record.ctime = stamp_of(now);
        if (!by_person) return;
        what.edited = now;
        what.edition = what.version;
    }
};

struct enumerator {
    std::shared_ptr<world> of;

    void enumerate(matcher_ref, snapshot_builder& found, std::error_code&) const {
        for (auto const& [path, what] : of->files) found.add(path, what.record);
    }
};

// The actions of a program after its start.
struct act {
    nanoseconds at;
    std::string path;
};
struct behavior {
    std::string name;
    std::function<std::vector<act>(std::mt19937&)> of_a_run = [](auto&) {
        return std::vector<act>{};
    };
    std::string at_end = {}; // a file written during the stop
    std::set<std::string> holds = {};
    nanoseconds lives = day; // until it exits by itself
    int most_starts = 0;     // in total, beyond the starts for people
    int more_per_edit = 0;   // beyond the intended start
    int per_hour = 0;        // without any proof
};

struct script {
    std::multimap<time_point, std::pair<std::string, bool>> events; // path, by a person

    void add(time_point at, std::string path, bool by_person) {
        events.emplace(at, std::pair{std::move(path), by_person});
    }
    void drop_the_programs() {
        std::erase_if(events, [](auto const& each) { return !each.second.second; });
    }
};

struct played_child final : child, file_evidence {
    std::shared_ptr<world> of;
    script* plan;
    behavior does;
    std::mt19937 random;
    time_point now{};
    time_point began{};
    time_point dies = time_point::max();
    bool lives = false;
    int starts = 0;

    start_outcome check() override { return {}; }
    start_outcome start(start_request const&) override {
        for (auto const& [path, what] : of->files) of->started_with[path] = what.version;
        of->held = does.holds;
        began = now;
        lives = true;
        dies = does.lives < day ? now + does.lives : time_point::max();
        for (auto const& each : does.of_a_run(random)) {
            if (each.at < does.lives) plan->add(now + each.at, each.path, false);
        }
        return {.pid = ++starts, .clock = stamp_of(now)};
    }
    void signal(int) noexcept override {
        if (!lives || dies <= now + 10ms) return;
        if (!does.at_end.empty()) plan->add(now + 5ms, does.at_end, false);
        dies = now + 10ms;
    }
    void signal_leader(int) noexcept override {}
    std::optional<leader_end> ended() noexcept override {
        if (!lives || now < dies) return {};
        lives = false;
        of->held.clear();
        plan->drop_the_programs();
        return leader_end{};
    }
    bool is_gone() noexcept override { return !lives; }
    std::vector<process_name> members() noexcept override { return {}; }
    file_evidence& gather_evidence() override { return *this; }
    file_use use_of(change const& what) override {
        return of->held.contains(what.path) ? file_use::written : file_use::none;
    }
    std::string content_of(change const&) override { return {}; }
    void reap() noexcept override {}
    bool is_at_terminal() const noexcept override { return false; }
    bool was_interrupted() noexcept override { return false; }
    bool was_suspended() noexcept override { return false; }
    void resume() noexcept override {}
    bool has_reported_ready() noexcept override { return false; }
    void approve() noexcept override {}
    bool can_roll_back() noexcept override { return false; }
    int descriptor() const noexcept override { return 7; }
};

struct strategy {
    supervisor* of;
    played_child* runs;

    restart_result restart(change_set const& changes, std::error_code& error) {
        return of->restart(*runs, changes, error);
    }
    time_point suspended_until() const noexcept { return of->suspended_until(); }
};

verdict everything(candidate const&) noexcept { return verdict::none; }

struct stage {
    std::shared_ptr<world> files = std::make_shared<world>();
    testing::manual_clock clock;
    script plan;
    played_child runs;
    supervisor over;
    basic_reloader<enumerator, verdict (*)(candidate const&) noexcept, testing::manual_clock,
                   strategy>
        reloader{enumerator{files}, everything, clock, strategy{&over, &runs},
                 schedule{.interval = 250ms}};
    time_point next_poll{};
    time_point next_step{};

    stage(behavior does, unsigned seed) : over{{.seed = seed}, [](auto const&) {}} {
        runs.of = files;
        runs.plan = &plan;
        runs.does = std::move(does);
        runs.random.seed(seed);
        clock.advance(1h);
        for (auto const name : {"a.cpp", "b.cpp", "notes"}) {
            files->write(name, clock.now() - 1min, true);
        }
        reloader.poll();
        over.start();
    }

    void supervise() {
        runs.now = clock.now();
        next_step = over.supervise(runs, clock.now()).next;
    }
    void play_until(time_point end) {
        supervise();
        while (clock.now() < end) {
            auto const event = plan.events.empty() ? end : plan.events.begin()->first;
            auto const next = std::min({end, event, next_poll, next_step});
            clock.advance(std::max<nanoseconds>(next - clock.now(), 0ns));
            runs.now = clock.now();
            while (!plan.events.empty() && plan.events.begin()->first <= clock.now()) {
                auto const [path, by_person] = plan.events.begin()->second;
                plan.events.erase(plan.events.begin());
                files->write(path, clock.now(), by_person);
            }
            supervise();
            if (clock.now() >= next_poll) next_poll = reloader.poll().next;
            supervise();
        }
    }
    // Returns edits of people that never reached the program, despite enough time.
    std::vector<std::string> missed() const {
        std::vector<std::string> all;
        for (auto const& [path, what] : files->files) {
            bool const is_late = clock.now() - what.edited > stated_bound;
            auto const known = files->started_with.find(path);
            bool const has = known != files->started_with.end() && known->second >= what.edition;
            if (what.edited != time_point{} && is_late && !has) all.push_back(path);
        }
        return all;
    }
};

using milliseconds = std::chrono::milliseconds;

nanoseconds between(std::mt19937& random, nanoseconds least, nanoseconds most) {
    return nanoseconds{
        std::uniform_int_distribution<std::int64_t>{least.count(), most.count()}(random)};
}

std::vector<behavior> programs() {
    auto const once = [](std::string path, nanoseconds at) {
        return [=](std::mt19937& random) {
            return std::vector<act>{{at + between(random, 0ms, 150ms), path}};
        };
    };
    return {
        {.name = "writes nothing"},
        {.name = "writes a PID file", .of_a_run = once("app.pid", 30ms), .most_starts = 4},
        {.name = "writes after a minute", .of_a_run = once("cache", 60s), .most_starts = 4},
        {.name = "formats two sources at each start",
         .of_a_run =
             [](std::mt19937&) {
                 return std::vector<act>{{20ms, "a.cpp"}, {25ms, "b.cpp"}};
             },
         .most_starts = 5},
        {.name = "writes three files one after the other",
         .of_a_run =
             [](std::mt19937&) {
                 return std::vector<act>{{300ms, "x"}, {900ms, "y"}, {1500ms, "z"}};
             },
         .most_starts = 6},
        {.name = "saves its state at its end", .at_end = "state", .most_starts = 4},
        {.name = "holds its log open",
         .of_a_run =
             [](std::mt19937&) {
                 std::vector<act> all;
                 for (auto at = 200ms; at < 1h; at += 700ms) all.push_back({at, "log"});
                 return all;
             },
         .holds = {"log"}},
        {.name = "writes a file and fails at once",
         .of_a_run = once("state", 5ms),
         .lives = 300ms,
         .most_starts = 4},
        {.name = "writes a file at any time",
         .of_a_run =
             [](std::mt19937& random) {
                 return std::vector<act>{{between(random, 0ms, 1900ms), "out"}};
             },
         .per_hour = 120},
        {.name = "makes a file of a new name at each start",
         .of_a_run =
             [](std::mt19937& random) {
                 return std::vector<act>{{30ms, "tmp." + std::to_string(random())}};
             },
         .per_hour = 120},
        {.name = "writes lines at any time, without end",
         .of_a_run =
             [](std::mt19937& random) {
                 std::vector<act> all;
                 for (nanoseconds at = between(random, 0ms, 2s); at < 1h;
                      at += between(random, 300ms, 3s)) {
                     all.push_back({at, "log"});
                 }
                 return all;
             },
         .per_hour = 200},
    };
}

struct person {
    char const* name;
    nanoseconds least, most; // between two saves
    int saves;               // in a row
    std::vector<std::string> files;
    nanoseconds rest; // after the saves
};

std::vector<person> people() {
    return {
        {"saves nothing", day, day, 0, {"notes"}, day},
        {"saves each 1.2 s", 1200ms, 1200ms, 30, {"notes"}, 5min},
        {"saves each 1.1 to 1.5 s", 1100ms, 1500ms, 200, {"notes"}, 10min},
        {"saves each 3 s", 2900ms, 3100ms, 20, {"notes"}, 4min},
        {"saves each 20 s", 20s, 20s, 20, {"notes"}, 10min},
        {"edits at any time", 1s, 5min, 1000, {"notes", "a.cpp", "b.cpp"}, 1min},
        {"edits now and then", 2min, 40min, 1000, {"notes", "a.cpp"}, 1min},
        {"copies a large file for 15 s", 4ms, 8ms, 2500, {"big.bin"}, 20min},
    };
}

// Plans the edits and returns their number.
int plan_edits(person const& who, script& into, std::mt19937& random, time_point from,
               time_point to) {
    int edits = 0;
    for (auto at = from; at < to; at += who.rest) {
        for (int i = 0; i < who.saves && at < to; ++i, ++edits) {
            into.add(at, who.files[random() % who.files.size()], true);
            at += between(random, who.least, who.most);
        }
        if (who.saves == 0) break;
    }
    return edits;
}

} // namespace

BOOST_AUTO_TEST_SUITE(loop_guard_)

// Without edits, the number of starts stays within the documented limit.
BOOST_AUTO_TEST_CASE(program_left_alone_stops_restarting) {
    for (auto const& does : programs()) {
        for (unsigned seed = 1; seed <= 2; ++seed) {
            stage it{does, seed};
            it.plan.add(it.clock.now() + 30s, "notes", true);
            auto const hours = 1;
            it.play_until(it.clock.now() + hours * 1h);
            bool const is_bounded = does.per_hour == 0;
            int const most = 2 + (is_bounded ? does.most_starts : hours * does.per_hour);
            BOOST_TEST(it.runs.starts <= most,
                       does.name << ", seed " << seed << ": " << it.runs.starts << " starts");
            BOOST_TEST(it.missed().empty(), does.name << ", seed " << seed);
        }
    }
}

// An edit counts as the program's own only within its write window, and only in files the program
// writes. In all other cases the last edit of each file reaches the program.
BOOST_AUTO_TEST_CASE(the_last_edit_of_each_file_is_run_within_the_stated_time) {
    for (auto const& does : programs()) {
        for (auto const& who : people()) {
            unsigned const seed = 7;
            stage it{does, seed};
            std::mt19937 random{seed};
            auto const begin = it.clock.now() + 30s;
            auto const length = 12min;
            int const edits = plan_edits(who, it.plan, random, begin, begin + length);
            it.play_until(begin + length);
            it.plan.events.clear();
            int const starts = it.runs.starts;
            it.play_until(it.clock.now() + stated_bound + 1s);
            auto const text = does.name + ", and a person " + who.name + ": " +
                              std::to_string(edits) + " edits, " + std::to_string(starts) +
                              " starts";
            BOOST_TEST_MESSAGE(text);
            for (auto const& path : it.missed())
                BOOST_TEST(path == "", text << ", missed " << path);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
