#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

/// A tree of 400 files that is scanned in slices, in simulated time: each call takes some.
namespace support::sliced {

using namespace restat;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using testing::file_call;
using testing::memory_file_system;

constexpr auto stat_cost = 10us;
constexpr auto open_cost = 20us;
constexpr auto list_cost = 15us;
// A directory is opened, and its record read; before that, whether what was open still stands.
constexpr nanoseconds longest_entry = open_cost + 2 * stat_cost;
// Of a changed file that comes first, the record is read, then both directories above are opened,
// and the record is read again below them.
constexpr nanoseconds longest_check = 2 * open_cost + 4 * stat_cost;
constexpr nanoseconds budget = 300us;

inline verdict everything(candidate const&) noexcept { return verdict::none; }

struct told_restart {
    std::function<restart_result(change_set const&)> act;
    restart_result restart(change_set const& changes, std::error_code&) { return act(changes); }
};

/// Lets a matcher be replaced in the middle of a scan.
struct loose_matcher {
    verdict (*what)(candidate const&) noexcept = everything;
    verdict operator()(candidate const& c) const noexcept { return what(c); }
};

struct stage {
    explicit stage(schedule when = {}) : plan{when} {
        files.follow(clock);
        for (int d = 0; d < 20; ++d) {
            for (int f = 0; f < 20; ++f) {
                files.write("t/d" + std::to_string(d) + "/f" + std::to_string(f));
            }
        }
        clock.advance(1s);
        files.set_cost(file_call::stat, stat_cost);
        files.set_cost(file_call::open, open_cost);
        files.set_cost(file_call::list, list_cost);
    }

    using walk = basic_tree_enumerator<memory_file_system>;

    slice_result slice(nanoseconds time = budget) {
        auto const before = clock.now();
        auto const result = reloader.poll_for(time);
        longest = std::max(longest, nanoseconds{clock.now() - before});
        entries += result.entries_checked;
        return result;
    }
    /// Until a scan has ended.
    slice_result round(nanoseconds time = budget) {
        slice_result last;
        while (!last.round_ended) {
            last = slice(time);
            clock.advance(1ms);
        }
        return last;
    }
    void baseline() {
        while (slice().state == poll_state::starting) clock.advance(1ms);
    }
    /// So many slices into a scan.
    void begin_round(int slices = 3) {
        clock.advance(2s);
        for (int i = 0; i < slices; ++i) BOOST_TEST_REQUIRE(!slice().round_ended);
    }
    /// Until all is quiet.
    void settle() {
        for (int i = 0; i < 3; ++i) {
            clock.advance(2s);
            round();
        }
    }
    bool agrees() const {
        auto const there = files.files();
        bool same = reloader.latest().size() == there.size();
        for (auto const& path : there) {
            auto const at = reloader.latest().find(path);
            same = same && at != reloader.latest().end() &&
                   changed_fields((*at).record, files.record(path)) == fields::none;
        }
        return same;
    }

    schedule plan;
    memory_file_system files;
    testing::manual_clock clock;
    std::vector<std::string> told;
    std::function<restart_result(change_set const&)> act = [](change_set const&) {
        return restart_result::restarted;
    };
    basic_reloader<walk, loose_matcher, testing::manual_clock, told_restart> reloader{
        walk{"t", {}, files}, loose_matcher{}, clock,
        told_restart{[this](change_set const& changes) {
            for (change const& c : changes) {
                told.push_back(std::string{to_string(c.kind)} + " " + c.path);
            }
            return act(changes);
        }},
        plan};
    nanoseconds longest{};
    std::size_t entries = 0;
};

using texts = std::vector<std::string>;

} // namespace support::sliced
