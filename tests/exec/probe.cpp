// A program that restarts itself by exec and logs a line for each run, in the file of its second
// argument. Its first argument selects an action, its third the path to track.
#include <restat/error.hpp>
#include <restat/restart/inheritance.hpp>
#include <restat/stat_reloader.hpp>

#include "exec/report.hpp"
#include "support/refused_call.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <semaphore>
#include <sstream>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

char** arguments;

std::string argument(int index) { return arguments[index]; }

void tell(std::string const& line) { append_line(argument(2), line); }

// The next of four files gets each edit: a file changed after each start would count as the
// program's own output. Numbers have eight digits; the greatest is the newest.
std::vector<std::string> edited() {
    auto const first = argument(3);
    std::vector<std::string> all{first};
    for (char const* const each : {".1", ".2", ".3"}) {
        if (fs::exists(first + each)) all.push_back(first + each);
    }
    return all;
}
std::string newest() {
    std::string content;
    for (auto const& path : edited()) content = std::max(content, text_of(path));
    return content;
}

restat::options quick() {
    restat::options watch;
    if (arguments[3]) watch.track = edited();
    watch.interval = 2ms;
    watch.quiet_period = 0ms;
    watch.guard = restat::loop_guard::off; // a test edits right after each start
    return watch;
}

// Ends at once. The leak checker fails in a process it may not inspect, and would then end the
// process with a status of its own.
[[noreturn]] void end_unchecked() { ::_exit(0); }

[[noreturn]] void live() {
    for (;;) ::pause();
}

// --- the state of a run, seen from inside

// Returns the close-on-exec flag of each descriptor.
std::string descriptor_flags() {
    std::string text;
    std::istringstream numbers{open_numbers()};
    for (std::string number; std::getline(numbers, number, ',');) {
        text += std::to_string(::fcntl(std::atoi(number.c_str()), F_GETFD));
    }
    return text;
}

// Returns arguments, environment, directory and signals as a number, without this library's
// variables.
std::size_t surroundings() {
    auto text = text_of("/proc/self/cmdline");
    std::istringstream environment{text_of("/proc/self/environ")};
    for (std::string one; std::getline(environment, one, '\0');) {
        if (!one.starts_with("RESTAT_") && !one.starts_with("LISTEN_")) text += one + '\0';
    }
    text += fs::current_path().string();
    auto const status = text_of("/proc/self/status");
    auto const begin = status.find("SigBlk");
    text += status.substr(begin, status.find("SigCgt") - begin);
    return std::hash<std::string>{}(text);
}

// Returns the state to be restored after a failed exec: signals, timers, and the other threads.
std::string what_exec_touches() {
    auto const status = text_of("/proc/self/status");
    auto const threads = status.find("Threads:");
    auto const begin = status.find("SigBlk");
    itimerval timer{};
    ::getitimer(ITIMER_VIRTUAL, &timer);
    return open_numbers() + ' ' + descriptor_flags() + ' ' + std::to_string(surroundings()) +
           ' ' + status.substr(threads, status.find('\n', threads) - threads) +
           status.substr(begin, status.find("CapInh") - begin) +
           std::to_string(timer.it_interval.tv_sec);
}

std::size_t memory() { // kB
    auto const status = text_of("/proc/self/status");
    return std::strtoul(status.c_str() + status.find("VmRSS:") + 6, nullptr, 10);
}

std::string describe(restat::exec_restart const& restart) {
    auto text = std::to_string(restart.generation()) + ' ' + std::to_string(::getpid()) + ' ' +
                open_numbers() + ' ' + std::to_string(surroundings()) + ' ' +
                std::to_string(memory());
    return text;
}

// --- the actions

// Logs the content of the tracked file, and the number of inherited states. Reads long before the
// watch begins: the handoff reveals an edit in between.
void read() {
    auto const content = newest();
    ::usleep(3000);
    restat::stat_reloader reloader{quick()};
    auto& restart = reloader.strategy();
    int const level = std::atoi(restat::take_blob("level").value_or("0").c_str()) + 1;
    restart.before([&] { restart.stash("level", std::to_string(level)); });
    auto const line = describe(restart);
    restat::reloader_guard const watching{reloader};
    tell(line + ' ' + std::to_string(level) + ' ' + content);
    live();
}

// Answers each connection with the number of the run; keeps the socket.
void serve() {
    restat::stat_reloader reloader{quick()};
    int listening = restat::take_descriptor("http");
    if (listening < 0) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        std::strncpy(address.sun_path, argument(4).c_str(), sizeof address.sun_path - 1);
        listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
        if (::bind(listening, raw, sizeof address) != 0 || ::listen(listening, 1000) != 0) {
            std::abort();
        }
    }
    reloader.strategy().keep(listening, "http");
    auto const generation = std::to_string(reloader.strategy().generation());
    auto const numbers = open_numbers(); // before the thread with temporary descriptors starts
    restat::reloader_guard const watching{reloader};
    tell(generation + ' ' + numbers);
    for (;;) {
        int const client = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        ::send(client, generation.data(), generation.size(), MSG_NOSIGNAL);
        ::close(client);
    }
}

// Loads a plug-in after the baseline, as usual for plug-ins.
void load() {
    auto watch = quick();
    watch.track = {};
    restat::stat_reloader reloader{watch};
    restat::reloader_guard const watching{reloader};
    void* const plugin = ::dlopen(argument(3).c_str(), RTLD_NOW | RTLD_LOCAL);
    auto* const edition =
        plugin ? reinterpret_cast<int (*)()>(::dlsym(plugin, "edition")) : nullptr;
    tell(edition ? std::to_string(edition()) : std::string{"none: "} + ::dlerror());
    live();
}

// Removes the plug-in before its first check, or replaces it by the file in the fourth argument.
void load_and_replace() {
    auto watch = quick();
    watch.track = {};
    watch.interval = 300ms;
    restat::stat_reloader reloader{watch};
    bool const first = reloader.strategy().generation() == 1;
    restat::reloader_guard const watching{reloader};
    void* const plugin = ::dlopen(argument(3).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (first) {
        fs::remove(argument(3));
        if (fs::exists(argument(4))) fs::rename(argument(4), argument(3));
    }
    tell(std::to_string(reinterpret_cast<int (*)()>(::dlsym(plugin, "edition"))()));
    live();
}

// Tracks more in the second run than in the first, and less in the third.
void select() {
    std::error_code none;
    auto const runs = text_of(argument(2));
    auto watch = quick();
    if (std::count(runs.begin(), runs.end(), '\n') == 1) watch.track.push_back(argument(4));
    restat::stat_reloader reloader{watch};
    auto& restart = reloader.strategy();
    restat::reloader_guard const watching{reloader};
    std::string causes;
    for (auto const& each : restart.cause())
        causes += ' ' + fs::path{each.path}.filename().string();
    tell(std::to_string(restart.generation()) + causes);
    live();
}

// Only bytes count.
void content() {
    auto watch = quick();
    watch.compare = restat::comparison::content;
    restat::stat_reloader reloader{watch};
    restat::reloader_guard const watching{reloader};
    tell(newest());
    live();
}

// Changes a watched file at each start, and reports the guard's findings.
void write_at_start() {
    struct : restat::observer {
        restat::exec_restart const* restart = nullptr;
        void on_finding(restat::finding const& what) noexcept override {
            tell(to_string(what) + " - " + restart->loop_rule());
        }
    } listener;
    auto watch = quick();
    watch.guard = restat::loop_guard::on;
    watch.track.push_back(argument(4));
    watch.observer = &listener;
    restat::stat_reloader reloader{watch};
    listener.restart = &reloader.strategy();
    tell("run " + std::to_string(reloader.strategy().generation()));
    restat::reloader_guard const watching{reloader};
    std::ofstream{argument(4), std::ios::app} << "written\n";
    live();
}

void buffer_stdout() {
    static char buffer[1 << 20];
    std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

// Prints without a flush. The output appears before the next run, unless the pipe is never read.
void print() {
    restat::stat_reloader reloader{quick()};
    bool const first = reloader.strategy().generation() == 1;
    buffer_stdout();
    std::printf("printed by %zu", reloader.strategy().generation());
    restat::reloader_guard const watching{reloader};
    tell(first ? "first" : "again");
    live();
}
void print_much() {
    restat::stat_reloader reloader{quick()};
    buffer_stdout();
    std::printf("%s", std::string(100'000, 'x').c_str()); // more than the capacity of a pipe
    restat::reloader_guard const watching{reloader};
    tell("run");
    live();
}
void lock_stdout() {
    restat::stat_reloader reloader{quick()};
    ::flockfile(stdout);
    restat::reloader_guard const watching{reloader};
    tell("run");
    live();
}

// A thread that stops before the exec, or a thread ended by the exec.
void stop_thread() {
    restat::stat_reloader reloader{quick()};
    bool const cares = argument(4).ends_with("careful");
    std::binary_semaphore ended{0};
    std::jthread worker{[&](std::stop_token stop) {
        while (!cares || !stop.stop_requested()) ::usleep(1000);
        ::usleep(50'000);
        tell("put away");
        ended.release();
    }};
    reloader.strategy().finally([&] {
        worker.request_stop();
        if (!ended.try_acquire_for(cares ? 20s : 100ms)) tell("too late");
    });
    restat::reloader_guard const watching{reloader};
    tell("run");
    live();
}

// Three children: a registered child, a child ignoring TERM, and an unregistered child.
int sleeper(bool deaf) {
    auto const before = std::signal(SIGTERM, deaf ? SIG_IGN : SIG_DFL); // inherited by the child
    int const pid = ::fork();
    if (pid == 0) live();
    std::signal(SIGTERM, before);
    return pid;
}
void parent() {
    restat::stat_reloader reloader{quick()};
    auto& restart = reloader.strategy();
    if (restart.generation() > 1) {
        std::string text = "children";
        std::istringstream pids{text_of(argument(4))};
        for (int pid = 0; pids >> pid;) {
            bool const lives = ::kill(pid, 0) == 0;
            text += lives ? " alive" : " gone";
            if (lives) ::kill(pid, SIGKILL);
        }
        while (::wait(nullptr) > 0) {
        }
        tell(text);
        live();
    }
    int const pids[] = {sleeper(false), sleeper(true), sleeper(false)};
    std::ofstream{argument(4)} << pids[0] << ' ' << pids[1] << ' ' << pids[2];
    restart.end_child(pids[0]);
    restart.end_child(pids[1]);
    restart.end_child(::getppid()); // not a child, so not ended
    restat::reloader_guard const watching{reloader};
    tell("first");
    live();
}

// Runs as the child of another process, and must end when the parent is killed.
void outlive() {
    int const guardian = std::atoi(text_of(argument(4)).c_str());
    if (guardian == 0) {
        std::ofstream{argument(4)} << ::getpid();
        if (::fork() != 0) live();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    restat::stat_reloader reloader{quick()};
    restat::reloader_guard const watching{reloader}; // another thread performs the exec
    tell(std::to_string(::getpid()));
    live();
}

// Logs the error of the construction, or a run.
void set_up() {
    try {
        restat::stat_reloader reloader{quick()};
        restat::reloader_guard const watching{reloader};
        tell("run " + std::to_string(reloader.strategy().generation()));
        live();
    } catch (restat::reload_error const& refused) {
        tell(refused.code().message());
        end_unchecked();
    }
}

// Logs what the observer gets about a restart.
void report() {
    struct : restat::observer {
        void on_finding(restat::finding const& what) noexcept override {
            tell(what.path == argument(0) ? "waits: " + what.error.message() : to_string(what));
        }
        void on_restarting(restat::change_set const&) noexcept override { tell("restarts"); }
    } log;
    auto with = quick();
    with.observer = &log;
    restat::stat_reloader reloader{with};
    restat::reloader_guard const watching{reloader};
    tell("run " + std::to_string(reloader.strategy().generation()));
    live();
}

// Constructs the reloader in the middle of a build, which has moved the running file away.
void set_up_moved_away() {
    if (!fs::exists(argument(4))) fs::rename(argument(0), argument(4));
    set_up();
}

// The same in the second run only, started by exec_restart.
// The file keeps a name beside, by a hard link.
void set_up_removed() {
    fs::create_hard_link("probe", argument(4));
    fs::remove("probe");
    set_up();
}

void set_up_again_moved_away() { fs::exists(argument(2)) ? set_up_moved_away() : set_up(); }

// Moves the running file away, and puts another build in its place.
void move_away_and_rebuild() {
    fs::rename(argument(0), argument(4));
    fs::copy_file(argument(4), argument(0));
    std::ofstream{argument(0), std::ios::app} << "another build";
}

// Constructs the reloader of the second run after the build.
void set_up_again_rebuilt() {
    if (fs::exists(argument(2)) && !fs::exists(argument(4))) move_away_and_rebuild();
    set_up();
}

// Constructs the reloader of the first run after the build.
void set_up_rebuilt() {
    if (!fs::exists(argument(4))) move_away_and_rebuild();
    set_up();
}

// Constructs the reloader of the first run after the file of the last argument was moved to the
// name of the program. This file may be a link.
void set_up_replaced() {
    std::error_code missing; // in the second run
    fs::rename(argument(4), argument(0), missing);
    set_up();
}

// The same, and a file that was just written delays the baseline.
void set_up_replaced_amid_writes() {
    std::error_code missing;
    fs::rename(argument(4), argument(0), missing);
    restat::stat_reloader reloader{quick()};
    auto const generation = reloader.strategy().generation();
    if (generation == 1) std::ofstream{argument(3), std::ios::app} << '+';
    restat::reloader_guard const watching{reloader};
    tell("run " + std::to_string(generation));
    live();
}

// Constructs the reloader of the first run after its directory was renamed, and another directory
// got the name.
void set_up_beside() {
    auto const directory = argument(3);
    arguments[3] = nullptr; // is not tracked
    if (!fs::exists(directory + ".old")) {
        fs::rename(directory, directory + ".old");
        fs::rename(argument(4), directory);
    }
    set_up();
}

void set_up_elsewhere() {
    fs::current_path(argument(4));
    set_up();
}

// Constructs the reloader without /proc. The program starts with /proc, since a sanitizer reads the
// bounds of the stack there.
void set_up_without_proc() {
    bool const is_gone = ::unshare(CLONE_NEWNS) == 0 &&
                         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                         ::umount2("/proc", MNT_DETACH) == 0;
    if (!is_gone) ::_exit(99);
    set_up();
}

// Makes a system call of this process fail from now on, as given by "NUMBER:ERRNO".
void have_fail(std::string const& what) {
    refuse_call(std::atol(what.c_str()), std::atoi(what.c_str() + what.find(':') + 1));
}

// Logs the program's own idea of its inheritance, after misleading variables.
void look() {
    restat::exec_restart const restart;
    bool const told = std::getenv("RESTAT_HANDOVER") != nullptr;
    tell(std::to_string(restart.generation()) + (told ? " told " : " untold ") + open_numbers());
}

// Tries to restart as often as given by the fourth argument, and logs each error.
void try_in_vain() {
    restat::exec_options how;
    auto const kind = argument(3);
    if (kind == "large") how.environment = {"LARGE=" + std::string(8 << 20, 'x')};
    if (kind == "distrust") {
        how.writable_by_others = restat::writable_program::refused_to_root;
        fs::permissions(argument(0), fs::perms::all);
    }
    restat::exec_restart restart{how};
    std::signal(SIGPIPE, SIG_IGN);     // not ignored at the start
    ::socket(AF_UNIX, SOCK_STREAM, 0); // ordinary descriptors, closed by an exec
    static std::ofstream const journal{argument(2) + ".journal"};
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    ::close(ends[0]);
    std::jthread const writer{[&](std::stop_token stop) { // each write raises SIGPIPE
        while (!stop.stop_requested() && ::write(ends[1], "", 1) < 0 && errno == EPIPE) {
        }
    }};
    bool thrown = false;
    bool went_far = false;
    restart.finally([&] { went_far = true; });
    if (kind == "throw") restart.before([] { throw 1; });
    int const gone = ::dup(0);
    if (kind == "closed") restart.keep(gone, "gone");
    ::close(gone);
    if (kind == "script") { // only exec itself detects the fault
        fs::remove(argument(0));
        std::ofstream{argument(0)} << "no program";
        fs::permissions(argument(0), fs::perms::owner_all);
    }
    itimerval const hour{{3600, 0}, {3600, 0}};
    ::setitimer(ITIMER_VIRTUAL, &hour, nullptr);
    if (kind.starts_with("fail ")) have_fail(kind.substr(5));
    auto const before = what_exec_touches();
    std::error_code error;
    for (int left = std::atoi(argument(4).c_str()); left > 0; --left) {
        try {
            restart.restart({}, error);
        } catch (int) {
            thrown = true;
        }
    }
    // The kernel counts the thread of the last exec until its cleanup.
    for (int left = 1000; left > 0 && before != what_exec_touches(); --left) ::usleep(1000);
    bool const same = before == what_exec_touches();
    tell((thrown ? "thrown" : error.message()) + (same ? ", same" : ", not the same") +
         (went_far ? ", at exec" : ""));
    if (kind.starts_with("fail ")) end_unchecked();
}

// Takes the inheritance by the variables of the contract alone.
void activate() {
    if (std::getenv("LISTEN_FDS")) {
        auto const variable = [](char const* name) { return std::string{std::getenv(name)}; };
        bool const mine = std::atoi(std::getenv("LISTEN_PID")) == ::getpid();
        std::string text = variable("LISTEN_FDS") + ' ' + variable("LISTEN_FDNAMES") +
                           (mine ? " mine" : " not mine");
        char one = 0;
        char two = 0;
        if (::pread(3, &one, 1, 0) == 1 && ::pread(4, &two, 1, 0) == 1)
            text += ' ' + (std::string{one} + two);
        int const second = restat::take_descriptor("second");
        int const first = restat::take_descriptor("first");
        text += ' ' + std::to_string(first) + ' ' + std::to_string(second) + ' ' +
                std::to_string(restat::take_descriptor("first"));
        bool const closing = ::fcntl(first, F_GETFD) == FD_CLOEXEC;
        text += closing ? " close-on-exec" : " open on exec";
        text += std::getenv("LISTEN_FDS") || std::getenv("LISTEN_PID") ? " told" : " untold";
        tell(text);
        restat::exec_restart next; // keeps nothing, so sets no variables
        std::error_code error;
        next.restart({}, error);
    }
    auto const runs = text_of(argument(2));
    if (!runs.empty()) {
        tell(std::string{"none "} + open_numbers());
        return;
    }
    // Each descriptor occupies the number of the other.
    int const a = ::open(argument(3).c_str(), O_RDONLY | O_CLOEXEC);
    int const b = ::open(argument(4).c_str(), O_RDONLY | O_CLOEXEC);
    restat::exec_restart restart;
    restart.keep(b, "first");
    restart.keep(a, "second");
    std::error_code error;
    restart.restart({}, error);
    tell(error.message());
}

// Takes the inheritance from a supervisor, then ends.
void take() {
    bool const mine = std::atoi(std::getenv("LISTEN_PID")) == ::getpid();
    auto const numbers = open_numbers();
    int const first = restat::take_descriptor("first");
    int const second = restat::take_descriptor("second");
    auto const text = restat::take_blob("text").value_or("nothing");
    char content[] = "..";
    bool const read =
        ::pread(first, content, 1, 0) == 1 && ::pread(second, content + 1, 1, 0) == 1;
    bool const told = std::getenv("RESTAT_HANDOVER") || std::getenv("LISTEN_FDS");
    tell(std::to_string(first) + ' ' + std::to_string(second) + ' ' + (read ? content : "?") +
         ' ' + text + (mine ? " mine" : " not mine") + (told ? " told " : " untold ") + numbers);
}

struct {
    char const* name;
    void (*act)();
} const acts[] = {
    {"read", read},
    {"serve", serve},
    {"load", load},
    {"load-and-replace", load_and_replace},
    {"select", select},
    {"content", content},
    {"write-at-start", write_at_start},
    {"print", print},
    {"print-much", print_much},
    {"lock-stdout", lock_stdout},
    {"stop-thread", stop_thread},
    {"parent", parent},
    {"outlive", outlive},
    {"set-up", set_up},
    {"set-up-moved-away", set_up_moved_away},
    {"set-up-again-moved-away", set_up_again_moved_away},
    {"set-up-removed", set_up_removed},
    {"set-up-again-rebuilt", set_up_again_rebuilt},
    {"set-up-rebuilt", set_up_rebuilt},
    {"set-up-replaced", set_up_replaced},
    {"set-up-replaced-amid-writes", set_up_replaced_amid_writes},
    {"set-up-beside", set_up_beside},
    {"set-up-elsewhere", set_up_elsewhere},
    {"set-up-without-proc", set_up_without_proc},
    {"report", report},
    {"look", look},
    {"try-in-vain", try_in_vain},
    {"activate", activate},
    {"take", take},
};

} // namespace

int main(int count, char** strings) {
    ::alarm(240); // a limit for every failure
    arguments = strings;
    std::string wanted = count > 1 ? strings[1] : "";
    if (wanted == "script") { // started as the interpreter of a script
        arguments = strings + 2;
        wanted = argument(1);
    }
    for (auto const& [name, act] : acts) {
        if (name == wanted) act();
    }
    return 0;
}
