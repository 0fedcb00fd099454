#include <restat/testing/conformance.hpp>

#include "duration_of.hpp"

#include <restat/clock/sleep_clock.hpp>

#include <algorithm>
#include <chrono>

namespace restat::testing::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// An allowance for a busy machine.
constexpr milliseconds step_limit{200};

} // namespace

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

} // namespace restat::testing::detail
