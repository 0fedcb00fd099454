#include <restat/restart/command_restart.hpp>

#include "restart/real_process.hpp"
#include "support/free_port.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

using namespace restat;
using namespace restat::real;
using kind = process_event_kind;

namespace {

struct fixture : supervised {
    bool had_children = has_children();

    ~fixture() { BOOST_TEST(has_children() == had_children, "no zombie is left"); }

    command_restart make(command_options options) {
        options.environment.push_back("DIR=" + dir.path.string());
        return command_restart{std::move(options), listener()};
    }
    // Runs a text by /bin/sh in the test's directory.
    command_restart shell(std::string const& text, command_options options = {}) {
        options.command = {"/bin/sh", "-c", "cd \"$DIR\"; " + text};
        return make(std::move(options));
    }
    // Starts the program; returns the pid that its first run writes.
    int first_of(command_restart& it) {
        it.start(real::now());
        BOOST_TEST(drive(it, [&] { return runs() == 1; }));
        return pids().at(0);
    }
};

// Returns a new path each time: a path changed after each start would count as the program's own
// output.
std::vector<std::string> another_path() {
    static int number = 0;
    return {std::to_string(++number)};
}

void restart(command_restart& it, std::vector<std::string> const& paths = another_path()) {
    std::error_code error;
    BOOST_TEST((it.restart(changes(paths), error) == restart_result::restarted));
    BOOST_TEST(!error);
}

bool is_idle(command_restart& it) {
    return it.supervise(real::now()).now == supervision::state::idle;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(command_restart_, fixture)

BOOST_AUTO_TEST_CASE(child_gets_generation_reason_and_changes) {
    auto it = shell("{ echo $RESTAT_GENERATION $RESTAT_REASON; "
                    "[ -z \"$RESTAT_CHANGES\" ] || tr '\\0\\t' '\\n ' <$RESTAT_CHANGES; "
                    "} >now; mv now told; exec sleep 60");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return dir.read("told") == "1 start\n"; }));
    restart(it, {"a b", "c\xff"});
    BOOST_TEST(drive(
        it, [&] { return dir.read("told") == "2 change\nmodified a b\nmodified c\xff\n"; }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(status_and_signal_differ) {
    auto it = shell("[ $RESTAT_GENERATION = 1 ] && exit 3; kill -KILL $$");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 1; }));
    BOOST_TEST((it.last_exit() == exit_status{3, 0, false}));
    restart(it);
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 2; }));
    BOOST_TEST((it.last_exit() == exit_status{0, SIGKILL, false}));
    BOOST_TEST(it.last_exit()->shell_status() == 137);
}

BOOST_AUTO_TEST_CASE(program_ignoring_the_signal_is_killed_after_the_grace_period) {
    auto it = shell("trap '' TERM; echo $$ >>runs; while :; do sleep 0.05; done",
                    {.command = {}, .grace = 200ms});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    auto const began = real::now();
    restart(it);
    BOOST_TEST(drive(it, [&] { return runs() == 2; }));
    BOOST_TEST((real::now() - began >= 200ms));
    BOOST_TEST(count(kind::killed) == 1U);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(slow_stop_delays_the_next_start) {
    auto it = shell("trap 'sleep 0.3; echo x >>over; exit 0' TERM; echo $$ >>runs; "
                    "while :; do sleep 0.02; done",
                    {.command = {}, .grace = 30s});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    restart(it);
    restart(it); // during the stop: no additional start
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(dir.lines("over") == 1U); // before the second began
    BOOST_TEST(count(kind::killed) == 0U);
    BOOST_TEST(!drive(
        it, [&] { return count(kind::started) > 2; }, 300ms));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(stopped_process_ends_too) {
    // The program handles the signal: without a handler, the kernel ends even a stopped process.
    auto it = shell("trap 'exit 0' TERM; echo $$ >>runs; while :; do sleep 0.02; done",
                    {.command = {}, .grace = 30s});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    ::kill(it.pid(), SIGSTOP);
    restart(it);
    BOOST_TEST(drive(it, [&] { return runs() == 2; })); // within the grace period
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(program_started_by_a_shell_ends_with_the_shell) {
    auto it = shell("sh -c 'echo $$ >>runs; sleep 60; :' ; :");
    int const first = first_of(it);
    restart(it);
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(!is_alive(first));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(remaining_grandchild_is_killed_before_the_next_start) {
    auto it = shell("sh -c 'trap \"\" TERM; echo $$ >>runs; while :; do sleep 0.05; done' & "
                    "trap 'exit 0' TERM; wait",
                    {.command = {}, .grace = 200ms});
    int const first = first_of(it);
    restart(it);
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(!is_alive(first));
    BOOST_TEST(count(kind::killed) == 1U);
    BOOST_TEST(drive(it, [&] { return runs() == 2; }));
    BOOST_TEST(finish(it));
    BOOST_TEST(!is_alive(pids().at(1)));
}

BOOST_AUTO_TEST_CASE(stray_is_left_or_ended_as_chosen) {
    for (auto const chosen : {escape_policy::leave, escape_policy::end}) {
        events.clear();
        dir.write("runs", "");
        auto it = shell("setsid sh -c 'echo $$ >>runs; exec sleep 60' & exec sleep 60",
                        {.command = {}, .escaped_processes = chosen});
        int const stray = first_of(it);
        restart(it);
        BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
        BOOST_TEST(is_alive(stray) == (chosen == escape_policy::leave));
        BOOST_TEST(drive(it, [&] { return runs() == 2; }));
        BOOST_TEST(finish(it));
        BOOST_TEST(is_alive(pids().at(1)) == (chosen == escape_policy::leave));
        for (int const pid : pids()) ::kill(pid, SIGKILL);
    }
}

BOOST_AUTO_TEST_CASE(stray_without_its_parent_is_named_and_killed_after_the_grace_period) {
    auto it =
        shell("setsid sh -c 'trap \"\" TERM; echo $$ >>runs; while :; do sleep 0.05; done' & "
              "while [ ! -s runs ]; do sleep 0.01; done; exit 0",
              {.command = {},
               .grace = 200ms,
               .on_exit = after_exit::wait,
               .escaped_processes = escape_policy::end});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 1; }));
    int const stray = pids().at(0);
    restart(it);
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(!is_alive(stray));
    BOOST_TEST(reports_kill(events, stray, "sh"));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(killed_processes_are_reported) {
    auto it = shell("trap '' TERM; echo $$ >>runs; while :; do sleep 60; done",
                    {.command = {}, .grace = 100ms});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    int const leader = it.pid();
    BOOST_TEST(finish(it));
    BOOST_TEST(count(kind::killed) == 1U);
    BOOST_TEST((events.back().kind == kind::gone));
    BOOST_TEST((events.back().step == stop_step::kill));
    auto const& killed = events.at(events.size() - 3).kind == kind::killed
                             ? events.at(events.size() - 3)
                             : events.at(events.size() - 2);
    BOOST_TEST(killed.members.size() >= 1U);
    BOOST_TEST((killed.members.at(0) == process_name{leader, "sh"}));
}

BOOST_AUTO_TEST_CASE(unreadable_process_list_delays_the_end_by_the_grace_period_only) {
    auto it = shell("trap 'exit 0' TERM; echo $$ >>runs; while :; do sleep 0.02; done",
                    {.command = {}, .grace = 300ms});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    it.stop(real::now());
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit const none{0, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none); // /proc cannot be opened
    bool const gone = wait_for([&] { return is_idle(it); });
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST(gone);
}

BOOST_AUTO_TEST_CASE(remaining_processes_stay_until_the_next_start) {
    auto it = shell("sleep 60 & echo $! >>runs");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 1; }));
    BOOST_TEST(!is_idle(it));
    BOOST_TEST(it.descriptor() == -1);
    int const left = pids().at(0);
    BOOST_TEST(is_alive(left));
    restart(it);
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(!is_alive(left));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(program_dying_at_once_waits_or_restarts) {
    auto waiting = shell("exit 1");
    waiting.start(real::now());
    BOOST_TEST(drive(waiting, [&] { return is_idle(waiting); }));
    BOOST_TEST(!drive(
        waiting, [&] { return count(kind::started) > 1; }, 300ms));

    auto returning = shell("echo $RESTAT_REASON >>runs; exit 1",
                           {.command = {}, .on_exit = after_exit::restart});
    returning.start(real::now());
    BOOST_TEST(drive(returning, [&] { return runs() == 2; }));
    BOOST_TEST(dir.read("runs") == "start\nexit\n");
    BOOST_TEST(finish(returning));
}

BOOST_AUTO_TEST_CASE(quit_is_done_at_its_end) {
    auto it = shell("exit 5", {.command = {}, .on_exit = after_exit::quit});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return it.supervise(real::now()).done; }));
    BOOST_TEST(it.last_exit()->code == 5);
}

BOOST_AUTO_TEST_CASE(failed_start_is_reported_with_path_and_error) {
    dir.write("plain", "text");
    dir.write("empty", "");
    fs::permissions(dir / "empty", fs::perms::owner_all);
    dir.write("words", "no program\n");
    fs::permissions(dir / "words", fs::perms::owner_all);
    dir.script("orphaned", "");
    dir.write("orphaned", "#!/nowhere/sh\n");
    struct {
        std::string path;
        std::errc reason;
    } const cases[] = {
        {dir / "missing", std::errc::no_such_file_or_directory},
        {dir / "plain", std::errc::permission_denied},            // not executable
        {dir.path.string(), std::errc::permission_denied},        // a directory
        {dir / "empty", std::errc::executable_format_error},      // a shell would run this file
        {dir / "words", std::errc::executable_format_error},      // rejected by the kernel
        {dir / "orphaned", std::errc::no_such_file_or_directory}, // its interpreter is missing
        {"no-such-program-in-path", std::errc::no_such_file_or_directory},
    };
    for (auto const& c : cases) {
        events.clear();
        auto it = make({.command = {c.path}});
        it.start(real::now());
        it.supervise(real::now());
        BOOST_TEST_CONTEXT(c.path) {
            BOOST_REQUIRE(events.size() == 1U);
            BOOST_TEST((events[0].kind == kind::start_failed));
            BOOST_TEST(events[0].path == c.path);
            BOOST_TEST((events[0].error == c.reason), events[0].error.message());
            BOOST_TEST((it.last_error() == c.reason));
            BOOST_TEST(it.pid() == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(appearing_program_starts_without_a_change) {
    auto it = make({.command = {dir / "later"}});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return count(kind::start_failed) == 1; }));
    dir.script("later", "echo x >>\"$DIR\"/runs");
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
}

BOOST_AUTO_TEST_CASE(program_with_a_writer_is_not_started) {
    auto const path = dir.script("written", "echo x >>\"$DIR\"/runs; exec sleep 60");
    auto it = make({.command = {path}});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    {
        std::ofstream const writer{path, std::ios::app};
        std::error_code error;
        BOOST_TEST((it.restart(changes({"a"}), error) == restart_result::refused));
        BOOST_TEST((error == errc::program_changed), error.message());
        BOOST_TEST(is_alive(it.pid()));
    }
    restart(it);
    BOOST_TEST(drive(it, [&] { return runs() == 2; }));
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(path_search_skips_other_files) {
    fs::create_directories(dir.path / "one" / "tool");
    fs::create_directory(dir.path / "two");
    dir.write("two/tool", "not executable");
    fs::create_directory(dir.path / "three");
    dir.script("three/tool", "echo \"$0\" >>\"$DIR\"/runs");
    auto const path =
        "PATH=" + (dir / "one") + ":" + (dir / "two") + ":/nowhere:" + (dir / "three");
    auto it = make({.command = {"tool"}, .environment = {path}});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    BOOST_TEST(events.at(0).path == dir / "three/tool");
    BOOST_TEST(drive(it, [&] { return is_idle(it); }));
}

BOOST_AUTO_TEST_CASE(added_variables_replace_existing_variables) {
    auto it = shell("env >now; mv now told; exec sleep 60",
                    {.command = {}, .environment = {"HOME=/x", "RESTAT_REASON=none", "A=b=c"}});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return !dir.read("told").empty(); }));
    auto const told = '\n' + dir.read("told");
    for (auto const line : {"\nHOME=/x\n", "\nA=b=c\n", "\nRESTAT_REASON=start\n"}) {
        BOOST_TEST(told.find(line) != std::string::npos, line);
    }
    BOOST_TEST(told.find("RESTAT_CHANGES") == std::string::npos);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(a_bound_port_is_free_for_the_next) {
    int const listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(free_port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    constexpr socklen_t size = sizeof address;
    BOOST_REQUIRE(::bind(listener, name, size) == 0);
    ::listen(listener, 1);
    // The child inherits a descriptor of the port; here the descriptor is closed.
    auto it = std::make_unique<command_restart>(
        shell("trap 'sleep 0.2; exit' TERM; echo $$ >>runs; while :; do sleep 0.02; done",
              {.command = {}, .keep = {listener}}));
    it->start(real::now());
    BOOST_TEST(drive(*it, [&] { return runs() == 1; }));
    ::close(listener);
    auto const bind_again = [&] {
        int const other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        bool const bound = ::bind(other, name, size) == 0;
        ::close(other);
        return bound;
    };
    BOOST_TEST(!bind_again());
    it->stop(real::now());
    BOOST_TEST(drive(*it, [&] { return is_idle(*it); }));
    BOOST_TEST(bind_again());
}

BOOST_AUTO_TEST_CASE(child_inherits_only_kept_descriptors) {
    int const kept = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    // not close-on-exec, an oversight of the host
    int const other = ::open("/dev/null", O_RDONLY);
    auto it = shell("exec sleep 60", {.command = {}, .keep = {kept}});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return it.pid() != 0; }));
    auto const folder = "/proc/" + std::to_string(it.pid());
    BOOST_TEST(drive(it, [&] {
        std::string name;
        return std::getline(std::ifstream{folder + "/comm"}, name) && name == "sleep";
    }));
    std::set<std::string> const expected{"0", "1", "2", std::to_string(kept)};
    BOOST_TEST(drive(it, [&] { // after its libraries are loaded
        std::set<std::string> open;
        for (auto const& at : std::filesystem::directory_iterator{folder + "/fd"}) {
            open.insert(at.path().filename().string());
        }
        return open == expected;
    }));
    BOOST_TEST(finish(it));
    ::close(kept);
    ::close(other);
}

BOOST_AUTO_TEST_CASE(mask_and_ignored_signals_are_those_at_construction) {
    std::string expected;
    std::ifstream status{"/proc/thread-self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("SigBlk:") || line.starts_with("SigIgn:")) expected += line + '\n';
    }
    auto it = shell("grep -E '^Sig(Blk|Ign)' /proc/self/status >now; mv now told; exec sleep 60");
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    auto* const pipe = std::signal(SIGPIPE, SIG_IGN);
    auto* const usr1 = std::signal(SIGUSR1, [](int) {});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return !dir.read("told").empty(); }));
    std::signal(SIGPIPE, pipe);
    std::signal(SIGUSR1, usr1);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    BOOST_TEST(dir.read("told") == expected);
    BOOST_TEST(finish(it));
}

BOOST_AUTO_TEST_CASE(descriptor_is_readable_from_the_end_until_supervise) {
    auto it = shell("read x <gate");
    ::mkfifo((dir / "gate").c_str(), 0600);
    BOOST_TEST(it.descriptor() == -1);
    it.start(real::now());
    it.supervise(real::now());
    pollfd on{it.descriptor(), POLLIN, 0};
    BOOST_TEST(on.fd >= 0);
    BOOST_TEST(::poll(&on, 1, 0) == 0);
    dir.write("gate", "x\n");
    BOOST_TEST(::poll(&on, 1, 10'000) == 1);
    it.supervise(real::now());
    BOOST_TEST(it.descriptor() == -1);
    BOOST_TEST(drive(it, [&] { return is_idle(it); }));
}

BOOST_AUTO_TEST_CASE(kill_from_another_thread_ends_it_at_once) {
    auto it = shell("trap '' TERM; echo $$ >>runs; while :; do sleep 0.05; done",
                    {.command = {}, .grace = 1h});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    it.stop(real::now());
    BOOST_TEST(!drive(
        it, [&] { return is_idle(it); }, 100ms));
    std::thread{[&] { it.kill(); }}.join();
    BOOST_TEST(drive(it, [&] { return is_idle(it); }));
    it.kill(); // no process is left
}

BOOST_AUTO_TEST_CASE(destruction_leaves_no_process) {
    int pid = 0;
    {
        auto it = shell("trap '' TERM; sleep 60 & echo $! >>runs; wait; sleep 60");
        it.start(real::now());
        BOOST_TEST(drive(it, [&] { return runs() == 1; }));
        pid = it.pid();
    }
    BOOST_TEST(!is_alive(pid));
    BOOST_TEST(!is_alive(pids().at(0)));
}

BOOST_AUTO_TEST_CASE(child_dies_with_a_killed_parent) {
    int const parent = ::fork();
    if (parent == 0) {
        auto it = shell("echo $$ >>runs; exec sleep 60");
        it.start(real::now());
        it.supervise(real::now());
        for (;;) ::pause();
    }
    BOOST_TEST(wait_for([&] { return runs() == 1; }));
    int const pid = pids().at(0);
    BOOST_TEST(is_alive(pid));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    BOOST_TEST(wait_for([&] { return !is_alive(pid); }));
}

BOOST_AUTO_TEST_CASE(host_ignoring_chld_gets_no_exit_status) {
    auto* const before = std::signal(SIGCHLD, SIG_IGN);
    auto it = shell("echo $$ >>runs; sleep 60 & exec sleep 60");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 1; }));
    restart(it);
    BOOST_TEST(drive(it, [&] { return runs() == 2; }));
    BOOST_TEST(!is_alive(pids().at(0)));
    BOOST_TEST(!it.last_exit());
    BOOST_TEST(finish(it));
    BOOST_TEST(!is_alive(pids().at(1)));
    std::signal(SIGCHLD, before);
}

BOOST_AUTO_TEST_CASE(orphans_of_the_group_are_reaped_by_a_subreaper) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    auto it = shell("sh -c 'sleep 0.05 & echo $! >>runs'; sleep 60 & echo $! >>runs; exit 0");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return runs() == 2; }));
    restart(it);
    BOOST_TEST(drive(it, [&] { return count(kind::started) == 2; }));
    BOOST_TEST(drive(it, [&] { return runs() == 4; }));
    BOOST_TEST(finish(it));
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

BOOST_AUTO_TEST_CASE(the_hosts_own_children_are_left_alone) {
    int const mine = ::fork();
    if (mine == 0) ::_exit(9);
    auto it = shell("exit 0");
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 1 && is_idle(it); }));
    int status = 0;
    BOOST_TEST(::waitpid(mine, &status, 0) == mine);
    BOOST_TEST(WEXITSTATUS(status) == 9);
}

BOOST_AUTO_TEST_CASE(descriptors_are_the_same_after_100_restarts) {
    auto it = make({.command = {"/bin/true"}});
    it.start(real::now());
    BOOST_TEST(drive(it, [&] { return is_idle(it); }));
    auto const before = open_descriptors();
    for (int i = 0; i < 100; ++i) {
        restart(it);
        it.supervise(real::now());
        BOOST_TEST(drive(it, [&] { return is_idle(it); }));
    }
    BOOST_TEST(open_descriptors() == before);
    BOOST_TEST(count(kind::started) == 101U);
}

BOOST_AUTO_TEST_CASE(missing_descriptors_are_reported_and_retried) {
    auto it = make({.command = {"/bin/true"}});
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit const none{3, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    it.start(real::now());
    it.supervise(real::now());
    ::setrlimit(RLIMIT_NOFILE, &before);
    BOOST_TEST((it.last_error() == std::errc::too_many_files_open));
    BOOST_TEST(drive(it, [&] { return count(kind::ended) == 1 && is_idle(it); }));
}

BOOST_AUTO_TEST_CASE(invalid_command_is_refused) {
    BOOST_CHECK_THROW(command_restart{command_options{}}, reload_error);
    BOOST_CHECK_THROW((command_restart{{.command = {std::string{"a\0b", 3}}}}), reload_error);
}

BOOST_AUTO_TEST_CASE(command_restart_is_a_movable_supervising_strategy) {
    static_assert(supervising_strategy<command_restart> && !handing_strategy<command_restart>);
    auto it = shell("exec sleep 60");
    it.start(real::now());
    it.supervise(real::now());
    auto moved = std::move(it);
    BOOST_TEST(is_alive(moved.pid()));
    BOOST_TEST(finish(moved));
}

BOOST_AUTO_TEST_SUITE_END()
