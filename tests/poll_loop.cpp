#include <restat/detail/poll_loop.hpp>

#include "support/late_successor.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

// A game with a budget of 300 us per frame to check its assets, while an artist edits them.
using namespace restat;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using testing::file_call;
using testing::memory_file_system;

namespace {

constexpr nanoseconds budget = 300us;
constexpr nanoseconds longest_entry = 9us; // a directory: open, stat, list

/// Rules with an option that changes while the game runs.
struct house_rules {
    bool no_drafts = false;
    verdict operator()(candidate const& c) const noexcept {
        return no_drafts && c.name() == "draft" ? verdict::exclude : verdict::none;
    }
};

struct game {
    explicit game(int directories = 100, int files_each = 50) {
        files.follow(clock);
        for (int d = 0; d < directories; ++d) {
            for (int f = 0; f < files_each; ++f) files.write(asset(d, f), "0");
            names = directories;
            each = files_each;
        }
        clock.advance(1s);
        files.set_cost(file_call::stat, 2us);
        files.set_cost(file_call::open, 5us);
        files.set_cost(file_call::list, 2us);
        while (frame().state == poll_state::starting) {
        }
        for (auto const& path : files.files()) loaded[path] = files.read(path);
    }

    static std::string asset(int d, int f) {
        return "assets/" + std::to_string(d) + "/" + std::to_string(f);
    }
    slice_result frame() {
        auto const began = clock.now();
        auto const result = assets.poll_for(budget);
        longest = std::max<nanoseconds>(longest, clock.now() - began);
        clock.advance(16ms);
        return result;
    }
    void frames(std::chrono::nanoseconds time) {
        for (auto const end = clock.now() + time; clock.now() < end;) frame();
    }
    restart_result load(change_set const& changes) {
        if (refuses > 0) return --refuses, restart_result::refused;
        ++deliveries;
        for (change const& c : changes) {
            if (c.kind == change_kind::renamed) loaded.erase(c.from);
            if (c.kind == change_kind::removed)
                loaded.erase(c.path);
            else if (files.record(c.path).type != file_type::none)
                loaded[c.path] = files.read(c.path);
        }
        return restart_result::restarted;
    }
    bool has_all() const {
        std::map<std::string, std::string> there;
        for (auto const& path : files.files()) there[path] = files.read(path);
        return loaded == there;
    }

    struct loads {
        game* of;
        restart_result restart(change_set const& changes, std::error_code&) {
            return of->load(changes);
        }
    };
    using tree = basic_tree_enumerator<memory_file_system>;

    memory_file_system files;
    testing::manual_clock clock;
    std::map<std::string, std::string> loaded;
    int names = 0;
    int each = 0;
    std::size_t deliveries = 0;
    int refuses = 0;
    nanoseconds longest{};
    basic_reloader<tree, house_rules, testing::manual_clock, loads> assets{
        tree{"assets", {}, files}, house_rules{}, clock, loads{this}};
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_game_loop)

BOOST_AUTO_TEST_CASE(last_version_of_every_asset_is_loaded_within_the_budget) {
    game g;
    std::mt19937 dice{7};
    auto const some = [&](int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); };
    std::size_t looks = 0;
    for (int n = 0; n < 4000; ++n) {
        // Draws in a statement of its own, so every compiler draws in the same order.
        int const d = some(g.names);
        auto const path = game::asset(d, some(g.each));
        auto const directory = path.substr(0, path.rfind('/'));
        switch (some(40)) {
        case 0: g.files.write(path, std::to_string(n)); break;
        case 1: g.files.write(path + "-new", std::to_string(n)); break;
        case 2:
            if (g.files.record(path).type == file_type::regular) g.files.remove(path);
            break;
        case 3:
            if (g.files.record(directory).type == file_type::directory)
                g.files.rename(directory, directory + "-" + std::to_string(n));
            break;
        case 4: g.assets.pin(some(2) == 0 ? path : directory); break;
        case 5: g.assets.unpin(directory); break;
        case 6: g.files.write(path + "-under/deep/er", std::to_string(n)); break;
        default: break;
        }
        looks += g.frame().entries_checked;
    }
    g.frames(6s);
    BOOST_TEST(g.has_all());
    BOOST_TEST((g.longest <= budget + longest_entry), g.longest.count());
    BOOST_TEST(looks > 100'000U);
    BOOST_TEST(g.deliveries > 50U);
}

// Budgets from 0, with a merge of the scan's result over many frames, to 5 ms; with whole scans in
// between, refusals, and changes of rules.
BOOST_AUTO_TEST_CASE(last_version_of_every_asset_is_loaded_with_any_budget) {
    game g{20, 40};
    std::mt19937 dice{11};
    auto const some = [&](int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); };
    constexpr nanoseconds budgets[] = {0us, 1us, 20us, 300us, 5ms};
    for (int n = 0; n < 1500; ++n) {
        int const d = some(g.names);
        auto const directory = "assets/" + std::to_string(d);
        switch (some(30)) {
        case 0:
            for (int f = 0; f < g.each; ++f) g.files.write(game::asset(d, f), std::to_string(n));
            break;
        case 1:
            for (int f = 0; f < 90; ++f)
                g.files.write(directory + "/new/" + std::to_string(f), std::to_string(n));
            break;
        case 2:
            if (g.files.record(directory).type == file_type::directory)
                g.files.rename(directory, directory + "-" + std::to_string(n));
            break;
        case 3:
            if (g.files.record(directory).type == file_type::directory) g.files.remove(directory);
            break;
        case 4: g.assets.poll(); break;
        case 5: g.refuses = some(3); break;
        case 6: g.assets.rules_changed(); break;
        default: break;
        }
        for (int i = some(6); i >= 0; --i) {
            g.assets.poll_for(budgets[some(5)]);
            g.clock.advance(16ms);
        }
    }
    g.refuses = 0;
    g.frames(20s);
    BOOST_TEST(g.has_all());
    BOOST_TEST(g.deliveries > 20U);
}

BOOST_AUTO_TEST_CASE(pin_accepts_missing_paths_and_any_spelling) {
    game g;
    g.assets.pin("./assets/7/new");
    g.assets.pin("assets/8/");
    g.assets.pin("assets/8"); // the same
    g.assets.pin("nowhere");
    g.frames(1s);
    g.files.write("assets/7/new", "1");
    g.frames(3s);
    BOOST_TEST(g.loaded.contains("assets/7/new"));
    g.frames(1s);
    // Edits a file. Returns the number of frames until the delivery.
    auto const edit = [&](std::string const& path) {
        g.files.write(path, std::to_string(g.deliveries) + "-");
        auto const before = g.deliveries;
        int frames = 0;
        for (; g.deliveries == before && frames < 1000; ++frames) g.frame();
        return frames;
    };
    // The quiet period of 75 ms is five frames. Pinned files are checked each 50 ms between scans.
    BOOST_TEST(edit("assets/7/new") <= 12);
    BOOST_TEST(edit("assets/8/3") <= 12);
    g.assets.unpin("assets/7/new/");
    g.assets.unpin("./assets/8");
    g.frames(3s);
    BOOST_TEST(edit("assets/8/33") > 12);
}

// A slice checks at least a single entry.
BOOST_AUTO_TEST_CASE(edit_of_a_pinned_file_is_delivered_without_any_budget) {
    for (auto const none : {0us, 1us}) {
        game g{10, 10};
        g.assets.pin("assets/7/7");
        g.frames(1s);
        g.files.write("assets/7/7", "edited");
        auto const before = g.deliveries;
        int slices = 0;
        for (; g.deliveries == before && slices < 2000; ++slices) {
            g.assets.poll_for(none);
            g.clock.advance(16ms);
        }
        BOOST_TEST(slices < 100);
        BOOST_TEST(g.has_all());
    }
}

BOOST_AUTO_TEST_CASE(roots_may_vanish_in_the_middle_of_a_scan) {
    game g;
    g.assets.pin("assets/50");
    for (int i = 0; i < 20; ++i) {
        g.frames(1s + i * 23ms);
        g.files.rename("assets", "away");
        g.frames(20ms + i * 7ms);
        if (i % 4 == 3) { // for longer
            g.frames(4s);
            BOOST_TEST(g.assets.latest().empty());
            BOOST_TEST(g.loaded.empty());
        }
        g.files.rename("away", "assets");
    }
    g.frames(6s);
    BOOST_TEST(g.has_all());
    BOOST_TEST((g.longest <= budget + longest_entry), g.longest.count());
}

BOOST_AUTO_TEST_CASE(rules_may_change_at_any_time) {
    game g{20, 20};
    for (int d = 0; d < 20; ++d) g.files.write("assets/" + std::to_string(d) + "/draft", "0");
    g.frames(4s);
    BOOST_TEST(g.assets.latest().size() == 420U);
    for (int i = 1; i < 30; ++i) {
        g.frames(1s + i * 16ms);
        g.assets.change_matcher([&](auto& rules) { rules.no_drafts = i % 2 == 1; });
        g.files.write("assets/3/draft", std::to_string(i));
        g.frames(i % 3 == 0 ? 16ms : 2s); // sometimes in the middle of the scan for these rules
    }
    g.frames(4s);
    BOOST_TEST(g.assets.latest().size() == 400U);
    g.assets.change_matcher([](auto& rules) { rules.no_drafts = false; });
    g.frames(4s);
    BOOST_TEST(g.has_all());
}

BOOST_AUTO_TEST_CASE(late_handoff_keeps_the_records_of_all_files_correct) {
    game g{20, 20};
    memory_file_system const files = g.files;
    snapshot_builder before;
    before.add("assets/0/0", files.record("assets/0/0"));
    before.add("assets/19/19", files.record("assets/19/19"));
    basic_reloader successor{game::tree{"assets", {}, files}, house_rules{}, g.clock,
                             support::late_successor{before.finish()}};
    for (int i = 0; i < 200; ++i) {
        successor.poll_for(100us);
        g.clock.advance(16ms);
    }
    BOOST_TEST(successor.latest().size() == 400U);
    for (entry const e : successor.latest()) {
        BOOST_TEST((changed_fields(e.record, files.record(e.path.str())) == fields::none));
    }
}

BOOST_AUTO_TEST_CASE(file_pinned_before_the_handoff_is_checked_first) {
    struct successor {
        snapshot left;
        restart_result restart(change_set const&, std::error_code&) {
            return restart_result::restarted;
        }
        void hand_over(snapshot const&) {}
        bool inherit(snapshot& into) {
            into = std::move(left);
            return true;
        }
    };
    game g{20, 20};
    g.frames(4s);
    basic_reloader next{game::tree{"assets", {}, g.files}, house_rules{}, g.clock,
                        successor{g.assets.latest()}};
    next.pin("assets/7/7");
    while (!next.poll_for(budget).round_ended) g.clock.advance(16ms);
    BOOST_TEST(next.poll_for(budget).entries_checked == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
