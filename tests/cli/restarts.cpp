#include "program.hpp"
#include "support/sanitized.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

/// Returns the number of restarts, or the time that the server takes to stop; larger in a long
/// run.
int number_from(char const* variable, int otherwise) {
    char const* const text = std::getenv(variable);
    return text ? std::atoi(text) : otherwise;
}

struct life {
    std::string what;
    int pid;
};

std::vector<life> read_log(std::string const& file) {
    std::vector<life> all;
    std::ifstream lines{file};
    for (std::string line; std::getline(lines, line);) {
        auto const blank = line.rfind(' ');
        all.push_back({line.substr(0, blank), std::stoi(line.substr(blank + 1))});
    }
    return all;
}

bool can_run(std::vector<std::string> command) {
    running_program program{std::move(command), {}};
    auto const end = program.wait();
    return end && *end == restat::exit_status{};
}

// Zombies are reaped at the next scan, which may take a while.
constexpr char const* zombies =
    "for i in $(seq 1200); do z=; for p in /proc/[0-9]*/status; do "
    "grep -qs '^State:.Z' $p && z=zombie; done; [ $z ] || break; sleep 0.05; done; "
    "echo $z looked; ";

} // namespace

BOOST_AUTO_TEST_SUITE(restarts)

BOOST_AUTO_TEST_CASE(generations_of_a_server_behind_a_shell_never_meet) {
    int const restarts = number_from("RESTAT_TEST_RESTARTS", 6);
    int const pause = number_from("RESTAT_TEST_STOP_MS", 200);
    temporary_directory const there;
    temporary_directory const elsewhere;
    auto const log = elsewhere / "log";
    auto const server =
        std::string{RESTAT_PROBE} + " " + log + " " + std::to_string(pause) + "; :";
    running_program restat{restat_with({"-n", "20ms", "--", "sh", "-c", server}),
                           {.directory = there.path()}};
    auto const begun = [&] {
        auto const all = read_log(log);
        return std::count_if(all.begin(), all.end(),
                             [](auto const& one) { return one.what == "begin"; });
    };
    BOOST_REQUIRE(restat.wait_for([&] { return begun() == 1; }));
    for (int i = 1; i <= restarts; ++i) {
        auto const before = begun();
        there.write("file" + std::to_string(i), "1");
        there.write("later" + std::to_string(i), "1"); // a second change during the stop
        BOOST_REQUIRE(restat.wait_for([&] { return begun() > before; }));
    }
    restat.signal(SIGTERM);
    BOOST_REQUIRE(restat.wait());
    auto const all = read_log(log);
    BOOST_TEST(all.size() >= 2U * static_cast<std::size_t>(restarts + 1));
    BOOST_TEST(all.size() % 2 == 0U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        BOOST_TEST(all[i].what == (i % 2 == 0 ? "begin" : "end")); // or an error of bind(2)
        if (i % 2 == 1) BOOST_TEST(all[i].pid == all[i - 1].pid);
        BOOST_TEST(!is_alive(all[i].pid));
    }
}

BOOST_AUTO_TEST_CASE(first_process_of_a_namespace_reaps_zombies) {
    std::vector<std::string> const apart{"unshare", "--pid", "--fork", "--kill-child",
                                         "--mount-proc"};
    auto command = apart;
    command.push_back("true");
    if (!can_run(command)) {
        BOOST_TEST_MESSAGE("skipped: no right to make a PID namespace");
        return;
    }
    temporary_directory const there;
    command = apart;
    for (auto const& word :
         restat_with({"-n", "50ms", "--grace", "1s", "--", "sh", "-c",
                      "echo $PPID run $RESTAT_GENERATION; (setsid sleep 0.05 &); sleep 0.1; " +
                          std::string{zombies} + "exec sleep 1000"})) {
        command.push_back(word);
    }
    running_program restat{command, {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_output("1 run 1\nlooked\n"));
    there.write("a", "1");
    BOOST_REQUIRE(restat.wait_for_output("1 run 2\nlooked\n"));
    BOOST_TEST(restat.output() == "1 run 1\nlooked\n1 run 2\nlooked\n");
    restat.signal(SIGKILL); // unshare(1) ignores other signals
}

BOOST_AUTO_TEST_CASE(restart_is_independent_of_inherited_state) {
    struct {
        char const* name;
        void (*prepare)();
    } const oddities[] = {
        {"SIGCHLD ignored", [] { std::signal(SIGCHLD, SIG_IGN); }},
        {"all signals blocked",
         [] {
             sigset_t all;
             ::sigfillset(&all);
             ::sigprocmask(SIG_BLOCK, &all, nullptr);
         }},
        {"no standard input", [] { ::close(0); }},
        {"a umask that allows nothing, and nice", // the command gets them too
         [] {
             ::umask(0777);
             ::setenv("ODD", ("0777 " + std::to_string(::nice(7))).c_str(), 1);
         }},
    };
    for (auto const& [name, prepare] : oddities) {
        temporary_directory const there;
        running_program restat{
            restat_with({"-n", "50ms", "--grace", "1s", "--", "sh", "-c",
                         "[ -z \"$ODD\" ] || [ \"$(umask) $(nice)\" = \"$ODD\" ] || exit; "
                         "echo run $RESTAT_GENERATION; while :; do sleep 0.02; done"}),
            {.directory = there.path(), .prepare = prepare}};
        BOOST_REQUIRE_MESSAGE(restat.wait_for_output("run 1\n"), name);
        there.write("a", "1");
        BOOST_TEST(restat.wait_for_output("run 2\n"), name);
        restat.signal(SIGTERM);
        BOOST_TEST(restat.ends_by(SIGTERM), name);
    }
}

BOOST_AUTO_TEST_CASE(restart_works_without_standard_descriptors) {
    temporary_directory const there;
    temporary_directory const elsewhere;
    auto const log = elsewhere / "log";
    running_program restat{
        restat_with({"-v", "-n", "50ms", "--", "sh", "-c",
                     "r=; for n in 0 1 2; do [ -e /proc/$$/fd/$n ] && r=$r$n; done; echo \"run "
                     "$RESTAT_GENERATION <$r>\" >>" +
                         log + "; exec sleep 1000"}),
        {.directory = there.path(), .prepare = [] {
             for (int descriptor : {0, 1, 2}) ::close(descriptor);
         }}};
    auto const says = [&](std::string const& text) {
        return restat.wait_for([&] {
            std::ifstream file{log};
            return std::string{std::istreambuf_iterator<char>{file}, {}} == text;
        });
    };
    BOOST_REQUIRE(says("run 1 <>\n"));
    there.write("a", "1");
    BOOST_TEST(says("run 1 <>\nrun 2 <>\n"));
    restat.signal(SIGTERM);
    BOOST_TEST(restat.ends_by(SIGTERM));
}

BOOST_AUTO_TEST_CASE(start_beyond_the_process_limit_is_retried,
                     *boost::unit_test::precondition(no_thread_sanitizer)) {
    if (::getuid() != 0) {
        BOOST_TEST_MESSAGE("skipped: only root can become a user without processes");
        return;
    }
    temporary_directory const there;
    constexpr unsigned nobody = 54321; // without any other process
    constexpr auto become_nobody = [] {
        rlimit const three{3, 3}; // restat, its thread, and one more
        ::setrlimit(RLIMIT_NPROC, &three);
        if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(98);
    };
    BOOST_REQUIRE(::chown(there.path().c_str(), nobody, nobody) == 0);
    // The checkout may lie below a directory closed to other users.
    std::string const program = there.path() + "/restat";
    std::filesystem::copy_file(RESTAT_PROGRAM, program);
    running_program other{{"/bin/sleep", "1000"}, {.prepare = become_nobody}};
    BOOST_REQUIRE(other.wait_for([&] { // counts toward the limit
        std::string name;
        std::ifstream file{"/proc/" + std::to_string(other.pid()) + "/comm"};
        return std::getline(file, name) && name == "sleep";
    }));
    running_program restat{{program, "-n", "50ms", "--", "/bin/sleep", "1000"},
                           {.directory = there.path(), .prepare = become_nobody}};
    BOOST_REQUIRE(restat.wait_for_error(
        "restat: cannot run '/bin/sleep': Resource temporarily unavailable; trying again\n"));
    other.signal(SIGKILL);
    BOOST_REQUIRE(other.wait()); // a zombie counts too
    BOOST_TEST(restat.wait_for([&] {
        std::ifstream children{"/proc/" + std::to_string(restat.pid()) + "/task/" +
                               std::to_string(restat.pid()) + "/children"};
        int child = 0;
        return static_cast<bool>(children >> child);
    }));
    BOOST_TEST(restat.becomes_silent());
    // The failure is reported once.
    BOOST_TEST(std::count(restat.error().begin(), restat.error().end(), '\n') == 1);
}

BOOST_AUTO_TEST_SUITE_END()
