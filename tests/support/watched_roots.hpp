#pragma once

#include <restat/basic_reloader.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Some roots in memory, watched in one of several ways, in simulated time.
namespace support::roots {

using namespace restat;
using namespace std::chrono_literals;
using testing::file_call;
using testing::memory_file_system;
using text = std::string;

/// How a reloader is driven: by `poll`, by slices of some entries each, or entry by entry.
enum class way { polls, slices, entries };
inline std::vector<way> const ways{way::polls, way::slices, way::entries};

struct rules {
    std::function<verdict(candidate const&)> says;
    verdict operator()(candidate const& path) const noexcept {
        return says ? says(path) : verdict::none;
    }
};

struct told_restart {
    std::vector<change>* told;
    restart_result restart(change_set const& changes, std::error_code&) {
        told->insert(told->end(), changes.begin(), changes.end());
        return restart_result::restarted;
    }
};

struct watch {
    using walk = basic_tree_enumerator<memory_file_system>;
    using reloader_type = basic_reloader<walk, rules, testing::manual_clock, told_restart>;

    explicit watch(way with, std::size_t of_threads = 1) : how{with}, threads{of_threads} {
        files.follow(clock);
        files.set_cost(file_call::stat, 10us);
        files.set_cost(file_call::open, 10us);
    }

    void begin(std::vector<std::string> const& roots, rules which = {}) {
        clock.advance(1s);
        reloader =
            std::make_unique<reloader_type>(walk{roots, tree_options{.threads = threads}, files},
                                            std::move(which), clock, told_restart{&told});
        settle();
        BOOST_TEST_REQUIRE(reloader->has_baseline());
        BOOST_TEST_REQUIRE(told.empty());
    }

    /// One step.
    void step() {
        switch (how) {
        case way::polls: reloader->poll(); break;
        case way::slices: reloader->poll_for(150us); break;
        case way::entries: reloader->poll_for(0ns); break;
        }
    }
    /// Until all that happened was seen and delivered.
    void settle() {
        for (int turn = 0; turn < 4; ++turn) {
            clock.advance(1s);
            bool ended = false;
            for (int i = 0; i < 3000 && !ended; ++i) {
                if (how == way::polls) {
                    step();
                    ended = true;
                } else {
                    ended = reloader->poll_for(how == way::slices ? 150us : 0us).round_ended;
                    clock.advance(1ms);
                }
            }
            BOOST_TEST_REQUIRE(ended);
        }
    }

    /// What was delivered since the last call: "modified a; removed b". Only of one path if given.
    text take_told(text const& path = {}) {
        text all;
        for (change const& one : std::exchange(told, {})) {
            if (!path.empty() && one.path != path) continue;
            all += (all.empty() ? "" : "; ") + text{to_string(one.kind)} + " " + one.path;
        }
        return all;
    }

    /// What was delivered of a path.
    text told_of(text const& path) const {
        text all;
        for (change const& one : told) {
            if (one.path == path)
                all += (all.empty() ? "" : "; ") + text{to_string(one.kind)} + " " + one.path;
        }
        return all;
    }
    /// What was delivered since the last call of paths that do not hold this.
    text take_told_elsewhere(text const& part) {
        std::erase_if(told,
                      [&](change const& one) { return one.path.find(part) != one.path.npos; });
        return take_told();
    }
    /// What an enumerator that knows nothing yet finds.
    snapshot fresh() const {
        walk anew{reloader->enumerator().roots(), {}, files};
        snapshot_builder found;
        std::error_code error;
        anew.enumerate(matcher_ref{reloader->matcher()}, found, error);
        BOOST_TEST_REQUIRE(!error);
        return found.finish();
    }

    way how;
    std::size_t threads;
    memory_file_system files;
    testing::manual_clock clock;
    std::vector<change> told;
    std::unique_ptr<reloader_type> reloader;
};

} // namespace support::roots
