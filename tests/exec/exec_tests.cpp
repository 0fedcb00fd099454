#include "exec/life.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <set>
#include <thread>

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

using namespace restat::real;

namespace {

// The report of a run of "read".
struct run {
    std::size_t generation = 0;
    int pid = 0;
    std::string descriptors;
    std::string surroundings;
    std::size_t memory = 0;
    std::size_t level = 0;
    std::string content;
};

run parse(std::string const& line) {
    run of;
    std::istringstream{line} >> of.generation >> of.pid >> of.descriptors >> of.surroundings >>
        of.memory >> of.level >> of.content;
    return of;
}

std::size_t wanted_restarts() {
    char const* const wanted = std::getenv("RESTAT_EXEC_RESTARTS");
    return wanted ? std::strtoul(wanted, nullptr, 10) : RESTARTS;
}

void check_alike(life const& all) {
    std::istringstream log{all.read("log")};
    std::string line;
    std::getline(log, line);
    auto const first = parse(line);
    for (auto before = first; std::getline(log, line);) {
        auto const now = parse(line);
        // a run may be replaced before it reports
        BOOST_TEST(now.generation > before.generation);
        BOOST_TEST(now.level == now.generation); // each run inherited the state
        BOOST_TEST(now.pid == first.pid);
        // The first run may inherit more descriptors; no restart passes these on.
        BOOST_TEST((before.generation == 1 || now.descriptors == before.descriptors));
        BOOST_TEST(now.surroundings == first.surroundings);
        BOOST_TEST(now.memory < first.memory + first.memory / 4 + 1024);
        before = now;
    }
}

// Edits repeatedly at random moments, until there were enough restarts.
void edit_until(life const& all, std::size_t restarts) {
    std::mt19937 random{std::random_device{}()};
    unsigned number = 0;
    while (all.lines("log") <= restarts) {
        all.edit(++number);
        std::this_thread::sleep_for(std::chrono::microseconds{random() % 12'000});
        all.edit(++number);
        bool const is_read = wait_for(
            [&] { return parse(all.last_line()).content == life::content(number); }, 20s);
        BOOST_REQUIRE_MESSAGE(is_read, "edit " << number << " was never read; the last was "
                                               << all.last_line());
    }
}

int connect_to(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    int const client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
    if (::connect(client, raw, sizeof address) == 0) return client;
    ::close(client);
    return -1;
}

// The experience of successive clients.
struct clients {
    std::size_t made = 0;
    std::size_t refused = 0;
    std::set<std::string> answers = {};
};

clients visit_until(std::string const& path, std::atomic<bool> const& done) {
    clients all;
    do {
        ++all.made;
        int const client = connect_to(path);
        if (client < 0) {
            ++all.refused;
        } else {
            char text[16];
            auto const got = ::recv(client, text, sizeof text, 0);
            if (got > 0) all.answers.insert(std::string(text, static_cast<std::size_t>(got)));
            ::close(client);
        }
        std::this_thread::sleep_for(1ms);
    } while (!done);
    return all;
}

constexpr int cannot = 77;

// Makes the following code the first process of a new PID namespace, with a /proc of its own.
void be_first_of_a_namespace() {
    if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) ::_exit(cannot);
    int const pid = ::fork();
    if (pid != 0) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    auto const make_private = [](char const* place) {
        return ::mount("", place, nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    };
    bool const ready = (make_private("/") || make_private("/proc")) && // a chroot is no mount
                       ::mount("proc", "/proc", "proc", 0, nullptr) == 0;
    if (!ready) ::_exit(cannot);
}

void inherit_oddities() {
    std::signal(SIGCHLD, SIG_IGN);
    sigset_t all;
    ::sigfillset(&all);
    ::sigdelset(&all, SIGALRM);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    for (int const number : {0, 1, 2}) ::close(number);
}

} // namespace

BOOST_AUTO_TEST_SUITE(exec)

BOOST_FIXTURE_TEST_CASE(edits_at_any_moment_of_many_restarts_are_all_read, life) {
    driven_process const probe{command("read")};
    BOOST_REQUIRE(has_runs(1));
    edit_until(*this, wanted_restarts());
    check_alike(*this);
    BOOST_TEST(parse(line(0)).pid == probe.pid());
    BOOST_TEST_MESSAGE(lines("log") - 1 << " restarts; memory of the first run "
                                        << parse(line(0)).memory << " kB, of the last "
                                        << parse(last_line()).memory << " kB");
}

BOOST_FIXTURE_TEST_CASE(no_client_is_refused_while_a_kept_socket_is_handed_on_50_times, life) {
    driven_process const probe{command("serve", "socket")};
    BOOST_REQUIRE(has_runs(1));
    std::atomic<bool> done = false;
    clients met;
    std::atomic<bool> const once = true;
    auto const first = visit_until(*this / "socket", once);
    BOOST_TEST(first.answers.contains("1"));
    std::thread visitors{[&] { met = visit_until(*this / "socket", done); }};
    constexpr unsigned restarts = 50;
    for (unsigned i = 1; i <= restarts; ++i) {
        edit(i);
        BOOST_TEST(has_runs(i + 1));
    }
    wait_for([&] { return false; }, 20ms);
    done = true;
    visitors.join();
    BOOST_TEST(met.refused == 0U);
    BOOST_TEST(met.made > restarts);
    BOOST_TEST(met.answers.contains("51")); // the last run answers
    BOOST_TEST(line(1).substr(line(1).find(' ')) == last_line().substr(last_line().find(' ')));
    BOOST_TEST_MESSAGE(met.made << " connections, " << met.refused << " refused");
}

BOOST_FIXTURE_TEST_CASE(replaced_plug_in_restarts_an_unchanged_program, life) {
    auto const replace = [&](char const* by) {
        fs::copy_file(by, path / "new");
        fs::rename(path / "new", path / "plugin.so");
    };
    replace(PLUGIN_1);
    auto words = command("load");
    words[3] = *this / "plugin.so";
    driven_process const probe{words};
    BOOST_REQUIRE(has_runs(1));
    BOOST_TEST(line(0) == "1");
    BOOST_TEST(stays_at(1)); // loading the plug-in is no change
    fs::last_write_time(path / "plugin.so", fs::file_time_type::clock::now());
    BOOST_TEST(stays_at(1));

    replace(PLUGIN_2);
    BOOST_TEST(has_runs(2));
    BOOST_TEST(line(1) == "2");

    replace(PLUGIN_2); // the same relink
    BOOST_TEST(stays_at(2));
    fs::last_write_time(path / "plugin.so", fs::file_time_type::clock::now());
    BOOST_TEST(stays_at(2));

    fs::copy_file(PLUGIN_1, path / "half");
    fs::resize_file(path / "half", fs::file_size(path / "half") / 2);
    fs::rename(path / "half", path / "plugin.so");
    BOOST_TEST(stays_at(2)); // waits for the second half
    replace(PLUGIN_1);
    BOOST_TEST(has_runs(3));
    BOOST_TEST(line(2) == "1");

    BOOST_TEST(stays_at(3)); // until this run has seen the change
    fs::remove(path / "plugin.so");
    BOOST_TEST(has_runs(4));
    BOOST_TEST(line(3).starts_with("none"));
}

BOOST_FIXTURE_TEST_CASE(plug_in_replaced_before_its_first_check_counts_by_content, life) {
    auto words = command("load-and-replace", "by");
    words[3] = *this / "plugin.so";
    for (auto const by : {PLUGIN_1, PLUGIN_2}) {
        fs::remove(path / "log");
        fs::copy_file(PLUGIN_1, path / "plugin.so", fs::copy_options::overwrite_existing);
        fs::copy_file(by, path / "by");
        driven_process const probe{words};
        BOOST_REQUIRE(has_runs(1));
        if (by == std::string_view{PLUGIN_2}) {
            BOOST_TEST(has_runs(2));
            BOOST_TEST(line(1) == "2");
        } else {
            BOOST_TEST(!has_runs(2, 800ms));
        }
    }
}

// Some programs remove a plug-in right after loading it.
BOOST_FIXTURE_TEST_CASE(immediately_removed_plug_in_restarts_nothing_until_its_return, life) {
    auto words = command("load-and-replace", "none");
    words[3] = *this / "plugin.so";
    fs::copy_file(PLUGIN_1, path / "plugin.so");
    driven_process const probe{words};
    BOOST_REQUIRE(has_runs(1));
    BOOST_TEST(!has_runs(2, 800ms));
    fs::copy_file(PLUGIN_2, path / "new");
    fs::rename(path / "new", path / "plugin.so");
    BOOST_TEST(has_runs(2));
    BOOST_TEST(line(1) == "2");
}

BOOST_FIXTURE_TEST_CASE(touched_or_copied_program_does_not_restart_and_incomplete_program_waits,
                        life) {
    driven_process const probe{command("read")};
    BOOST_REQUIRE(has_runs(1));
    fs::last_write_time(path / "probe", fs::file_time_type::clock::now());
    BOOST_TEST(stays_at(1));
    fs::copy_file(path / "probe", path / "copy");
    fs::rename(path / "copy", path / "probe");
    BOOST_TEST(stays_at(1));
    fs::copy_file(path / "probe", path / "half");
    fs::resize_file(path / "half", fs::file_size(path / "half") / 2);
    fs::rename(path / "half", path / "probe");
    BOOST_TEST(stays_at(1));
    fs::copy_file(EXEC_PROBE, path / "whole");
    std::ofstream{path / "whole", std::ios::app} << "with data behind it";
    fs::rename(path / "whole", path / "probe");
    BOOST_TEST(has_runs(2));
}

BOOST_FIXTURE_TEST_CASE(new_timestamp_is_no_change_if_only_content_counts, life) {
    driven_process const probe{command("content")};
    BOOST_REQUIRE(has_runs(1));
    for (unsigned run = 1; run <= 3; ++run) { // the next run inherits the content of each file
        fs::last_write_time(path / "config", fs::file_time_type::clock::now());
        fs::permissions(path / "config", fs::perms::owner_read | fs::perms::owner_write);
        edit(run - 1); // the same content
        BOOST_TEST(stays_at(run));
        edit(run);
        BOOST_TEST(has_runs(run + 1));
        BOOST_TEST(line(run) == life::content(run));
    }
}

// The memory of the guard continues from run to run.
BOOST_FIXTURE_TEST_CASE(program_writing_a_tracked_file_stops_restarting, life) {
    write("out", "");
    auto const proofs = [&] {
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < lines("log"); ++i) {
            if (line(i).starts_with("cannot restart for ")) all.push_back(i);
        }
        return all;
    };
    driven_process const probe{command("write-at-start", "out")};
    BOOST_REQUIRE(wait_for([&] { return !proofs().empty(); }, 300s));
    auto const proof = proofs().front();
    BOOST_TEST(proof >= 5U); // the first run, an immediate restart, and three of the guard
    BOOST_TEST(line(proof).find(*this / "out") != std::string::npos);
    // the path to ignore
    BOOST_TEST(line(proof).ends_with(" - " + (*this / "out")), line(proof));
    BOOST_TEST(stays_at(proof + 1));
    edit(1);
    BOOST_TEST(has_runs(proof + 2));
    BOOST_TEST(line(proof + 1) == "run " + std::to_string(proof + 1));
    BOOST_TEST(stays_at(proof + 2)); // although the program has written again
}

BOOST_FIXTURE_TEST_CASE(newly_watched_files_enter_the_baseline_without_a_report, life) {
    fs::create_directory(path / "more");
    for (auto const name : {"more/a", "more/b"}) write(name, "x");
    driven_process const probe{command("select", "more")};
    BOOST_REQUIRE(has_runs(1));
    edit(1);
    BOOST_TEST(has_runs(2)); // tracks more
    BOOST_TEST(line(1) == "2 config.1");
    BOOST_TEST(stays_at(2));
    write("more/a", "edited");
    BOOST_TEST(has_runs(3)); // tracks less
    BOOST_TEST(line(2) == "3 a");
    BOOST_TEST(stays_at(3));
    edit(2);
    BOOST_TEST(has_runs(4));
    BOOST_TEST(line(3) == "4 config.2");
}

BOOST_FIXTURE_TEST_CASE(as_the_first_process_of_a_pid_namespace, life) {
    driven_process probe{command("read"), be_first_of_a_namespace};
    wait_for([&] { return lines("log") >= 1 || probe.wait(0ms) >= 0; });
    if (probe.wait(0ms) == cannot) {
        BOOST_TEST_MESSAGE("skipped: no right to make a PID namespace");
        return;
    }
    BOOST_REQUIRE(has_runs(1));
    edit_until(*this, 5);
    check_alike(*this);
    BOOST_TEST(parse(last_line()).pid == 1);
}

BOOST_FIXTURE_TEST_CASE(with_chld_ignored_signals_blocked_and_no_standard_streams, life) {
    driven_process probe{command("read"), inherit_oddities};
    BOOST_REQUIRE(has_runs(1));
    edit_until(*this, 5);
    check_alike(*this);
    BOOST_TEST(parse(line(0)).descriptors.find("0,1,2") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(buffered_output_appears_before_the_next_run, life) {
    driven_process probe{command("print")};
    BOOST_REQUIRE(has_runs(1));
    edit(1);
    BOOST_REQUIRE(has_runs(2));
    edit(2);
    BOOST_REQUIRE(has_runs(3));
    probe.signal(SIGKILL);
    BOOST_TEST(probe.rest() == "printed by 1printed by 2");
}

BOOST_FIXTURE_TEST_CASE(unflushable_stream_delays_nothing, life) {
    for (auto const act : {"print-much", "lock-stdout"}) {
        fs::remove(path / "log");
        driven_process const probe{command(act)}; // its output is never read
        BOOST_REQUIRE(has_runs(1));
        for (unsigned run = 1; run <= 2; ++run) {
            edit(run);
            BOOST_TEST(has_runs(run + 1), act);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_thread_is_stopped_in_place_or_ends_by_the_exec, life) {
    for (std::string const kind : {"careful", "careless"}) {
        fs::remove(path / "log");
        driven_process const probe{command("stop-thread", kind)};
        BOOST_REQUIRE(has_runs(1));
        for (unsigned run = 1; run <= 3; ++run) {
            edit(run);
            BOOST_TEST(has_runs(2 * run + 1));
            BOOST_TEST(line(2 * run - 1) == (kind == "careful" ? "put away" : "too late"));
            BOOST_TEST(line(2 * run) == "run");
        }
    }
}

BOOST_FIXTURE_TEST_CASE(only_registered_children_end, life) {
    driven_process const probe{command("parent", "pids")};
    BOOST_REQUIRE(has_runs(1));
    edit(1);
    BOOST_TEST(has_runs(2));
    BOOST_TEST(line(1) == "children gone gone alive");
}

BOOST_FIXTURE_TEST_CASE(the_death_of_the_parent_still_ends_it, life) {
    std::optional<driven_process> guardian{command("outlive", "guardian")};
    BOOST_REQUIRE(has_runs(1));
    edit(1);
    BOOST_REQUIRE(has_runs(2));
    int const pid = std::atoi(last_line().c_str());
    BOOST_TEST(pid == std::atoi(line(0).c_str()));
    BOOST_TEST(is_alive(pid));
    guardian.reset(); // killed
    BOOST_TEST(wait_for([&] { return !is_alive(pid); }));
}

BOOST_AUTO_TEST_SUITE_END()
