#pragma once

#include "restart/file_evidence.hpp"

#include <restat/change_set.hpp>
#include <restat/loop_guard.hpp>
#include <restat/time_point.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// Decides whether a batch of changes restarts the program, by the rule of `loop_guard`. Callers
/// supply the time, `file_evidence` the state of files, and a seed the random moments.
class restart_loop_guard {
public:
    enum class suspicion : unsigned char { seen, suspected, proven };

    /// The knowledge about the changes of a path at a certain distance from the start.
    struct mark {
        std::chrono::nanoseconds earliest{}; ///< the least distance of a change
        std::chrono::nanoseconds latest{};   ///< the greatest distance of a change
        bool by_timestamp = true;            ///< otherwise by the scan of the change
        bool is_streaming = false;           ///< still being written at delivery, at any distance
        suspicion state = suspicion::seen;
        std::uint8_t guard_starts = 0; ///< starts at moments of the guard, followed by the change
        std::uint8_t absences = 0;     ///< consecutive starts without the change
        std::uint8_t soon_runs = 0;    ///< runs of the streak in which the path changed soon
        bool returned = true;          ///< the change came after the last start
        /// The path came once before this start, so its return is evidence.
        bool is_evidence = true;
        bool is_new = true; ///< made after the last start
        /// The shortest run that a start with the change followed.
        std::chrono::nanoseconds least_run{};
        std::string content = {}; ///< at the last change; empty if unknown
        std::string content_at_start = {};

        friend bool operator==(mark const&, mark const&) = default;
    };
    using marks = std::map<std::string, std::vector<mark>>; // by path

    /// The state to pass to the next process.
    struct memory {
        bool has_started = false;
        time_point start_time{};
        stamp start_stamp{};                   ///< the timestamp for a file changed at the start
        bool at_chosen_moment = false;         ///< the guard chose the moment of the start
        std::chrono::nanoseconds run_before{}; ///< the length of the run before the start
        std::uint32_t streak = 0; ///< consecutive starts soon followed by a restarting change
        marks by_path;

        friend bool operator==(memory const&, memory const&) = default;
    };

    enum class verdict : unsigned char {
        restart, ///< restarts the program now
        suspend, ///< keeps the changes pending until the guard's moment
        settle,  ///< adds the changes to the baseline
    };

    struct ruling {
        verdict decision = verdict::restart;
        std::vector<std::string> suspended = {}; ///< paths, with the first verdict of a pause
        std::vector<std::string> proven = {};    ///< paths newly proven to be the program's own
    };

    static constexpr unsigned starts_to_prove = 3; ///< at moments of the guard
    static constexpr unsigned longest_streak = 10; ///< of starts, before the guard waits
    static constexpr std::chrono::seconds soon_after_start{2};
    /// The first pause lasts between this time and twice this time.
    static constexpr std::chrono::seconds shortest_pause{1};
    static constexpr std::chrono::seconds longest_pause{60};

    explicit restart_loop_guard(loop_guard how = loop_guard::on, std::uint64_t seed = 0)
        : is_on_{how == loop_guard::on}, random_{seed} {}

    /// Records a start. `clock` is the timestamp for a file changed now; zero if unknown.
    void started(time_point now, stamp clock = {});
    /// Records the program's exit by itself; some of its processes may still run.
    void exited(time_point now) noexcept;
    /// Records the end of the program's last process.
    void ended(time_point now) noexcept;

    /// Records changes that the requested start includes without a decision.
    void included(change_set const& changes) noexcept;
    /// Decides about a delivered batch of changes, and updates the marks of its paths.
    ruling judge(change_set const& changes, time_point now, file_evidence& files);

    /// Returns the moment of the restart for suspended changes; `max()` if there are none.
    time_point until() const noexcept { return moment_.value_or(time_point::max()); }

    /// Returns the memory just after a start at this time, for the next process.
    memory memory_after_start(time_point now, stamp clock) const;
    /// Continues from the plausible part of the previous process's memory.
    void restore(memory before);
    memory const& current_memory() const noexcept { return memory_; }

private:
    // The demand of a single change for its batch.
    enum class claim : unsigned char { settle, suspend, restart };
    struct opinion {
        claim wants = claim::restart;
        unsigned pause_level = 0;
        bool extends_pause = false; // the path keeps changing
        bool is_reportable = false;
        time_point not_before = time_point::min();
    };
    // The wait of a path in this run.
    struct pause {
        time_point moment{};
        time_point latest{};
        unsigned level = 0;       // of the path
        unsigned drawn_level = 0; // of the moment, which may be shared
        bool is_preliminary = false;
        // A renewed moment follows the changes and proves nothing: a person's next edit follows
        // them too.
        bool is_extended = false;
        bool is_reported = false;
    };
    struct distance {
        std::chrono::nanoseconds length;
        bool by_timestamp;
    };

    distance distance_of(change const& what, time_point now) const noexcept;
    bool is_after_end(distance of) const noexcept;
    bool is_soon(distance of) const noexcept;
    bool is_new(change const& what) const noexcept;
    bool continues_streak(change const& what, distance at) const;
    opinion examine(change const& what, time_point now, file_evidence& files);
    void forget_content_of(std::string const& path) noexcept;
    opinion judge_held_open(change const& what);
    opinion judge_streaming(change const& what);
    opinion judge_expected(change const& what, mark& known, distance at, std::string content);
    unsigned streak_of(change const& what) const;
    unsigned streak_level(change const& what) const;
    opinion judge_unexpected(change const& what, distance at, file_evidence& files);
    ruling combine(change_set const& changes, std::vector<opinion> const& all, time_point now);
    void end_pause() noexcept;
    void wait(std::string const& path, opinion const& how, time_point now);
    pause begin_pause(opinion const& how, time_point now);
    verdict decide(change_set const& changes, std::vector<opinion> const& all, time_point now);
    std::vector<std::string> take_unreported(change_set const& changes,
                                             std::vector<opinion> const& all);
    std::chrono::nanoseconds random_pause(unsigned level) noexcept;

    bool is_on_;
    std::uint64_t random_;
    memory memory_;
    std::optional<std::chrono::nanoseconds> exited_; // time after the start
    std::optional<std::chrono::nanoseconds> ended_;
    std::set<std::string> soon_paths_;      // paths of restarting changes soon after the start
    std::set<std::string> suspended_paths_; // paths with a suspended change in this run
    std::set<std::string> unproving_;       // waiting paths for which the start proves nothing
    std::set<std::string> streak_paths_;    // paths waiting in this run at any distance
    bool next_start_is_chosen_ = false;     // the next start is at a moment of the guard
    std::map<std::string, pause> pauses_;   // by path
    std::optional<time_point> moment_;      // the first one of the batch judged last
    time_point last_judged_{};              // the last scan behind a judged change
    // The program started with the changes seen until this time.
    time_point covered_until_ = time_point::min();
    std::set<std::string> reported_open_paths_; // reported as held open
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(restart_loop_guard::verdict of) noexcept {
    using enum restart_loop_guard::verdict;
    switch (of) {
    case restart: return "restart";
    case suspend: return "suspend";
    case settle: return "settle";
    }
    return "invalid";
}

} // namespace restat::detail
