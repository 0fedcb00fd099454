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
#include <vector>

namespace restat::detail {

/// Decides whether a batch of changes restarts the program, by the rule of `loop_guard`. Takes time
/// from its callers and the state of files from `file_evidence`; its random moments come from its
/// seed.
class RESTAT_EXPORT restart_loop_guard {
public:
    enum class suspicion : unsigned char { seen, suspected, proven };

    /// What is known of one path at one distance from the start.
    struct mark {
        std::chrono::nanoseconds least{}; ///< of the distances at which the change came
        std::chrono::nanoseconds most{};
        bool stamped = true;  ///< by the file's stamp, else by the scan that saw the change
        bool streams = false; ///< was still being written when delivered, at whatever distance
        suspicion is = suspicion::seen;
        std::uint8_t chosen = 0; ///< starts of the guard after which the change came again
        std::uint8_t missed = 0; ///< starts in a row after which it did not
        bool came = true;        ///< after the last start
        bool counts = true;      ///< the path came once before this start: its return is evidence
        bool fresh = true;       ///< not before the last start
        std::string content = {}; ///< when the change came last; empty if unknown
        std::string started_with = {};

        friend bool operator==(mark const&, mark const&) = default;
    };
    using marks = std::map<std::string, std::vector<mark>>; // by path

    /// What the next process has to know.
    struct memory {
        bool has_started = false;
        time_point started{};
        stamp clock{};         ///< what a file that changed then is stamped with
        bool by_guard = false; ///< started at a moment of the guard
        std::uint32_t row = 0; ///< starts, each followed soon by a change that restarts
        marks of;

        friend bool operator==(memory const&, memory const&) = default;
    };

    enum class verdict : unsigned char {
        restart, ///< the changes restart the program now
        suspend, ///< they stay pending until the guard's moment
        settle,  ///< they are part of the baseline
    };

    struct ruling {
        verdict is = verdict::restart;
        std::vector<std::string> suspended = {}; ///< paths, with the first verdict of a pause
        std::vector<std::string> proven = {};    ///< paths that were just proven to be its own
    };

    static constexpr unsigned proof = 3;     ///< starts at moments of the guard
    static constexpr unsigned patience = 10; ///< starts in a row
    static constexpr std::chrono::seconds soon{2};
    static constexpr std::chrono::seconds shortest_pause{1}; ///< at least, and at most twice that
    static constexpr std::chrono::seconds longest_pause{60};

    explicit restart_loop_guard(loop_guard how = loop_guard::on, std::uint64_t seed = 0)
        : is_on_{how == loop_guard::on}, random_{seed} {}

    /// `clock` is what a file that changed now would be stamped with; zero if unknown.
    void started(time_point now, stamp clock = {});
    /// The program exited by itself; processes of it may still run.
    void exited(time_point now) noexcept;
    /// No process of the program is left.
    void ended(time_point now) noexcept;

    ruling judge(change_set const& changes, time_point now, file_evidence& files);

    /// The moment at which the suspended changes restart the program; `max()` if there are none.
    time_point until() const noexcept { return moment_.value_or(time_point::max()); }

    /// The memory just after a start at this time, for the next process.
    memory left(time_point now, stamp clock) const;
    /// Continues from the memory of the process before, as far as it is plausible.
    void go_on_from(memory before);
    memory const& known() const noexcept { return memory_; }

private:
    // What one change asks for its batch.
    enum class claim : unsigned char { settle, suspend, restart };
    struct finding {
        claim asks = claim::restart;
        unsigned level = 0;   // of the pause
        bool renews = false;  // the pause, since the path changes on
        bool writing = false; // still: the moment has to wait
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
    finding look_at(change const& what, time_point now, file_evidence& files);
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
    std::optional<std::chrono::nanoseconds> exited_; // after the start
    std::optional<std::chrono::nanoseconds> ended_;
    bool is_restless_ = false;    // a change that restarts came soon
    std::set<std::string> once_;  // paths of which a change is suspended in this run,
    std::set<std::string> often_; // and those that changed again
    std::set<std::string> wild_;  // paths that wait in this run, wherever they come
    bool chooses_ = false;        // the next start is at a moment of the guard
    std::optional<time_point> moment_;
    bool is_reported_ = false; // that changes wait for it
    // It follows the changes, so it proves nothing: a person's next edit follows them too.
    bool is_renewed_ = false;
    time_point limit_{};                    // of the moment
    time_point judged_{};                   // the last scan of which a change was judged
    time_point served_ = time_point::min(); // the program started with changes seen by then
    std::set<std::string> held_;            // reported as held open
};

} // namespace restat::detail
