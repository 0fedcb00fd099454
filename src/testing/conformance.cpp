#include <restat/testing/conformance.hpp>

#include "base/quoted.hpp"

#include <restat/clock/sleep_clock.hpp>
#include <restat/escape.hpp>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <set>
#include <stdio.h>
#include <thread>

namespace restat::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// The documented limit for the end of a wait, and the allowances for a busy machine.
constexpr milliseconds stop_limit{200};
constexpr milliseconds match_limit{100};
constexpr milliseconds step_limit{200};
constexpr seconds patience{2};

// Returns the duration of an action, by the monotonic clock.
template <class Deed>
nanoseconds duration_of(Deed&& deed) {
    sleep_clock const clock;
    auto const before = clock.now();
    deed();
    return clock.now() - before;
}

void append(sentences& to, sentences more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    while (times-- > 0) all += text;
    return all;
}

} // namespace

std::vector<std::string> sample_paths() {
    return {
        "main.cpp",
        "src/main.cpp",
        "src/.hidden",
        "/usr/include/a.h",
        "build",
        "build/x/y.o",
        "a",
        ".",
        "-",
        "a b",
        "name\nwith\nlines",
        "\x1b[31m",
        "\xff\xfe",
        "*",
        "[",
        "\\",
        "src/",
        std::string(255, 'a'),             // the longest name
        repeated("directory/", 400) + "f", // longer than the longest path
        repeated("a/", 30) + "b",          // for 30 repetitions of **/
        std::string(64, 'a') + '!',        // for (a*)*b
    };
}

// --- matchers

namespace detail {
namespace {

struct question {
    std::string path;
    file_type type;
    verdict answer;
};

verdict ask_about(match const& ask, std::string const& path, file_type type) {
    return ask({path, 0, type});
}

bool is_verdict(verdict answer) {
    return answer == verdict::exclude || answer == verdict::none || answer == verdict::include;
}

void check_speed(match const& ask, std::string const& path, sentences& wrong) {
    auto took = nanoseconds::max();
    for (int i = 0; i < 3 && took > match_limit; ++i) {
        took = std::min(took, duration_of([&] { ask_about(ask, path, file_type::regular); }));
    }
    if (took > match_limit)
        wrong.push_back("takes more than 100 ms for " + restat::detail::quoted(path));
}

std::vector<question> first_answers(match const& ask, std::vector<std::string> const& paths,
                                    sentences& wrong) {
    std::vector<question> asked;
    for (auto const& path : paths) {
        for (auto const type : {file_type::regular, file_type::directory, file_type::symlink}) {
            asked.push_back({path, type, ask_about(ask, path, type)});
            if (is_verdict(asked.back().answer)) continue;
            wrong.push_back("returns an invalid verdict for " + restat::detail::quoted(path));
        }
    }
    return asked;
}

void check_again(match const& ask, std::vector<question> const& asked, sentences& wrong) {
    for (auto at = asked.rbegin(); at != asked.rend(); ++at) {
        if (ask_about(ask, at->path, at->type) == at->answer) continue;
        wrong.push_back("changes its verdict on " + restat::detail::quoted(at->path) +
                        " without a reason");
    }
}

void check_threads(match const& ask, std::vector<question> const& asked, sentences& wrong) {
    std::mutex mutex;
    std::set<std::string> changed;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (auto const& [path, type, answer] : asked) {
                    if (ask_about(ask, path, type) == answer) continue;
                    std::lock_guard const lock{mutex};
                    changed.insert(path);
                }
            });
        }
    }
    for (auto const& path : changed) {
        wrong.push_back("returns a different verdict on " + restat::detail::quoted(path) +
                        " from several threads");
    }
}

void check_explained(explained const& explain, std::vector<question> const& asked,
                     sentences& wrong) {
    for (auto const& [path, type, answer] : asked) {
        if (explain({path, 0, type}).says == answer) continue;
        wrong.push_back("explains a different verdict on " + restat::detail::quoted(path) +
                        " than it returns");
    }
}

void check_faults(collect const& faults, sentences& wrong) {
    std::vector<finding> found{{"sentinel", {}, "match"}};
    faults(found);
    if (found.empty() || found.front().path != "sentinel") {
        wrong.emplace_back("faults() replaces earlier findings instead of appending");
    }
    std::vector<finding> again;
    faults(again);
    if (!again.empty()) wrong.emplace_back("faults() reports the same fault twice");
}

} // namespace

sentences check_matcher(matcher_calls const& matcher, std::vector<std::string> const& paths) {
    auto const& [ask, explain, faults] = matcher;
    sentences wrong;
    for (auto const& path : paths) check_speed(ask, path, wrong);
    if (!wrong.empty()) return wrong; // the other checks would take too long
    auto const asked = first_answers(ask, paths, wrong);
    check_again(ask, asked, wrong);
    check_threads(ask, asked, wrong);
    check_explained(explain, asked, wrong);
    check_faults(faults, wrong);
    return wrong;
}

} // namespace detail

sentences check_reachable(matcher_ref matcher, std::vector<std::string> const& paths) {
    sentences wrong;
    for (std::string_view const path : paths) {
        if (matcher({path, 0, file_type::regular}) != verdict::include) continue;
        for (auto end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
            if (watches(matcher({path.substr(0, end), 0, file_type::directory}))) continue;
            wrong.push_back(
                "includes " + restat::detail::quoted(path) + " but excludes the directory " +
                restat::detail::quoted(path.substr(0, end)) + ", so a scan never finds the file");
        }
    }
    return wrong;
}

// --- enumerators

namespace detail {
namespace {

// Applies a rule and records the questions of an enumerator.
class recorder {
public:
    explicit recorder(std::function<verdict(candidate const&)> rule) : rule_{std::move(rule)} {}

    verdict ask(candidate const& path) noexcept {
        auto const answer = rule_(path);
        std::lock_guard const lock{mutex_};
        if (path.below > path.path.size()) misplaced_.emplace(path.path);
        if (is_below_closed(path.path)) opened_.emplace(path.path);
        auto& group = watches(answer) ? allowed_ : denied_;
        group.emplace(path.path);
        if (!watches(answer) && path.is_directory()) closed_.emplace(path.path);
        return answer;
    }

    sentences check(snapshot const& listed) const {
        sentences wrong;
        for (auto const& path : misplaced_) {
            wrong.push_back("asks about " + restat::detail::quoted(path) +
                            " with `below` beyond its end");
        }
        for (auto const& path : opened_) {
            wrong.push_back("opens an excluded directory: asks about " +
                            restat::detail::quoted(path));
        }
        for (entry const e : listed) {
            std::string const path{e.path};
            if (allowed_.contains(path)) continue;
            wrong.push_back(
                denied_.contains(path)
                    ? "adds " + restat::detail::quoted(path) + " though the matcher excludes it"
                    : "adds " + restat::detail::quoted(path) + " without asking the matcher");
        }
        return wrong;
    }

private:
    bool is_below_closed(std::string_view path) const {
        for (auto end = path.find('/', 1); end != path.npos; end = path.find('/', end + 1)) {
            if (closed_.contains(std::string{path.substr(0, end)})) return true;
        }
        return false;
    }

    std::function<verdict(candidate const&)> rule_;
    std::mutex mutex_;
    std::set<std::string> allowed_, denied_, closed_, opened_, misplaced_;
};

struct listing {
    snapshot found;
    std::error_code error;
    sentences wrong;
};

listing list_under(enumerate const& list, std::function<verdict(candidate const&)> rule) {
    recorder asked{std::move(rule)};
    auto const matcher = [&](candidate const& path) noexcept { return asked.ask(path); };
    snapshot_builder builder;
    listing result;
    list(matcher_ref{matcher}, builder, result.error);
    result.found = builder.finish();
    result.wrong = asked.check(result.found);
    if (result.error) result.wrong.push_back("stops with an error: " + result.error.message());
    return result;
}

std::set<std::string> paths_of(snapshot const& of) {
    std::set<std::string> paths;
    for (entry const e : of) paths.emplace(e.path);
    return paths;
}

void check_records(snapshot const& found, sentences& wrong) {
    for (entry const e : found) {
        if (e.record.type == file_type::none) {
            wrong.push_back("adds " + restat::detail::quoted(e.path.str()) +
                            " with a record of no type");
        } else if (e.record.type == file_type::directory) {
            wrong.push_back("adds the directory " + restat::detail::quoted(e.path.str()));
        }
    }
}

// Excludes every second path and requires a listing of exactly the other paths. Directories
// remain included.
void check_choice(enumerate const& list, snapshot const& all, sentences& wrong) {
    std::set<std::string> unwanted;
    for (std::size_t i = 0; i < all.size(); i += 2) unwanted.emplace(all.path(i));
    auto const some = list_under(list, [&](candidate const& path) {
        bool const out = !path.is_directory() && unwanted.contains(std::string{path.path});
        return out ? verdict::exclude : verdict::none;
    });
    append(wrong, some.wrong);
    auto const listed = paths_of(some.found);
    for (std::size_t i = 1; i < all.size(); i += 2) {
        if (listed.contains(std::string{all.path(i)})) continue;
        wrong.push_back("omits " + restat::detail::quoted(all.path(i).str()) +
                        " because other paths are excluded");
    }
}

// A rename is reported on the evidence of `birth_time`, so `birth_time` must not answer for objects
// the enumerator has not seen.
void check_births(snapshot const& all, birth_time const& birth_of, sentences& wrong) {
    for (entry const e : all) {
        auto const path = e.path.str();
        stamp made;
        stamp again;
        bool const is_known = birth_of(path, e.record, made);
        if (is_known != birth_of(path, e.record, again) || (is_known && made != again)) {
            wrong.push_back("reports a different birth time of " + restat::detail::quoted(path) +
                            " on the second call");
        }
        auto other = e.record;
        ++other.inode;
        if (birth_of(path, other, made)) {
            wrong.push_back("reports the birth time of " + restat::detail::quoted(path) +
                            " for a different object");
        }
        if (birth_of(path + "-that-is-not-there", e.record, made)) {
            wrong.push_back("reports the birth time of " + restat::detail::quoted(path) +
                            " for a missing path");
        }
    }
}

void check_giving_up(enumerate const& list, sentences& wrong) {
    std::stop_source source;
    source.request_stop();
    auto const all = [](candidate const&) noexcept { return verdict::none; };
    snapshot_builder builder{source.get_token()};
    std::error_code error;
    list(matcher_ref{all}, builder, error);
    if (!error || error == std::errc::operation_canceled) return;
    wrong.push_back("reports '" + error.message() + "' after a stop request");
}

} // namespace

sentences check_enumerator(enumerate const& list, birth_time const& birth_of) {
    auto all = list_under(list, [](candidate const&) { return verdict::none; });
    sentences wrong = std::move(all.wrong);
    check_records(all.found, wrong);
    auto const again = list_under(list, [](candidate const&) { return verdict::include; });
    if (paths_of(again.found) != paths_of(all.found)) {
        wrong.emplace_back("lists different paths the second time, or under `include`");
    }
    auto const nothing = list_under(list, [](candidate const&) { return verdict::exclude; });
    append(wrong, nothing.wrong);
    append(wrong, list_under(list, [](candidate const& path) {
                      return path.is_directory() ? verdict::exclude : verdict::none;
                  }).wrong);
    check_choice(list, all.found, wrong);
    check_births(all.found, birth_of, wrong);
    check_giving_up(list, wrong);
    return wrong;
}

// --- clocks

namespace {

using pass_time = std::function<void(nanoseconds)>;

// Advances the time of a fake during a wait.
std::jthread passing(pass_time const& pass) {
    if (!pass) return {};
    return std::jthread{[&pass](std::stop_token stop) {
        while (!stop.stop_requested()) {
            pass(milliseconds{1});
            std::this_thread::yield();
        }
    }};
}

void check_deadlines(clock_calls const& clock, pass_time const& pass, sentences& wrong) {
    for (nanoseconds const ahead :
         {nanoseconds{-1'000'000'000}, nanoseconds{0}, nanoseconds{1}, nanoseconds{5'000'000}}) {
        auto const before = clock.now();
        auto const helper = passing(pass);
        auto const reason = clock.wait_until(before + ahead, {});
        auto const after = clock.now();
        if (reason == wake::stopped) {
            wrong.emplace_back("returns `stopped` without a stop request");
        }
        if (reason == wake::deadline && after < before + ahead) {
            wrong.emplace_back("returns `deadline` before the deadline");
        }
        if (after < before) wrong.emplace_back("its time goes backwards");
    }
}

void check_past(clock_calls const& clock, sentences& wrong) {
    auto const took = duration_of([&] { clock.wait_until(time_point::min(), {}); });
    if (took > stop_limit) wrong.emplace_back("waits for a time in the past");
}

void check_stopped_before(clock_calls const& clock, sentences& wrong) {
    std::stop_source source;
    source.request_stop();
    for (auto const when : {time_point{}, clock.now() + patience}) {
        if (clock.wait_until(when, source.get_token()) == wake::stopped) continue;
        wrong.emplace_back("does not return `stopped` after a stop request before the wait");
    }
}

void check_stopped_during(clock_calls const& clock, pass_time const& pass, sentences& wrong) {
    sleep_clock const real;
    std::stop_source source;
    time_point asked;
    std::jthread asking{[&] {
        std::this_thread::sleep_for(milliseconds{20});
        asked = real.now();
        source.request_stop();
    }};
    auto const reason = clock.wait_until(
        clock.now() + (pass ? nanoseconds{std::chrono::hours{1}} : patience), source.get_token());
    auto const woke = real.now();
    asking.join();
    auto const late = woke - asked;
    if (reason != wake::stopped) wrong.emplace_back("a stop request does not end its wait");
    if (reason == wake::stopped && late > stop_limit) {
        wrong.emplace_back("keeps waiting for more than 200 ms after a stop request");
    }
}

void check_descriptor(clock_calls const& clock, sentences& wrong) {
    // A random device is always readable, and epoll accepts it, unlike /dev/null.
    std::FILE* const always_readable = std::fopen("/dev/random", "re");
    if (!always_readable) return;
    auto const reason = clock.wait_until_readable(clock.now() + patience, std::stop_token{},
                                                  ::fileno(always_readable));
    std::fclose(always_readable);
    if (reason != wake::hint) wrong.emplace_back("a readable descriptor does not end its wait");
}

// Works until the work time advances, at most far longer than any clock needs.
void check_work(clock_calls const& clock, pass_time const& pass, sentences& wrong) {
    sleep_clock const real;
    auto const began = clock.work_now();
    auto last = began;
    for (auto const end = real.now() + stop_limit; last == began && real.now() < end;) {
        if (pass) pass(milliseconds{1});
        last = clock.work_now();
    }
    if (last == began) wrong.emplace_back("its work_now() stands still during work");
    if (last < began) wrong.emplace_back("its work_now() goes backwards");
}

} // namespace

sentences check_clock(clock_calls const& clock, pass_time const& pass) {
    sentences wrong;
    check_deadlines(clock, pass, wrong);
    check_past(clock, wrong);
    check_stopped_before(clock, wrong);
    check_stopped_during(clock, pass, wrong);
    if (clock.wait_until_readable && !pass) check_descriptor(clock, wrong);
    if (clock.work_now) check_work(clock, pass, wrong);
    return wrong;
}

// --- restart strategies

sentences check_outcome(restart_result result, std::error_code error) {
    bool const is_put_off =
        result == restart_result::refused || result == restart_result::suspended;
    if (is_put_off && !error) return {"refuses without an error"};
    if (!is_put_off && error) return {"sets an error without a refusal: " + error.message()};
    return {};
}

namespace {

// Takes steps until a wanted state is reached, or until the limit.
class stepper {
public:
    stepper(strategy_calls const& strategy, nanoseconds limit, sentences& wrong)
        : strategy_{strategy}, limit_{limit}, wrong_{wrong} {}

    template <class Wish>
    bool until(Wish wish) {
        auto const end = clock_.now() + limit_;
        for (auto seen = step(); !wish(seen); seen = step()) {
            if (clock_.now() > end) return false;
            clock_.wait_until(std::min(seen.next, clock_.now() + milliseconds{5}), {});
        }
        return true;
    }

    template <class Call>
    void timed(char const* name, Call call) {
        if (duration_of(call) > step_limit) {
            wrong_.push_back(std::string{name} + "() blocks for more than 200 ms");
        }
    }

    time_point now() const { return clock_.now(); }

private:
    supervision step() {
        supervision seen;
        timed("supervise", [&] { seen = strategy_.supervise(clock_.now()); });
        bool const waits =
            seen.now == supervision::state::stopping || seen.now == supervision::state::pausing;
        if (waits && seen.next == time_point::max()) endless_ = true;
        if (endless_ && !reported_) {
            wrong_.emplace_back("is stopping or pausing with no time for the next step: "
                                "a wait without a limit");
            reported_ = true;
        }
        return seen;
    }

    strategy_calls const& strategy_;
    nanoseconds limit_;
    sentences& wrong_;
    sleep_clock clock_;
    bool endless_ = false;
    bool reported_ = false;
};

} // namespace

sentences check_supervision(strategy_calls const& strategy, nanoseconds limit) {
    sentences wrong;
    stepper steps{strategy, limit, wrong};
    if (strategy.supervise(steps.now()).now != supervision::state::idle) {
        wrong.emplace_back("is not idle before start()");
    }
    steps.timed("start", [&] { strategy.start(steps.now()); });
    auto const begun = [](supervision const& seen) {
        return seen.now != supervision::state::idle || seen.done;
    };
    if (!steps.until(begun)) wrong.emplace_back("nothing runs after start()");
    if (strategy.descriptor() < -1) wrong.emplace_back("descriptor() is neither open nor -1");
    steps.timed("stop", [&] { strategy.stop(steps.now()); });
    auto const idle = [](supervision const& seen) {
        return seen.now == supervision::state::idle;
    };
    if (!steps.until(idle)) wrong.emplace_back("is not idle within the limit after stop()");
    return wrong;
}

} // namespace detail
} // namespace restat::testing
