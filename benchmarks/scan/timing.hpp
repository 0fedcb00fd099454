#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using steady = std::chrono::steady_clock;

inline double seconds_since(steady::time_point start) {
    return std::chrono::duration<double>(steady::now() - start).count();
}

/// What a contender does in each round.
enum class task {
    first_scan, ///< nothing is known before
    rescan,     ///< nothing differs, and that is to be found out
    edited,     ///< one file in a thousand was written
    walk,       ///< reads each status, and keeps nothing for the next time
};

std::string_view name_of(task what) noexcept;

/// One of those who are measured side by side.
struct contender {
    std::string name;
    task what = task::rescan;
    unsigned threads = 1;
    std::function<std::size_t()> run;             ///< timed
    std::size_t expected = 0;                     ///< what each run must return
    std::function<std::size_t()> count = nullptr; ///< called once: how many files it sees
    std::function<void()> prepare = nullptr;      ///< before each run, not timed
    std::vector<double> seconds = {};
};

/// The middle of a few figures, and a quarter of them on each side of what lies between.
struct spread {
    double median = 0;
    double low = 0;  ///< first quartile
    double high = 0; ///< third
};

spread spread_of(std::vector<double> of);

/// What `above` took in terms of `below`, round by round: what else the machine did in a round
/// fell on both.
spread ratio(contender const& above, contender const& below);

/// When to stop beginning new rounds.
struct effort {
    std::size_t rounds = 1;
    steady::time_point limit = steady::time_point::max();
};

/// Lets each contender run once per round, forwards and backwards in turn. Throws if one does not
/// see `files` files, or returns what is not expected: then it did not do the same work.
void take_turns(std::vector<contender>& who, std::size_t files, effort const& how);

} // namespace bench
