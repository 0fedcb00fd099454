// The program under test of `run_tests.cpp`. The first argument selects its action; each report is
// a line on standard output.
#include <restat/run.hpp>
#include <restat/stat_reloader.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <stop_token>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

int edition(); // changes with each build

using namespace std::chrono_literals;

namespace {

std::string program;
std::string text; // the second argument

restat::options quick() {
    restat::options watch;
    watch.guard = restat::loop_guard::off; // a test edits right after each start
    if (!text.empty()) watch.track = {text};
    watch.interval = 20ms;
    watch.quiet_period = 40ms;
    return watch;
}

void say(std::string const& what) {
    std::printf("%s\n", what.c_str());
    std::fflush(stdout);
}

int say_result(int result) {
    say("after " + std::to_string(result));
    return result & 0x7f;
}

char const* variable(char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "none";
}

// --- the supervised functions

void wait_for_signals() {
    for (;;) ::pause();
}

void tell_serving() {
    say("serving " + std::to_string(edition()) + " " + std::to_string(::getpid()) + " " +
        variable("RESTAT_GENERATION"));
}

void serve() {
    tell_serving();
    wait_for_signals();
}

int give(int value) { return value; }

void count_up(int& calls) { ++calls; }

int ask_once() {
    if (std::strcmp(variable("RESTAT_GENERATION"), "1") != 0) return 5;
    sigset_t term; // may arrive immediately
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    say("asking " + std::to_string(restat::request_restart()));
    ::sigprocmask(SIG_UNBLOCK, &term, nullptr);
    wait_for_signals();
    return 6;
}

int ask_and_return() {
    if (std::strcmp(variable("RESTAT_GENERATION"), "1") != 0) return 5;
    restat::request_restart();
    return 6;
}

void ignore_signals() {
    std::signal(SIGTERM, SIG_IGN);
    serve();
}

// Returns on a stop request, and releases its resources.
int work_until(std::stop_token stop, int result) noexcept {
    auto const put_away = [](int*) { say("put away"); };
    std::unique_ptr<int, decltype(put_away)> const thing{&result, put_away};
    std::stop_callback const asked{stop, [] { say("asked"); }};
    tell_serving();
    while (!stop.stop_requested()) ::usleep(1000);
    return result;
}

void ignore_token(std::stop_token stop) {
    std::stop_callback const asked{stop, [] { say("asked"); }};
    serve();
}

int return_unasked(std::stop_token stop) {
    return stop.stop_possible() && !stop.stop_requested() ? 7 : 8;
}

// TERM ends a process forked by the function. Both stop tokens receive the request.
int work_inside(std::stop_token stop) {
    int const other = ::fork();
    if (other == 0) wait_for_signals();
    int const result = restat::run_with_reloader(work_until, 3);
    int status = 0;
    ::waitpid(other, &status, 0);
    say("forked " + std::to_string(WTERMSIG(status)));
    while (!stop.stop_requested()) ::usleep(1000);
    return result;
}

// Forks, and returns twice.
int return_twice(std::stop_token) {
    int const other = ::fork();
    if (other == 0) return 5;
    int status = 0;
    ::waitpid(other, &status, 0);
    return 10 + WEXITSTATUS(status);
}

int sides_of_the_child() {
    say(std::string{"child "} + (restat::is_reloader_child() ? "is" : "is not"));
    say(std::string{"variable "} + variable("RESTAT_CHILD"));
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    say("blocked " + std::to_string(::sigismember(&mask, SIGUSR2)) +
        std::to_string(::sigismember(&mask, SIGTERM)));
    if (int const pid = ::fork(); pid == 0) {
        say(std::string{"forked "} + (restat::is_reloader_child() ? "is" : "is not"));
        ::execl("/proc/self/exe", "run_program", "child-of-child", nullptr);
        std::_Exit(1);
    } else {
        ::waitpid(pid, nullptr, 0);
    }
    return 0;
}

// Returns the strings kept by the kernel since the start of a process, without those of a
// supervisor.
std::vector<std::string> strings_of(int pid, char const* what) {
    std::ifstream file{"/proc/" + std::to_string(pid) + what};
    std::vector<std::string> strings;
    for (std::string one; std::getline(file, one, '\0');) {
        if (one.rfind("RESTAT_", 0) != 0) strings.push_back(one);
    }
    return strings;
}

void compare_with_parent() {
    for (auto const* const what : {"/cmdline", "/environ"}) {
        auto const mine = strings_of(::getpid(), what);
        bool const same = !mine.empty() && mine == strings_of(::getppid(), what);
        say(std::string{what} + (same ? " same" : " differs"));
    }
}

int nested() {
    int const inner = restat::run_with_reloader(give, 40, quick());
    say("inner " + std::to_string(inner));
    return inner + 2;
}

// --- the actions of the program

int call_give() { return say_result(restat::run_with_reloader(give, std::atoi(text.c_str()))); }
int call_void() {
    int calls = 0;
    restat::run_with_reloader(count_up, calls);
    int const again = restat::run_with_reloader([&] { return calls; }, {.interval = 5s});
    return say_result(again);
}
int call_exit() {
    return say_result(restat::run_with_reloader([] { std::exit(std::atoi(text.c_str())); }));
}
int call_signal() {
    return say_result(restat::run_with_reloader([] {
        ::kill(::getpid(), std::atoi(text.c_str()));
        wait_for_signals();
    }));
}
int call_throw() {
    try {
        return say_result(restat::run_with_reloader([] { throw 1; }));
    } catch (int) {
        say("caught");
        return 9;
    }
}
int call_serve() { return say_result(restat::run_with_reloader(serve, quick())); }
int call_content() {
    auto watch = quick();
    watch.compare = restat::comparison::content;
    return say_result(restat::run_with_reloader(serve, watch));
}
int call_stubborn() {
    auto watch = quick();
    watch.grace = 1h;
    return say_result(restat::run_with_reloader(ignore_signals, watch));
}
int call_until() { return say_result(restat::run_with_reloader(work_until, 4, quick())); }
int call_until_handled() {
    std::signal(SIGINT, [](int) { ::_exit(9); }); // the handler of the program
    return call_until();
}
int call_in_vain() {
    auto watch = quick();
    watch.grace = 3500ms;
    return say_result(restat::run_with_reloader(ignore_token, watch));
}
// Forks a process that takes some time to end.
void leave_behind() {
    sigset_t term; // may arrive immediately
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    if (::fork() != 0) {
        ::sigprocmask(SIG_UNBLOCK, &term, nullptr);
        return;
    }
    int signal = 0;
    ::sigwait(&term, &signal);
    ::usleep(300'000);
    ::_exit(0);
}

// A program that must report ready. Some editions report, some are silent, some end early or
// later.
void get_ready() {
    std::ifstream tracked{text};
    if (std::string word; tracked >> word && word == "bad") std::exit(0);
    if (edition() == 1 || edition() == 6) {
        say("reported " + std::to_string(restat::report_ready()));
    } else {
        leave_behind();
    }
    if (edition() == 3) std::exit(0);
    if (edition() == 4) {
        ::usleep(1'500'000); // no longer an early exit
        std::_Exit(1);
    }
    serve();
}

struct tell_findings : restat::observer {
    void on_finding(restat::finding const& what) noexcept override {
        say("found: " + what.error.message());
    }
};

int call_get_ready(restat::readiness ready, std::chrono::milliseconds limit) {
    static tell_findings tell;
    auto watch = quick();
    watch.ready = ready;
    watch.ready_limit = limit;
    watch.observer = &tell;
    return say_result(restat::run_with_reloader(get_ready, watch));
}
int call_exit_early() {
    static tell_findings tell;
    return say_result(restat::run_with_reloader(
        [] { std::exit(3); }, {.ready = restat::readiness::notified, .observer = &tell}));
}
int call_ready() { return call_get_ready(restat::readiness::notified, 5s); }
int call_last() { return call_get_ready(restat::readiness::survived, 6s); }
int become_ready() {
    try {
        restat::stat_reloader const reloader{{.ready = restat::readiness::notified}};
    } catch (restat::reload_error const& refused) {
        say(refused.code().message());
    }
    return restat::report_ready(); // there is no supervisor
}
int call_unasked() { return say_result(restat::run_with_reloader(return_unasked)); }
int call_twice_over() { return say_result(restat::run_with_reloader(return_twice)); }
int call_inside() { return say_result(restat::run_with_reloader(work_inside, quick())); }
int call_ask() { return say_result(restat::run_with_reloader(ask_once)); }
int call_ask_and_return() { return say_result(restat::run_with_reloader(ask_and_return)); }
int call_sides() {
    bool const before = restat::is_reloader_child();
    say(std::string{before ? "is" : "is not"} + " a child before");
    return say_result(restat::run_with_reloader(sides_of_the_child));
}
int call_mirror() { return say_result(restat::run_with_reloader(compare_with_parent)); }
int call_nested() { return say_result(restat::run_with_reloader(nested)); }
int call_twice() {
    int const first = restat::run_with_reloader(give, 100'000);
    say("first " + std::to_string(first));
    int const second = restat::run_with_reloader([=] { return first + 1; });
    say("second " + std::to_string(second));
    return say_result(restat::run_with_reloader([=] { return second + 1; }));
}
int call_debug() {
    auto plain = restat::debug(give);
    auto watched = restat::debug({.track = {"."}})([](int a, int b) { return a + b; });
    return say_result(plain(3) + watched(4, 5));
}
int run_program() {
    if (!restat::is_reloader_child()) return say_result(restat::restart_with_reloader(quick()));
    if (text == "3") return 3;
    serve();
    return 0;
}
int run_nested_program() {
    if (!restat::is_reloader_child()) return say_result(restat::restart_with_reloader(quick()));
    try {
        static_cast<void>(restat::restart_with_reloader());
    } catch (std::system_error const& refused) {
        say(refused.what());
    }
    return restat::run_with_reloader(give, 4) + 1; // a direct call
}
int child_of_child() {
    say(std::string{"grandchild "} + (restat::is_reloader_child() ? "is" : "is not"));
    return 0;
}
int become_again() {
    restat::stat_reloader reloader{quick()};
    restat::reloader_guard const watching{reloader};
    serve();
    return 0;
}
// a broken build
int crash_if_new() {
    if (edition() == 3) std::_Exit(1); // exits before the supervision
    if (edition() == 4 && restat::is_reloader_child()) return 1;
    return call_serve();
}

// Puts another build in place before the supervision.
int serve_replaced() {
    bool const is_child = restat::is_reloader_child();
    if (!is_child && std::rename((program + ".new").c_str(), program.c_str()) != 0) return 98;
    return call_serve();
}

struct {
    char const* name;
    int (*act)();
} const acts[] = {
    {"give", call_give},
    {"void", call_void},
    {"exit", call_exit},
    {"signal", call_signal},
    {"throw", call_throw},
    {"serve", call_serve},
    {"content", call_content},
    {"stubborn", call_stubborn},
    {"until", call_until},
    {"until-handled", call_until_handled},
    {"in-vain", call_in_vain},
    {"exit-early", call_exit_early},
    {"ready", call_ready},
    {"last", call_last},
    {"become-ready", become_ready},
    {"unasked", call_unasked},
    {"twice-over", call_twice_over},
    {"inside", call_inside},
    {"ask", call_ask},
    {"ask-and-return", call_ask_and_return},
    {"sides", call_sides},
    {"mirror", call_mirror},
    {"nested", call_nested},
    {"twice", call_twice},
    {"debug", call_debug},
    {"program", run_program},
    {"nested-program", run_nested_program},
    {"child-of-child", child_of_child},
    {"become-again", become_again},
    {"crash-if-new", crash_if_new},
    {"serve-replaced", serve_replaced},
};

} // namespace

int main(int argc, char** argv) {
    ::alarm(120); // a bound for every failure
    program = argv[0];
    std::string const wanted = argc > 1 ? argv[1] : "";
    text = argc > 2 ? argv[2] : "";
    for (auto const& [name, act] : acts) {
        if (name == wanted) return act();
    }
    return 99;
}
