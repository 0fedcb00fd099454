#pragma once

#include <restat/clock/waitable_clock.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/file_system/file_system.hpp>
#include <restat/matcher/path_matcher.hpp>
#include <restat/restart/restart_strategy.hpp>

/// Minimal models of each concept. If a template compiles with these, its requirements on
/// policies do not exceed the concept. Archetypes can only be moved: they cannot be copied,
/// assigned or default-constructed. Their operations do nothing.
///
/// For each concept there is also a full archetype, with every optional member: a wrapper of it
/// shows with `optional_members.hpp` that no member is lost.
namespace restat::testing {

/// The base of all archetypes.
struct archetype {
    archetype() = delete;
    explicit archetype(int) noexcept {}
    archetype(archetype&&) noexcept = default;
    archetype(archetype const&) = delete;
    archetype& operator=(archetype&&) = delete;
    archetype& operator=(archetype const&) = delete;
};

/// A type convertible to `T`, without further operations.
template <class T>
struct convertible_archetype {
    T value;
    operator T() const noexcept { return value; } // NOLINT: the conversion is the purpose
};

/// A `path_matcher` that returns `none` for every path.
struct matcher_archetype : archetype {
    using archetype::archetype;
    convertible_archetype<verdict> operator()(candidate const&) const noexcept {
        return {verdict::none};
    }
};

/// A `path_matcher` with all optional members. Each has a result of its own.
struct full_matcher_archetype : archetype {
    using archetype::archetype;
    verdict operator()(candidate const&) const noexcept { return verdict::include; }
    explanation explain(candidate const&) const {
        return {.says = verdict::include, .rule = "a rule"};
    }
    void faults(std::vector<finding>& into) const { into.push_back({"a path", {}, "match", {}}); }
    directory_rules on_directory(candidate const&, directory_reader&) const {
        return directory_rules::changed;
    }
    verdict previous_verdict(candidate const&) const noexcept { return verdict::exclude; }
};

/// A `file_enumerator` without any files.
struct enumerator_archetype : archetype {
    using archetype::archetype;
    void enumerate(matcher_ref, snapshot_builder&, std::error_code&) {}
};

/// An `incremental_enumerator` without any files.
struct incremental_archetype : enumerator_archetype {
    using enumerator_archetype::enumerator_archetype;
    void refresh(matcher_ref, snapshot_update&, std::error_code&) {}
};

/// A `hinting_enumerator` whose events are always lost.
struct hinting_archetype : enumerator_archetype {
    using enumerator_archetype::enumerator_archetype;
    void take_hints(snapshot const&, hint_list& into) { into.lost(); }
    convertible_archetype<int> hint_descriptor() { return {-1}; }
    convertible_archetype<event_coverage> coverage() const { return {{}}; }
};

/// A `file_enumerator` with all optional members.
struct full_enumerator_archetype : incremental_archetype {
    using incremental_archetype::incremental_archetype;
    bool birth_time(std::string_view, stat_record const&, stamp& made) const {
        made = {7, 0};
        return true;
    }
    std::size_t root_prefix(std::string_view) const { return 3; }
    void take_hints(snapshot const&, hint_list& into) { into.check_file("a file"); }
    int hint_descriptor() { return -1; }
    event_coverage coverage() const { return {.directories = 5, .watched = 4}; }
    void check_unwatched(matcher_ref, snapshot const&, hint_list& into) {
        into.check_file("a root");
    }
};

/// A `file_system` without files. Unlike the other archetypes, it can be copied.
struct file_system_archetype {
    struct directory {
        directory() noexcept = default;
        directory(directory&&) noexcept = default;
        directory& operator=(directory&&) noexcept = default;
        explicit operator bool() const noexcept { return false; }
    };

    file_system_archetype() = delete;
    explicit file_system_archetype(int) noexcept {}
    file_system_archetype(file_system_archetype const&) noexcept = default;
    file_system_archetype& operator=(file_system_archetype const&) = delete;

    directory open(char const*, std::error_code& error) { return missing(error), directory{}; }
    directory open(directory&, char const*, last_link, std::error_code& error) {
        return missing(error), directory{};
    }
    bool list(directory&, name_list&, std::error_code& error) { return missing(error), false; }
    stat_record stat(char const*, last_link, std::error_code& error) {
        return missing(error), stat_record{};
    }
    stat_record stat(directory&, char const*, last_link, std::error_code& error) {
        return missing(error), stat_record{};
    }
    stat_record stat(directory&, std::error_code& error) { return missing(error), stat_record{}; }
    std::string read(directory&, char const*, last_link, std::size_t, std::error_code& error) {
        return missing(error), std::string{};
    }
    std::string location(directory&, std::error_code& error) {
        return missing(error), std::string{};
    }
    stamp now() noexcept { return {}; }

private:
    static void missing(std::error_code& error) {
        error = std::make_error_code(std::errc::no_such_file_or_directory);
    }
};

/// A `file_system` with all optional members.
struct full_file_system_archetype : file_system_archetype {
    using file_system_archetype::file_system_archetype;
    stat_record birth_time(char const*, stamp& made, std::error_code& error) {
        return made = {7, 0}, error.clear(), stat_record{};
    }
    stat_record birth_time(directory&, char const*, stamp& made, std::error_code& error) {
        return made = {8, 0}, error.clear(), stat_record{};
    }
    bool is_mount_point(directory const&) const noexcept { return true; }
    bool trusts_stamps(directory const&) const noexcept { return true; }
    directory working_directory(stat_record& record, std::error_code& error) {
        return record.inode = 9, error.clear(), directory{};
    }
    std::chrono::nanoseconds core_time() const noexcept { return std::chrono::nanoseconds{10}; }
    /// Watches of every directory, each with a result of its own.
    struct watches {
        explicit operator bool() const noexcept { return true; }
        watch_trust add(directory&, std::error_code& error) {
            return error.clear(), watch_trust::some;
        }
        watch_trust name(directory&, file_identity id) { return named = id, watch_trust::some; }
        void forget(file_identity id) {
            if (id == named) named = {};
        }
        bool has(file_identity id) const { return id == named; }
        std::error_code take(watch_sink into) {
            return into({named, "a name", watch_event::names}), std::error_code{};
        }
        int descriptor() const { return 11; }
        file_identity named = {};
    };
    watches open_watches(std::error_code& error) { return error.clear(), watches{}; }
    static constexpr bool concurrent = true;
};

/// A `waitable_clock` whose waits end immediately, with the requested time as the new time.
struct clock_archetype : archetype {
    using archetype::archetype;
    time_point now() noexcept { return current; }
    wake wait_until(time_point when, std::stop_token stop) {
        if (stop.stop_requested()) return wake::stopped;
        if (when > current) current = when;
        return wake::deadline;
    }
    time_point current{};
};

/// A `descriptor_clock` whose descriptors never become readable.
struct descriptor_clock_archetype : clock_archetype {
    using clock_archetype::clock_archetype;
    using clock_archetype::wait_until;
    wake wait_until(time_point when, std::stop_token stop, int) {
        return wait_until(when, std::move(stop));
    }
};

/// A `work_clock` on which work takes no time.
struct work_clock_archetype : clock_archetype {
    using clock_archetype::clock_archetype;
    convertible_archetype<time_point> work_now() noexcept { return {current}; }
};

/// A `waitable_clock` with all optional members. Each wait for a descriptor ends with a hint.
struct full_clock_archetype : work_clock_archetype {
    using work_clock_archetype::wait_until;
    using work_clock_archetype::work_clock_archetype;
    wake wait_until(time_point, std::stop_token stop, int) {
        return stop.stop_requested() ? wake::stopped : wake::hint;
    }
};

/// A `restart_strategy` that declines all changes.
struct strategy_archetype : archetype {
    using archetype::archetype;
    restart_result restart(change_set const&, std::error_code&) {
        return restart_result::declined;
    }
};

/// A `supervising_strategy` whose program has already ended at the first check.
struct supervising_archetype : strategy_archetype {
    using strategy_archetype::strategy_archetype;
    void start(time_point) {}
    supervision supervise(time_point) {
        return {supervision::state::idle, (time_point::max)(), true};
    }
    void stop(time_point) {}
    int descriptor() { return -1; }
};

/// A `handing_strategy` without a previous process.
struct handing_archetype : strategy_archetype {
    using strategy_archetype::strategy_archetype;
    void hand_over(snapshot const&) {}
    bool inherit(snapshot&) { return false; }
};

/// A `learning_strategy` that ignores the baseline.
struct learning_archetype : strategy_archetype {
    using strategy_archetype::strategy_archetype;
    void learn(snapshot const&) {}
};

/// A `reporting_strategy` without findings.
struct reporting_archetype : strategy_archetype {
    using strategy_archetype::strategy_archetype;
    void observe(observer*) {}
};

/// A `suspending_strategy` whose suspension has ended.
struct suspending_archetype : strategy_archetype {
    using strategy_archetype::strategy_archetype;
    time_point suspended_until() const { return {}; }
};

/// A `restart_strategy` with all optional members.
struct full_strategy_archetype : supervising_archetype {
    using supervising_archetype::supervising_archetype;
    void hand_over(snapshot const&) {}
    bool inherit(snapshot&) { return false; }
    void learn(snapshot const&) {}
    void observe(observer*) {}
    time_point suspended_until() const { return {}; }
};

} // namespace restat::testing
