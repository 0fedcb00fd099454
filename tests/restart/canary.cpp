#include <restat/restart/command_restart.hpp>
#include <restat/restart/fork_restart.hpp>

#include "restart/real_process.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

// A script that logs its first and its last event.
constexpr char life[] = "cd \"$DIR\"; at() { echo \"$RESTAT_GENERATION $1 $0\" >>life; }; "
                        "trap 'at end; exit' TERM; at begin; ";
constexpr char stay[] = "; while :; do sleep 0.02; done";

struct fixture : supervised {
    bool had_children = has_children();
    std::chrono::nanoseconds ahead{}; // the strategy's time runs ahead of the real time

    ~fixture() { BOOST_TEST(has_children() == had_children, "no zombie is left"); }

    command_restart make(command_options options = {}) {
        options.command = {dir / "it", "60"};
        if (options.ready == readiness::started) options.ready = readiness::notified;
        options.environment.push_back("DIR=" + dir.path.string());
        return command_restart{std::move(options), listener()};
    }
    // Replaces the file like a build: the running file stays unchanged.
    void build(std::string const& text) const {
        dir.script("next", text);
        fs::rename(dir / "next", dir / "it");
    }
    void install(std::string const& program) const {
        fs::copy_file(program, dir / "next");
        fs::rename(dir / "next", dir / "it");
    }
    std::string program(std::string const& text) const { return life + text + stay; }

    process_event last(kind what) const {
        auto const at = std::find_if(events.rbegin(), events.rend(),
                                     [&](auto const& e) { return e.kind == what; });
        return at == events.rend() ? process_event{} : *at;
    }
    bool until(command_restart& it, kind what, std::size_t times = 1) const {
        return wait_for([&] {
            it.supervise(real::now() + ahead);
            return count(what) == times;
        });
    }
    // Advances to the limit of a started run without a wait. The limit allows the slowest machine
    // enough time for earlier steps.
    static constexpr std::chrono::hours limit{1};
    void come_to_the_limit() { ahead += limit; }

    // Starts a program that reports ready.
    command_restart ready_program(command_options options = {}) {
        build(program("echo >$RESTAT_READY"));
        auto it = make(std::move(options));
        it.start(real::now());
        BOOST_TEST(until(it, kind::ready));
        return it;
    }
    // Starts the installed program, and comes to the limit that it survives.
    command_restart survivor() {
        auto it = make({.command = {}, .ready = readiness::survived, .ready_limit = limit});
        it.start(real::now());
        BOOST_TEST(until(it, kind::started));
        come_to_the_limit();
        BOOST_TEST(until(it, kind::ready));
        return it;
    }

    // Checks that generations, each marked by a first and a last event, never overlap. A run
    // stopped before its first event logs only the last.
    void check_life() const {
        std::istringstream text{dir.read("life")};
        int runs = 0;
        int last = 0;
        std::string event;
        std::string line;
        for (int generation = 0; text >> generation >> event && std::getline(text, line);) {
            BOOST_TEST(generation >= std::exchange(last, generation));
            BOOST_TEST((runs == 0 || (runs == generation && event == "end")),
                       runs << " runs: " << generation << ' ' << event);
            runs = event == "begin" ? generation : 0;
        }
    }
};

std::string executable_of(int pid) {
    std::error_code error;
    return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error).string();
}

std::string content_of(std::string const& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

void replaced(command_restart& it) {
    static int number = 0;
    std::error_code error;
    // otherwise it resembles the program's own output
    auto const path = std::to_string(++number);
    BOOST_TEST((it.restart(changes({path}), error) == restart_result::restarted));
}

// Sends a datagram to NOTIFY_SOCKET, like sd_notify(3).
void notify(std::string address, std::string const& text) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    address.at(0) = '\0';
    address.copy(name.sun_path, sizeof name.sun_path);
    auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    int const out = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ::sendto(out, text.data(), text.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&name),
             size);
    ::close(out);
}

bool is_readable(int descriptor) {
    pollfd on{descriptor, POLLIN, 0};
    return ::poll(&on, 1, 0) > 0;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(canary, fixture)

BOOST_AUTO_TEST_CASE(new_program_that_ends_is_rolled_back) {
    auto it = ready_program();
    build(life + std::string{"at end; exit 3"});
    replaced(it);
    BOOST_TEST(until(it, kind::rolled_back));
    BOOST_TEST(last(kind::rolled_back).status.code == 3);
    BOOST_TEST(last(kind::rolled_back).generation == 3U);
    BOOST_TEST(last(kind::rolled_back).path == dir / "it");
    BOOST_TEST(!drive(
        it, [&] { return count(kind::started) > 3; }, 300ms)); // no further start follows
    build(program("echo >$RESTAT_READY; echo mended >>told"));
    replaced(it);
    BOOST_TEST(until(it, kind::ready, 2));
    BOOST_TEST(drive(it, [&] { return dir.read("told") == "mended\n"; }));
    BOOST_TEST(finish(it));
    check_life();
    BOOST_TEST(dir.lines("life") == 8U);
    // A script run from its copy has a name of the kernel.
    BOOST_TEST(dir.read("life").find("\n3 begin /dev/fd/") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(silent_program_is_stopped_at_the_limit_and_reported_by_name) {
    auto it = ready_program({.command = {}, .ready_limit = limit});
    build(program(":"));
    replaced(it);
    BOOST_TEST(until(it, kind::started, 2));
    BOOST_TEST(drive(it, [&] { return dir.lines("life") == 3; }));
    come_to_the_limit();
    BOOST_TEST(until(it, kind::rolled_back));
    BOOST_TEST((last(kind::rolled_back).error == std::errc::timed_out));
    BOOST_TEST((last(kind::not_ready).error == std::errc::timed_out));
    BOOST_TEST(count(kind::signalled) == 2U);
    BOOST_TEST(finish(it));
    check_life();
}

BOOST_AUTO_TEST_CASE(program_with_a_survival_limit_needs_no_report) {
    build(program(":"));
    auto it = survivor();
    build("exit 1");
    replaced(it);
    BOOST_TEST(until(it, kind::rolled_back));
    BOOST_TEST(finish(it));
    check_life();
}

BOOST_AUTO_TEST_CASE(rollback_copy_runs_in_the_original_directory) {
    install("/bin/sleep");
    auto it = survivor();
    install("/bin/false");
    replaced(it);
    BOOST_TEST(until(it, kind::rolled_back));
    auto const exe = executable_of(it.pid());
    BOOST_TEST(content_of("/proc/" + std::to_string(it.pid()) + "/exe") ==
               content_of("/bin/sleep"));
    BOOST_TEST(exe.substr(0, exe.rfind('/')) == dir.path.string()); // $ORIGIN is the same
    auto const names = std::distance(fs::directory_iterator{dir.path}, {});
    BOOST_TEST(names == 1); // the copy has no name
    auto const descriptors = "/proc/" + std::to_string(it.pid()) + "/fd";
    // The program does not see the copy either, once its libraries are loaded.
    BOOST_TEST(drive(it, [&] { return !fs::exists(descriptors + "/3"); }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(truncated_or_missing_program_does_not_replace_the_running_program) {
    install("/bin/sleep");
    auto it = survivor();
    auto const pid = it.pid();
    fs::remove(dir / "it");
    std::error_code error;
    BOOST_TEST((it.restart(changes({"a"}), error) == restart_result::refused));
    BOOST_TEST(it.pid() == pid);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(program_refused_by_exec_is_rolled_back) {
    install("/bin/sleep");
    auto it = survivor();
    dir.write("next", "words that are no program\n");
    fs::permissions(dir / "next", fs::perms::owner_all);
    fs::rename(dir / "next", dir / "it");
    replaced(it);
    BOOST_TEST(until(it, kind::rolled_back));
    BOOST_TEST((last(kind::rolled_back).error == std::errc::executable_format_error));
    BOOST_TEST(content_of("/proc/" + std::to_string(it.pid()) + "/exe") ==
               content_of("/bin/sleep"));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(equal_content_is_no_rollback_target) {
    auto const text = program("[ -e broken ] || echo >$RESTAT_READY; [ ! -e broken ] || exit 1");
    build(text);
    auto it = make();
    it.start(real::now());
    BOOST_TEST(until(it, kind::ready));
    dir.write("broken", "");
    build(text); // another file
    replaced(it);
    BOOST_TEST(until(it, kind::gone, 2));
    BOOST_TEST(count(kind::not_ready) == 1U);
    BOOST_TEST(count(kind::rolled_back) == 0U);
    BOOST_TEST(!drive(
        it, [&] { return count(kind::started) > 2; }, 200ms));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(thousand_ready_reports_and_a_late_report_are_harmless) {
    build(program("i=0; while [ $i -lt 1000 ]; do echo $i >$RESTAT_READY; i=$((i + 1)); done; "
                  "echo all >told; while [ ! -e now ]; do sleep 0.02; done; "
                  "echo late >$RESTAT_READY && echo $? >late"));
    auto it = make();
    it.start(real::now());
    BOOST_TEST(until(it, kind::ready));
    BOOST_TEST(drive(it, [&] { return dir.lines("told") == 1; }));
    dir.write("now", "");
    BOOST_TEST(drive(it, [&] { return dir.lines("late") == 1; }));
    BOOST_TEST(count(kind::ready) == 1U);
    BOOST_TEST(wait_for([&] {
        it.supervise(real::now());
        return !is_readable(it.descriptor()); // the descriptor is quiet again
    }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(program_closing_its_ready_file_does_not_wake_the_caller_repeatedly) {
    fork_restart it{[&] {
                        std::string const path = std::getenv("RESTAT_READY");
                        ::close(std::stoi(path.substr(path.rfind('/') + 1)));
                        dir.write("closed", "");
                        for (;;) ::pause();
                    },
                    {.grace = 1s, .ready = readiness::notified},
                    listener()};
    it.start(real::now());
    it.supervise(real::now());
    BOOST_TEST(wait_for([&] { return fs::exists(dir / "closed"); }));
    BOOST_TEST(wait_for([&] { return is_readable(it.descriptor()); }));
    it.supervise(real::now());
    BOOST_TEST(!is_readable(it.descriptor()));
    BOOST_TEST(count(kind::ready) == 0U);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(descriptors_are_the_same_after_20_rollbacks) {
    auto it = ready_program({.command = {}, .grace = 2s});
    std::size_t before = 0;
    for (std::size_t i = 1; i <= 20; ++i) {
        build("exit 1 # " + std::to_string(i));
        replaced(it);
        BOOST_TEST(until(it, kind::rolled_back, i));
        if (i == 1) before = open_descriptors();
    }
    BOOST_TEST(open_descriptors() == before);
    BOOST_TEST(finish(it));
    check_life();
}

BOOST_AUTO_TEST_CASE(ready_report_from_outside_the_group_is_ignored) {
    std::string address;
    fork_restart it{[&] {
                        dir.write("address.new", std::getenv("NOTIFY_SOCKET"));
                        fs::rename(dir / "address.new", dir / "address");
                        wait_for([&] { return fs::exists(dir / "go"); });
                        notify(std::getenv("NOTIFY_SOCKET"), "STATUS=READY=1\nREADY=10");
                        notify(std::getenv("NOTIFY_SOCKET"),
                               "READY=1\n" + std::string(8192, 'x'));
                        dir.write("odd", "");
                        wait_for([&] { return fs::exists(dir / "say"); });
                        notify(std::getenv("NOTIFY_SOCKET"), "STATUS=well\nREADY=1\n");
                        for (;;) ::pause();
                    },
                    {.grace = 1s, .ready = readiness::notified},
                    listener()};
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return fs::exists(dir / "address"); }));
    for (int i = 0; i < 30; ++i) { // more than the capacity of the queue
        notify(dir.read("address"), "READY=1");
        if (i % 10 == 9) it.supervise(real::now());
    }
    dir.write("go", "");
    BOOST_TEST(drive(it, [&] { return fs::exists(dir / "odd"); }));
    it.supervise(real::now());
    BOOST_TEST(count(kind::ready) == 0U); // text similar to the keyword does not count
    dir.write("say", "");
    BOOST_TEST(drive(it, [&] { return count(kind::ready) == 1; }));
    for (int i = 0; i < 30; ++i) { // and the program continues
        notify(dir.read("address"), "WATCHDOG=1");
        it.supervise(real::now());
    }
    BOOST_TEST(!is_readable(it.descriptor()));
    BOOST_TEST(count(kind::ready) == 1U);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(ready_report_of_an_ended_sender_counts) {
    fork_restart it{[&] {
                        int const tool = ::fork();
                        if (tool == 0) {
                            notify(std::getenv("NOTIFY_SOCKET"), "READY=1");
                            ::_exit(0);
                        }
                        ::waitpid(tool, nullptr, 0);
                        dir.write("said", "");
                        for (;;) ::pause();
                    },
                    {.grace = 1s, .ready = readiness::notified},
                    listener()};
    it.start(real::now());
    it.supervise(real::now());
    BOOST_TEST(
        // the strategy does not listen meanwhile
        wait_for([&] { return fs::exists(dir / "said"); }));
    BOOST_TEST(drive(it, [&] { return count(kind::ready) == 1; }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(descriptor_wakes_the_caller_after_a_ready_report) {
    build(program("while [ ! -e say ]; do sleep 0.02; done; echo >$RESTAT_READY"));
    auto it = make();
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return dir.lines("life") == 1; }));
    BOOST_TEST(!is_readable(it.descriptor()));
    dir.write("say", "");
    BOOST_TEST(wait_for([&] { return is_readable(it.descriptor()); }));
    it.supervise(real::now());
    BOOST_TEST(count(kind::ready) == 1U);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(the_tool_of_the_service_manager_is_understood) {
    if (std::system("command -v systemd-notify >/dev/null") != 0) {
        BOOST_TEST_MESSAGE("skipped: there is no systemd-notify");
        return;
    }
    build(program("systemd-notify --ready && echo said >told"));
    auto it = make();
    it.start(real::now());
    BOOST_TEST(until(it, kind::ready));
    BOOST_TEST(drive(it, [&] { return dir.lines("told") == 1; }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(missing_copy_is_reported_and_nothing_else_changes) {
    build(program("echo >$RESTAT_READY"));
    auto it = make();
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit const small{16, before.rlim_max};
    auto const old = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &small);
    it.start(real::now());
    it.supervise(real::now());
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old);
    BOOST_TEST((last(kind::started).error == std::errc::file_too_large));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(change_during_the_trial_starts_another_trial_and_keeps_the_good_copy) {
    auto it = ready_program();
    build(program("echo silent >>told"));
    replaced(it);
    BOOST_TEST(drive(it, [&] { return dir.lines("told") == 1; }));
    build(life + std::string{"at end; exit 3"}); // while the previous program is on trial
    replaced(it);
    BOOST_TEST(until(it, kind::rolled_back));
    BOOST_TEST(count(kind::ready) == 1U);
    BOOST_TEST(count(kind::not_ready) == 1U); // the program on trial did not get its time
    BOOST_TEST(last(kind::rolled_back).generation == 4U);
    BOOST_TEST(drive(it, [&] { return dir.lines("life") == 7; }));
    BOOST_TEST(finish(it));
    check_life();
}

BOOST_AUTO_TEST_CASE(stop_during_the_trial_leaves_no_process) {
    auto const before = open_descriptors();
    {
        auto it = ready_program();
        build(program("sleep 60 & echo $! >>told"));
        replaced(it);
        BOOST_TEST(drive(it, [&] { return dir.lines("told") == 1; }));
        BOOST_TEST(finish(it));
        BOOST_TEST(count(kind::started) == 2U);
        BOOST_TEST(count(kind::rolled_back) == 0U);
        BOOST_TEST(!is_alive(std::stoi(dir.read("told"))));
    }
    BOOST_TEST(open_descriptors() == before);
    BOOST_TEST(dir.lines("life") == 4U);
    check_life();
}

BOOST_AUTO_TEST_CASE(a_death_during_the_trial_leaves_neither_process_nor_file) {
    build(program("echo >$RESTAT_READY"));
    int const parent = ::fork();
    if (parent == 0) {
        auto it = make();
        it.start(real::now());
        drive(it, [&] { return count(kind::ready) == 1; });
        build("echo $$ >\"$DIR\"/draft; cd \"$DIR\"; mv draft told; exec sleep 60");
        replaced(it);
        for (;;) drive(it, [] { return false; });
    }
    BOOST_TEST(wait_for([&] { return fs::exists(dir / "told"); }));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    int const pid = std::stoi(dir.read("told"));
    BOOST_TEST(wait_for([&] { return !is_alive(pid); }));
    // the program, life, notified
    BOOST_TEST(std::distance(fs::directory_iterator{dir.path}, {}) == 3);
}

BOOST_AUTO_TEST_CASE(program_reporting_ready_and_ending_at_once_is_approved) {
    build(life + std::string{"echo >$RESTAT_READY; echo >$RESTAT_READY; at end; exit 4"});
    auto it = make();
    it.start(real::now());
    BOOST_TEST(until(it, kind::ended));
    BOOST_TEST(count(kind::ready) == 1U);
    BOOST_TEST(count(kind::not_ready) == 0U);
    BOOST_TEST(it.last_exit()->code == 4);
    build(life + std::string{"at end; exit 5"});
    replaced(it);
    BOOST_TEST(until(it, kind::rolled_back)); // to the approved program
    BOOST_TEST(until(it, kind::ended, 3));
    BOOST_TEST(it.last_exit()->code == 4);
    BOOST_TEST(!drive(
        it, [&] { return count(kind::started) > 3; }, 200ms));
    BOOST_TEST(finish(it));
    check_life();
}

BOOST_AUTO_TEST_SUITE_END()
