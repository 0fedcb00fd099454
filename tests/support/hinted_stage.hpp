#pragma once

#include "support/hinting_tree.hpp"
#include "support/scripted_clock.hpp"

#include <restat/basic_reloader.hpp>

#include <boost/test/unit_test.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tests {

inline constexpr int directories = 40;

inline restat::verdict keep(restat::candidate const&) noexcept { return restat::verdict::none; }

inline std::string directory(int number) { return "t/" + std::to_string(number); }

struct told {
    restat::time_point at;
    std::string paths;
};

/// Records deliveries with their times.
struct timed_recorder {
    scripted_clock clock;
    std::vector<told>* into;
    std::function<void()>* during;
    restat::restart_result restart(restat::change_set const& changes, std::error_code&) {
        std::string paths;
        for (restat::change const& one : changes) paths += one.path + ' ';
        into->push_back({clock.now(), paths});
        if (*during) std::exchange(*during, nullptr)();
        return restat::restart_result::restarted;
    }
};

/// Counts passes over the tree, and keeps the findings.
struct pass_counter : restat::observer {
    int passes = 0;
    std::vector<std::string> findings;
    std::vector<restat::event_coverage> coverages;
    void on_coverage(restat::event_coverage const& of) noexcept override {
        coverages.push_back(of);
    }
    void on_latency(restat::detection_latency const&) noexcept override { ++passes; }
    void on_finding(restat::finding const& f) noexcept override {
        findings.push_back(to_string(f));
    }
};

/// A reloader of a tree in memory whose events are given by the test.
template <class Clock>
struct hinted_stage {
    using tree = restat::basic_tree_enumerator<restat::testing::memory_file_system>;
    using matcher = restat::verdict (*)(restat::candidate const&) noexcept;

    explicit hinted_stage(restat::schedule when = {.interval = std::chrono::seconds{10}})
        : reloader{hinting_tree{tree{"t", {}, files}, events}, keep, make_clock(),
                   timed_recorder{clock, &deliveries, &during}, when} {
        files.follow(clock.time);
        for (int d = 0; d < directories; ++d) {
            for (char const* name : {"/a", "/b", "/c"}) files.write(directory(d) + name);
        }
        clock.time.advance(std::chrono::seconds{1});
        reloader.observe(&hears);
    }
    Clock make_clock() {
        if constexpr (std::same_as<Clock, scripted_clock>) {
            return clock;
        } else {
            return Clock{clock};
        }
    }
    /// Takes the baseline, and makes it the zero of all times.
    void begin() {
        reloader.baseline();
        BOOST_TEST_REQUIRE(reloader.has_baseline());
        zero = clock.now();
        files_checked = files.calls(restat::testing::file_call::stat);
        hears.passes = 0;
    }
    void at(std::chrono::nanoseconds when, std::function<void()> act) {
        clock.at(zero + when, std::move(act));
    }
    void edit(std::string const& path) { files.write(path, std::string(++size, 'x')); }
    void edit_at(std::chrono::nanoseconds when, std::string const& path) {
        at(when, [=, this] { edit(path), events->check(path); });
    }
    void run_until(std::chrono::nanoseconds end) {
        std::stop_source done;
        at(end, [&] { done.request_stop(); });
        reloader.run(done.get_token());
    }
    std::size_t checked() {
        return files.calls(restat::testing::file_call::stat) - files_checked;
    }
    std::chrono::nanoseconds told_at(std::size_t number) {
        return deliveries.at(number).at - zero;
    }

    scripted_clock clock;
    restat::testing::memory_file_system files;
    std::shared_ptr<given_hints> events = std::make_shared<given_hints>();
    std::vector<told> deliveries;
    std::function<void()> during;
    pass_counter hears;
    restat::time_point zero{};
    std::size_t files_checked = 0;
    std::size_t size = 1;
    restat::basic_reloader<hinting_tree, matcher, Clock, timed_recorder> reloader;
};

} // namespace tests
