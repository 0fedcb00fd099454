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

    /// The knowledge about a path at a certain distance from the start.
    struct mark {
        std::chrono::nanoseconds least{}; ///< the least distance of the change
        std::chrono::nanoseconds most{};
        bool stamped = true;  ///< by the file's timestamp, otherwise by the scan of the change
        bool streams = false; ///< still being written at delivery, at any distance
        suspicion is = suspicion::seen;
        std::uint8_t chosen = 0; ///< guard starts followed by the change
        std::uint8_t missed = 0; ///< consecutive starts without the change
        bool came = true;        ///< after the last start
        bool counts = true;      ///< the path came once before this start: its return is evidence
        bool fresh = true;       ///< made after the last start
        std::string content = {}; ///< at the last change; empty if unknown
        std::string started_with = {};

        friend bool operator==(mark const&, mark const&) = default;
    };
    using marks = std::map<std::string, std::vector<mark>>; // by path

    /// The state to pass to the next process.
    struct memory {
        bool has_started = false;
        time_point started{};
        stamp clock{};         ///< the timestamp for a file changed at the start
        bool by_guard = false; ///< started at a moment of the guard
        std::uint32_t row = 0; ///< consecutive starts soon followed by a restarting change
        marks of;

        friend bool operator==(memory const&, memory const&) = default;
    };

    enum class verdict : unsigned char {
        restart, ///< restarts the program now
        suspend, ///< keeps the changes pending until the guard's moment
        settle,  ///< adds the changes to the baseline
    };

    struct ruling {
        verdict is = verdict::restart;
        std::vector<std::string> suspended = {}; ///< paths, with the first verdict of a pause
        std::vector<std::string> proven = {};    ///< paths newly proven to be the program's own
    };

    static constexpr unsigned proof = 3;     ///< starts at moments of the guard
    static constexpr unsigned patience = 10; ///< consecutive starts
    static constexpr std::chrono::seconds soon{2};
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

    /// Decides about a delivered batch of changes, and updates the marks of its paths.
    ruling judge(change_set const& changes, time_point now, file_evidence& files);

    /// Returns the moment of the restart for suspended changes; `max()` if there are none.
    time_point until() const noexcept { return moment_.value_or(time_point::max()); }

    /// Returns the memory just after a start at this time, for the next process.
    memory left(time_point now, stamp clock) const;
    /// Continues from the plausible part of the previous process's memory.
    void go_on_from(memory before);
    memory const& known() const noexcept { return memory_; }

private:
    // The claim of a single change about its batch.
    enum class claim : unsigned char { settle, suspend, restart };
    struct finding {
        claim asks = claim::restart;
        unsigned level = 0;   // of the pause
        bool renews = false;  // extends the pause, since the path keeps changing
        bool writing = false; // still being written: the moment must wait
        bool is_news = false; // to be reported
        time_point not_before = time_point::min();
    };
    struct distance {
        std::chrono::nanoseconds length;
        bool stamped;
    };

    distance distance_of(change const& what, time_point now) const noexcept;
    bool is_after_end(distance of) const noexcept;
    bool is_soon(distance of) const noexcept;
    bool is_new(change const& what) const noexcept;
    bool is_wild(change const& what, distance at) const noexcept;
    finding examine(change const& what, time_point now, file_evidence& files);
    finding held_open(change const& what);
    finding streaming(change const& what);
    finding fitting(change const& what, mark& known, distance at, std::string content);
    unsigned wild_level() const noexcept;
    finding unexpected(change const& what, distance at, file_evidence& files);
    ruling rule(change_set const& changes, std::vector<finding> const& all, time_point now);
    void end_pause() noexcept;
    bool is_put_off(std::vector<finding> const& all, time_point now);
    std::chrono::nanoseconds pause(unsigned level) noexcept;

    bool is_on_;
    std::uint64_t random_;
    memory memory_;
    std::optional<std::chrono::nanoseconds> exited_; // time after the start
    std::optional<std::chrono::nanoseconds> ended_;
    bool is_restless_ = false;    // a restarting change came soon after the start
    std::set<std::string> once_;  // paths with a suspended change in this run
    std::set<std::string> often_; // the same, changed again
    std::set<std::string> wild_;  // paths waiting in this run at any distance
    bool chooses_ = false;        // the next start is at a moment of the guard
    std::optional<time_point> moment_;
    bool is_reported_ = false; // the pause has been reported
    // A renewed moment follows the changes and proves nothing: a person's next edit follows them
    // too.
    bool is_renewed_ = false;
    time_point limit_{};                    // the latest moment
    time_point judged_{};                   // the last scan behind a judged change
    time_point served_ = time_point::min(); // the program started with changes seen by then
    std::set<std::string> held_;            // reported as held open
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
