#include <restat/restart/exec_restart.hpp>

#include "restart/real_process.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/error.hpp>
#include <restat/restart/build_step.hpp>
#include <restat/restart/command_restart.hpp>
#include <restat/snapshot_builder.hpp>

#include <boost/test/unit_test.hpp>

#include <thread>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

using namespace restat;
using namespace restat::real;

// The restarted program is a copy of this program, running a case below that is otherwise
// disabled. Files beside the program select its action: arguments cannot count the runs of a
// program restarted byte for byte.
namespace {

std::string file_text(char const* path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

struct probe {
    std::string dir = std::getenv("DIR");

    // Returns everything a restart must preserve, as a line.
    static std::string state() {
        auto text = file_text("/proc/self/cmdline") + '|' + file_text("/proc/self/environ");
        auto const at = text.find("RESTAT_HANDOVER=");
        if (at != std::string::npos) text.erase(at, text.find('\0', at) + 1 - at);
        itimerval timer{};
        ::getitimer(ITIMER_REAL, &timer);
        auto const status = file_text("/proc/self/status");
        auto const signals = status.find("SigBlk");
        text += '|' + fs::current_path().string() + '|' + std::to_string(timer.it_value.tv_sec) +
                '|' + std::to_string(::getpid()) + '|' +
                status.substr(signals, status.find("SigCgt") - signals);
        std::replace(text.begin(), text.end(), '\n', ' ');
        return text;
    }
    void note(std::string const& name, std::string const& line) const {
        std::ofstream{dir + '/' + name, std::ios::app} << line << '\n';
    }
    std::size_t runs() const {
        auto const text = file_text((dir + "/runs").c_str());
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
};

snapshot known(std::string const& path) {
    snapshot_builder builder;
    builder.add(path, stat_record{.size = 5, .type = file_type::regular});
    return builder.finish();
}

verdict everything(candidate const&) noexcept { return verdict::none; }

/// Notes each delivery, and ends `run` after it in every run but the first.
struct delivery_notes final : observer {
    explicit delivery_notes(probe const& in) : it{in} {}
    void on_delivering(change_set const& changes) noexcept override {
        for (auto const& what : changes) it.note("delivered", fs::path{what.path}.filename());
        if (it.runs() > 1) done.request_stop();
    }
    probe const& it;
    std::stop_source done;
};

/// Sets the limit of the stack, a quarter of which limits the arguments and variables of exec.
void limit_stack(rlim_t bytes) {
    rlimit limit{};
    ::getrlimit(RLIMIT_STACK, &limit);
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_STACK, &limit);
}

} // namespace

BOOST_AUTO_TEST_SUITE(exec_probe, *boost::unit_test::disabled())

// Restarts as often as the file `wanted` says, after changing every changeable property.
BOOST_AUTO_TEST_CASE(again_and_again) {
    probe const it;
    exec_restart restart;
    snapshot inherited;
    bool const has = restart.inherit(inherited);
    it.note("runs", probe::state());
    it.note("inherited", has ? std::string{inherited.path(0)} : "nothing");
    it.note("descriptors", std::to_string(open_descriptors()));
    it.note("handover", std::getenv("RESTAT_HANDOVER") ? "still told" : "gone");
    if (it.runs() > std::stoul(file_text((it.dir + "/wanted").c_str()))) return;
    ::setenv("ADDED_LATER", "x", 1);
    fs::current_path("/");
    sigset_t all;
    sigfillset(&all);
    itimerval const hour{{0, 0}, {3600, 0}};
    ::setitimer(ITIMER_REAL, &hour, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, [](int) {}); // ignored at the start
    std::jthread{[&] {               // any thread may do this
        pthread_sigmask(SIG_SETMASK, &all, nullptr);
        auto latest = known("before the steps");
        restart.hand_over(latest);
        restart.before([&] { latest = known("run " + std::to_string(it.runs())); });
        std::error_code error;
        restart.restart({}, error);
        it.note("errors", error.message());
    }};
}

// Tries once, with a program file damaged by the parent, and logs the state after the failure.
BOOST_AUTO_TEST_CASE(refused) {
    probe const it;
    exec_restart restart;
    it.note("runs", "ready");
    wait_for([&] { return fs::exists(it.dir + "/spoiled"); });
    fs::current_path("/");
    itimerval const hour{{0, 0}, {3600, 0}};
    ::setitimer(ITIMER_REAL, &hour, nullptr);
    std::signal(SIGHUP, [](int) {});
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &some, nullptr);
    std::atomic<int> beats = 0;
    std::jthread const heart{[&](std::stop_token stop) {
        for (; !stop.stop_requested(); ++beats) ::poll(nullptr, 0, 1);
    }};
    auto const state = [] { return probe::state().substr(0, probe::state().find("3599")); };
    auto const before = state() + file_text("/proc/self/status").substr(0, 0);
    auto const signals = [] {
        auto const text = file_text("/proc/self/status");
        return text.substr(text.find("SigBlk"), text.find("CapInh") - text.find("SigBlk"));
    };
    auto const signals_before = signals();
    auto const descriptors = open_descriptors();
    auto const latest = known("x");
    restart.hand_over(latest);
    std::error_code error;
    auto const result = restart.restart({}, error);
    int const seen = beats;
    bool const same = state() == before && signals() == signals_before &&
                      fs::current_path() == "/" && open_descriptors() == descriptors &&
                      std::getenv("RESTAT_HANDOVER") == nullptr;
    bool const lives = wait_for([&] { return beats > seen; });
    itimerval timer{};
    ::getitimer(ITIMER_REAL, &timer);
    bool const timed = timer.it_value.tv_sec > 3000;
    it.note("errors", error.category().name() + (' ' + std::to_string(error.value())));
    it.note("left", std::string{same ? "same " : "other "} + (lives ? "alive " : "dead ") +
                        (timed ? "timed" : "untimed") +
                        (result == restart_result::refused ? "" : " wrong result"));
}

// Restarts after a build. The first exec fails, because the variables are too large. A file is
// edited between the last scan and this exec.
BOOST_AUTO_TEST_CASE(after_a_build) {
    probe const it;
    it.note("runs", "run");
    rlimit usual{};
    ::getrlimit(RLIMIT_STACK, &usual);
    std::vector<std::string> const variables{"BIG_1=" + std::string(100'000, 'x'),
                                             "BIG_2=" + std::string(100'000, 'x')};
    basic_reloader reloader{tree_enumerator{it.dir + "/watched"}, everything, sleep_clock{},
                            build_step{build_options{.command = {"/bin/true"}},
                                       exec_restart{exec_options{variables}}},
                            schedule{.interval = 20ms, .quiet_period = 20ms}};
    delivery_notes notes{it};
    reloader.observe(&notes);
    int attempts = 0;
    reloader.strategy().then().finally([&] {
        it.note("attempts", std::to_string(++attempts));
        limit_stack(attempts == 1 ? 512 * 1024 : usual.rlim_cur);
        if (attempts == 1) std::ofstream{it.dir + "/watched/late"} << "edited";
    });
    reloader.baseline();
    if (it.runs() == 1) std::ofstream{it.dir + "/watched/early"} << "edited";
    std::jthread const limit{[&](std::stop_token stop) {
        wait_for([&] { return stop.stop_requested() || notes.done.stop_requested(); }, 20s);
        notes.done.request_stop();
    }};
    reloader.run(notes.done.get_token());
}

// Logs why its own program cannot be restarted, before any attempt.
BOOST_AUTO_TEST_CASE(unknown) {
    probe const it;
    if (std::getenv("MOVE")) fs::current_path("/");
    try {
        exec_restart restart;
    } catch (reload_error const& refused) {
        it.note("thrown", refused.what());
    }
    std::error_code error;
    exec_restart restart{{}, error};
    it.note("set-up", error.message());
    restart.restart({}, error);
    it.note("errors", error.category().name() + (' ' + std::to_string(error.value())));
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct fixture {
    directory dir;

    fixture() { fs::copy_file("/proc/self/exe", dir.path / "program"); }

    command_options options(std::string const& name) const {
        return {.command = {dir / "program", "--run_test=exec_probe/" + name,
                            "--catch_system_errors=no", "--log_level=nothing",
                            "--report_level=no", "--", "an argument", "", "b\xff\n"},
                .environment = {"DIR=" + dir.path.string(), "EMPTY=", "RESTAT_HANDOVER=9"},
                .on_exit = after_exit::quit};
    }
    exit_status run(command_options with) const {
        command_restart it{std::move(with)};
        it.start(real::now());
        drive(
            it, [&] { return it.supervise(real::now()).done; }, 60s);
        BOOST_TEST(!it.last_error(), it.last_error().message());
        return it.last_exit().value_or(exit_status{-1, 0, false});
    }
    // Returns the distinct lines of a file, in their order.
    std::vector<std::string> different(std::string const& name) const {
        std::istringstream text{dir.read(name)};
        std::vector<std::string> all;
        for (std::string line; std::getline(text, line);) {
            if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
        }
        return all;
    }
    std::string refusal_of(void (*spoil)(directory const&)) const {
        command_restart it{options("refused")};
        it.start(real::now());
        BOOST_TEST(drive(it, [&] { return dir.lines("runs") == 1; }));
        spoil(dir);
        dir.write("spoiled", "");
        BOOST_TEST(drive(it, [&] { return it.supervise(real::now()).done; }));
        BOOST_TEST(dir.read("left") == "same alive timed\n");
        auto const reason = dir.read("errors");
        for (auto const name : {"spoiled", "runs", "errors", "left", "program"}) {
            fs::remove_all(dir / name);
        }
        fs::copy_file("/proc/self/exe", dir.path / "program");
        return reason;
    }
};

std::string text_of(std::error_code of) {
    return of.category().name() + (' ' + std::to_string(of.value())) + '\n';
}

std::string text_of(std::errc of) { return text_of(std::make_error_code(of)); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(exec_restart_, fixture)

BOOST_AUTO_TEST_CASE(twenty_restarts_lose_and_accumulate_nothing) {
    constexpr std::size_t count = 20;
    dir.write("wanted", std::to_string(count));
    auto* const before = std::signal(SIGHUP, SIG_IGN);
    auto const status = run(options("again_and_again"));
    std::signal(SIGHUP, before);
    BOOST_TEST(status.shell_status() == 0);
    BOOST_TEST(dir.lines("runs") == count + 1);
    BOOST_TEST(different("runs").size() == 1U); // pid, argv, environment, cwd, timers, signals
    BOOST_TEST(different("descriptors").size() == 1U);
    BOOST_TEST(different("handover").at(0) == "gone");
    BOOST_TEST(different("handover").size() == 1U);
    BOOST_TEST(dir.read("errors") == "");
    auto const inherited = different("inherited");
    BOOST_REQUIRE(inherited.size() == count + 1);
    BOOST_TEST(inherited.front() == "nothing"); // the 9 in the variable is no memfd
    BOOST_TEST(inherited.back() == "run " + std::to_string(count));
}

// The new run finds the edit, although the exec after it failed.
BOOST_AUTO_TEST_CASE(failed_exec_after_a_build_keeps_the_known_state) {
    fs::create_directory(dir.path / "watched");
    dir.write("watched/early", "");
    dir.write("watched/late", "");
    auto const status = run(options("after_a_build"));
    BOOST_TEST(status.shell_status() == 0);
    BOOST_TEST(dir.read("attempts") == "1\n2\n");
    BOOST_TEST(dir.lines("runs") == 2U);
    BOOST_TEST(dir.read("delivered") == "early\nlate\n");
}

BOOST_AUTO_TEST_CASE(program_that_cannot_start_leaves_the_old_program_running) {
    struct {
        void (*spoil)(directory const&);
        std::string reason;
    } const cases[] = {
        {[](directory const& d) { fs::remove(d / "program"); },
         text_of(std::errc::no_such_file_or_directory)},
        {[](directory const& d) { fs::permissions(d / "program", fs::perms::owner_read); },
         text_of(std::errc::permission_denied)},
        {[](directory const& d) {
             fs::copy_file(d / "program", d / "half");
             fs::resize_file(d / "half", fs::file_size(d / "half") / 2);
             fs::rename(d / "half", d / "program");
         },
         text_of(make_error_code(errc::program_truncated))},
        {[](directory const& d) {
             fs::remove(d / "program");
             d.write("program", "");
             fs::permissions(d / "program", fs::perms::owner_all);
         },
         text_of(std::errc::executable_format_error)},
        {[](directory const& d) { // only exec itself detects the fault
             fs::remove(d / "program");
             d.write("program", "no program");
             fs::permissions(d / "program", fs::perms::owner_all);
         },
         text_of(std::errc::executable_format_error)},
    };
    for (auto const& c : cases) {
        BOOST_TEST(refusal_of(c.spoil) == c.reason);
    }
}

BOOST_AUTO_TEST_CASE(name_of_another_program_is_refused_at_construction) {
    auto with = options("unknown");
    with.command[0] = "./program"; // in a directory left by the program
    with.environment.push_back("MOVE=1");
    auto const here = fs::current_path();
    fs::current_path(dir.path);
    run(with);
    fs::current_path(here);
    auto const reason = make_error_code(errc::program_unknown);
    BOOST_TEST(dir.read("errors") == text_of(reason));
    BOOST_TEST(dir.read("set-up") == reason.message() + '\n');
    BOOST_TEST(dir.read("thrown") ==
               "cannot start this program again '/program': " + reason.message() + '\n');
}

BOOST_AUTO_TEST_CASE(names_of_the_program_are_accepted) {
    auto const here = fs::current_path();
    fs::create_directory(dir.path / "sub");
    fs::create_symlink("../program", dir.path / "sub" / "link");
    fs::copy_file(dir.path / "program", dir.path / "sub" / "odd (deleted)");
    dir.write("wanted", "1");
    for (std::string const name : {"sub/../program", "sub/link", "sub/odd (deleted)"}) {
        fs::remove(dir / "runs");
        auto with = options("again_and_again");
        with.command[0] = name;
        fs::current_path(dir.path);
        run(with);
        fs::current_path(here);
        BOOST_TEST(dir.lines("runs") == 2U, name);
        BOOST_TEST(dir.read("errors") == "");
    }
}

BOOST_AUTO_TEST_CASE(restart_runs_the_program_that_replaced_the_file) {
    auto const with = options("refused");
    command_restart it{with};
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return dir.lines("runs") == 1; }));
    dir.script("new", "echo $$ >>\"$DIR\"/runs; exit 3");
    int const pid = it.pid();
    fs::rename(dir / "new", dir / "program");
    dir.write("spoiled", "");
    BOOST_TEST(drive(it, [&] { return it.supervise(real::now()).done; }));
    BOOST_TEST(it.last_exit()->code == 3);
    BOOST_TEST(dir.read("runs") == "ready\n" + std::to_string(pid) + '\n');
}

BOOST_AUTO_TEST_CASE(reason_of_a_wait_is_reported_once) {
    struct : observer {
        void on_finding(finding const& what) noexcept override { text += to_string(what) + '\n'; }
        std::string text;
    } first, second;
    auto const half = file_text("/proc/self/exe").substr(0, 1000);
    dir.write("half.so", half);
    change what;
    what.path = dir / "half.so";
    what.after.type = file_type::regular;
    change_set const changes{{what}};
    auto const line =
        "cannot restart with '" + what.path + "': the program's file is incomplete\n";
    restat::options watch;
    watch.observer = &first;
    exec_restart it{watch};
    std::error_code error;
    for (int i = 0; i < 3; ++i)
        BOOST_TEST((it.restart(changes, error) == restart_result::refused));
    BOOST_TEST((error == errc::program_truncated));
    BOOST_TEST(first.text == line);
    exec_restart another{watch};
    another.observe(&second);
    another.restart(changes, error);
    BOOST_TEST(first.text == line);
    BOOST_TEST(second.text == line);
    exec_restart silent{watch};
    silent.observe(nullptr);
    BOOST_TEST((silent.restart(changes, error) == restart_result::refused));
    BOOST_TEST(first.text == line);
}

BOOST_AUTO_TEST_CASE(exec_restart_is_a_movable_handing_strategy) {
    static_assert(reporting_strategy<exec_restart>);
    static_assert(handing_strategy<exec_restart> && !supervising_strategy<exec_restart>);
    exec_restart it;
    auto moved = std::move(it);
    snapshot none;
    BOOST_TEST(!moved.inherit(none));
}

BOOST_AUTO_TEST_SUITE_END()
