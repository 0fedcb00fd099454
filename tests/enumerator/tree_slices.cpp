#include <restat/enumerator/tree_enumerator.hpp>

#include "scanning.hpp"
#include "ticking_clock.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/restart/callback_restart.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

// A directory with many names, checked in slices of a single step.
namespace {

using namespace restat;
using scanning::paths;
using testing::file_call;
using testing::memory_file_system;

bool odd_only(std::string_view name) { return name.ends_with('1') || name.ends_with('3'); }

struct names_matcher {
    bool is_limited = false;
    verdict operator()(candidate const& c) const noexcept {
        bool const hides = is_limited && c.type != file_type::directory && !odd_only(c.path);
        return hides ? verdict::exclude : verdict::none;
    }
};

struct wide_directory {
    explicit wide_directory(int count, tree_options how = {}) : walk{{"t"}, how, files} {
        for (int i = 0; i < count; ++i) files.write("t/wide/" + std::to_string(i));
        files.advance(std::chrono::seconds{1});
    }

    /// Changes the timestamp of the directory, so that it is listed again.
    void touch() const {
        files.write("t/wide/passing");
        files.remove("t/wide/passing");
        files.advance(std::chrono::seconds{1});
    }

    std::size_t calls() const {
        return files.calls(file_call::open) + files.calls(file_call::list) +
               files.calls(file_call::stat);
    }

    /// Takes the next step of a scan, and puts its edits into the known snapshot.
    void step(snapshot_update& update, std::stop_token stop = {}) {
        struct limits final : scan_bounds {
            bool is_over() override { return --left < 0; }
            std::optional<std::size_t> next_priority() override {
                return std::exchange(first, {});
            }
            int left = 1;
            std::optional<std::size_t> first;
        } at;
        if (first) at.first = known.find(*first).index();
        if (first) at.left = 8; // the check of the first file takes a few
        if (is_at_once) at.left = std::numeric_limits<int>::max();
        update.bound(&at, std::move(stop));
        auto const before = calls();
        walk.refresh(*matcher, update, error);
        // A step that continues first checks that its directory is still there.
        if (calls() <= before + 1) ++steps_without_files;
        if (!error && update.is_paused()) update.apply_edits(known);
        ++steps;
    }

    void scan(std::function<void()> const& between = [] {}) {
        snapshot_update update;
        update.begin(known);
        steps = steps_without_files = 0;
        do {
            step(update);
            BOOST_REQUIRE(!error);
            between();
        } while (update.is_paused());
        update.apply(known);
    }

    void scan_at_once() {
        is_at_once = true;
        scan();
        is_at_once = false;
    }

    /// Calls `change` once, after this number of steps.
    void scan_with(std::size_t step, std::function<void()> const& change) {
        scan([&] {
            if (steps == step) change();
        });
    }

    paths seen() const { return scanning::told(known); }
    paths there() const {
        paths names;
        for (auto const& path : files.files()) names.push_back(path);
        return names;
    }

    memory_file_system files;
    names_matcher all{};
    names_matcher limited{true};
    names_matcher const* matcher = &all;
    basic_tree_enumerator<memory_file_system> walk;
    snapshot known;
    std::error_code error;
    std::string const* first = nullptr; // checked first in each step
    bool is_at_once = false;
    std::size_t steps = 0;
    std::size_t steps_without_files = 0;
};

constexpr int many = 300;

/// Calls `check` with steps from the first to the last of a scan that lists the directory again.
void for_steps(std::function<void(wide_directory&, std::size_t)> const& check,
               std::size_t stride = 37) {
    wide_directory undisturbed{many};
    undisturbed.scan();
    undisturbed.touch();
    undisturbed.scan();
    auto const last = undisturbed.steps;
    for (std::size_t step = 1; step < last; step += step + 12 < last ? stride : 1) {
        wide_directory tree{many};
        tree.scan_at_once();
        tree.touch();
        check(tree, step);
    }
}

using namespace std::chrono_literals;

/// A directory with many names, watched in slices of a few steps. An ignore file and a pinned file
/// lie beside it.
struct watched_directory {
    explicit watched_directory(char const* rules = "nothing") {
        files.follow(clock);
        for (int i = 0; i < count; ++i) files.write("t/wide/" + std::to_string(i));
        files.write(ignore_file, rules);
        files.write(pinned);
        clock.advance(1s);
        reloader.pin(pinned);
        while (!reloader.has_baseline()) slice();
        settle();
    }
    /// Takes a slice. Returns the number of calls of the file system.
    std::size_t slice() {
        auto const calls = [&] {
            return files.calls(file_call::open) + files.calls(file_call::list) +
                   files.calls(file_call::stat);
        };
        auto const before = calls();
        auto const result = reloader.poll_for(10us);
        scans += result.round_ended ? 1 : 0;
        clock.advance(1ms);
        return calls() - before;
    }
    /// Takes slices until some scans have ended, and the changes are delivered.
    void settle() {
        auto const last = scans + 4;
        while (scans < last) slice();
    }
    /// Takes the slices of the next scan. Returns the numbers of calls.
    std::vector<std::size_t> calls_of_a_scan() {
        std::vector<std::size_t> calls;
        for (auto const last = scans + 1; scans < last;) calls.push_back(slice());
        return calls;
    }
    void change_rules(char const* rules) {
        files.write(ignore_file, rules);
        clock.advance(2s);
    }
    bool is_pending(char const* path) const {
        return reloader.watch_state_of(path).is == watch_state::state::pending;
    }

    static constexpr int count = 3000;
    static constexpr char const* ignore_file = "t/.gitignore";
    static constexpr char const* pinned = "t/pinned";
    memory_file_system files;
    testing::manual_clock clock;
    paths told;
    std::size_t scans = 0;
    using restart = callback_restart<std::function<void(change_set const&)>>;
    basic_reloader<basic_tree_enumerator<memory_file_system>, gitignore_matcher, ticking_clock,
                   restart>
        reloader{basic_tree_enumerator<memory_file_system>{"t", {}, files}, gitignore_matcher{},
                 ticking_clock{clock}, restart{[this](change_set const& changes) {
                     for (change const& one : changes)
                         told.push_back(std::string{to_string(one.kind)} + " " + one.path);
                 }},
                 schedule{.interval = 20ms}};
};

/// A change of rules, and the number of files in view afterwards.
struct rule_change {
    char const* before;
    char const* after;
    std::size_t in_view;
};
constexpr rule_change rule_changes[] = {{"nothing", "*[0-4]", 1500 + 2},
                                        {"*[0-4]", "nothing", 3000 + 2}};

/// The slices after the walk of a scan. Each takes some steps of the conclusion, and calls the file
/// system for the pinned file and for the edited ignore file alone.
struct concluding_slices {
    explicit concluding_slices(rule_change const& rules) {
        watched_directory tree{rules.before};
        tree.change_rules(rules.after);
        auto const calls = tree.calls_of_a_scan();
        auto const walks = [](std::size_t calls_of_slice) { return calls_of_slice > 2; };
        auto const walked = std::find_if(calls.rbegin(), calls.rend(), walks).base();
        first = static_cast<std::size_t>(walked - calls.begin());
        count = static_cast<std::size_t>(std::find(walked, calls.end(), std::size_t{0}) - walked);
    }
    std::size_t first = 0;
    std::size_t count = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(tree_slices, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(names_are_sorted_in_many_steps) {
    wide_directory tree{3000};
    tree.scan();
    BOOST_TEST(tree.steps_without_files >= 30U);
    BOOST_TEST((tree.seen() == tree.there()));
}

BOOST_AUTO_TEST_CASE(names_are_compared_with_the_known_names_in_many_steps) {
    wide_directory tree{3000};
    tree.scan();
    auto const sorting = tree.steps_without_files;
    tree.touch();
    tree.scan();
    BOOST_TEST(tree.steps_without_files >= sorting + 10);
    BOOST_TEST((tree.seen() == tree.there()));
}

BOOST_AUTO_TEST_CASE(known_subdirectories_are_added_in_many_steps) {
    wide_directory tree{0};
    for (int i = 0; i < 4000; ++i) tree.files.make_directory("t/wide/" + std::to_string(i));
    tree.files.write("t/wide/file");
    tree.files.advance(std::chrono::seconds{1});
    tree.scan_at_once();
    tree.scan();
    BOOST_TEST(tree.steps_without_files >= 4000U / 512);
}

BOOST_AUTO_TEST_CASE(names_that_come_and_go_between_steps_are_seen_by_the_next_scan) {
    for_steps([](wide_directory& tree, std::size_t step) {
        tree.scan_with(step, [&] {
            tree.files.write("t/wide/0_new");
            tree.files.write("t/wide/150", "edited");
            tree.files.remove("t/wide/200");
            tree.files.advance(std::chrono::seconds{1});
        });
        int kept = 0;
        for (int i = 0; i < many; ++i)
            kept += tree.known.contains("t/wide/" + std::to_string(i)) ? 1 : 0;
        BOOST_TEST(kept >= many - 1);
        tree.scan_at_once();
        BOOST_TEST((tree.seen() == tree.there()));
        entry const edited = *tree.known.find("t/wide/150");
        BOOST_TEST(edited.record.size == 6U);
    });
}

BOOST_AUTO_TEST_CASE(directory_replaced_between_steps_is_seen_by_the_next_scan) {
    for_steps([](wide_directory& tree, std::size_t step) {
        tree.scan_with(step, [&] {
            tree.files.rename("t/wide", "t/away");
            for (int i = 0; i < 300; ++i) tree.files.write("t/wide/b" + std::to_string(i));
            tree.files.advance(std::chrono::seconds{1});
        });
        tree.scan_at_once();
        BOOST_TEST((tree.seen() == tree.there()));
    });
}

BOOST_AUTO_TEST_CASE(directory_removed_between_steps_is_removed) {
    for_steps([](wide_directory& tree, std::size_t step) {
        tree.files.write("t/z");
        tree.scan_with(step, [&] { tree.files.remove("t/wide"); });
        tree.scan_at_once();
        BOOST_TEST(tree.seen() == paths{"t/z"});
    });
}

BOOST_AUTO_TEST_CASE(names_stay_if_a_call_fails_at_any_step) {
    for (auto const call : {file_call::list, file_call::open, file_call::stat}) {
        for_steps([&](wide_directory& tree, std::size_t step) {
            tree.scan_with(step, [&] { tree.files.fail(call, std::errc::io_error); });
            BOOST_TEST((tree.seen() == tree.there()));
            tree.files.heal();
            tree.scan_at_once();
            BOOST_TEST((tree.seen() == tree.there()));
            BOOST_TEST(tree.known.findings().empty());
        });
    }
}

BOOST_AUTO_TEST_CASE(each_name_of_a_broken_listing_is_kept_once) {
    tree_options how;
    how.report = tree_options::entries::files_and_directories;
    wide_directory tree{40, how};
    for (int i = 0; i < 20; ++i) tree.files.write("t/wide/d" + std::to_string(i) + "/f");
    tree.files.advance(std::chrono::seconds{1});
    tree.scan_at_once();
    auto const before = tree.seen();
    tree.touch();
    tree.files.fail(file_call::list, std::errc::io_error, 6);
    tree.scan_at_once();
    BOOST_TEST(tree.seen() == before);
    BOOST_TEST(tree.known.findings().size() == 1U);
}

BOOST_AUTO_TEST_CASE(another_matcher_between_steps_begins_the_scan_anew) {
    for_steps([](wide_directory& tree, std::size_t step) {
        tree.scan_with(step, [&] { tree.matcher = &tree.limited; });
        tree.scan_at_once();
        BOOST_TEST(tree.known.size() == static_cast<std::size_t>(many) / 5);
    });
}

BOOST_AUTO_TEST_CASE(scan_stopped_between_steps_changes_nothing) {
    for_steps([](wide_directory& tree, std::size_t step) {
        tree.files.write("t/wide/new");
        auto const before = tree.seen();
        std::stop_source stop;
        snapshot_update update;
        update.begin(tree.known);
        tree.steps = 0;
        do {
            if (tree.steps == step) stop.request_stop();
            tree.step(update, stop.get_token());
        } while (!tree.error && update.is_paused());
        BOOST_TEST(tree.seen() == before);
        tree.scan_at_once();
        BOOST_TEST((tree.seen() == tree.there()));
    });
}

BOOST_AUTO_TEST_CASE(file_checked_first_keeps_its_edit_at_any_step) {
    for_steps([](wide_directory& tree, std::size_t step) {
        std::string const path = "t/wide/150";
        bool is_edited = false;
        tree.first = &path;
        tree.scan_with(step, [&] {
            is_edited = true;
            tree.files.write(path, "edited");
            tree.files.advance(std::chrono::seconds{1});
        });
        tree.first = nullptr;
        tree.scan_at_once(); // the change may have come after the last check of the file
        BOOST_TEST((*tree.known.find(path)).record.size == (is_edited ? 6U : 1U));
        BOOST_TEST((tree.seen() == tree.there()));
    });
}

// A file of a directory checked before, and names that come or go in another directory.
BOOST_AUTO_TEST_CASE(edit_of_a_file_checked_first_survives_changes_in_another_directory) {
    std::string const path = "t/a/f";
    for (bool const is_listed : {false, true}) {
        for_steps(
            [&](wide_directory& tree, std::size_t step) {
                tree.files.write(path);
                tree.files.advance(std::chrono::seconds{1});
                tree.scan_at_once();
                if (is_listed) tree.files.write("t/wide/0_new");
                tree.files.advance(std::chrono::seconds{1});
                tree.scan([&] {
                    tree.first = nullptr;
                    if (tree.steps != step) return;
                    tree.files.write(path, "edited");
                    tree.files.remove("t/wide/299");
                    tree.files.advance(std::chrono::seconds{1});
                    tree.first = &path;
                });
                bool const was_checked = tree.steps > step;
                if (was_checked) BOOST_TEST((*tree.known.find(path)).record.size == 6U);
            },
            4);
    }
}

// The paths are put in order a few at a time.
BOOST_AUTO_TEST_CASE(paths_hidden_or_revealed_by_rules_take_many_slices) {
    for (auto const& rules : rule_changes) {
        BOOST_TEST(concluding_slices{rules}.count >= 3U, rules.after);
        watched_directory tree{rules.before};
        tree.change_rules(rules.after);
        tree.settle();
        BOOST_TEST(tree.reloader.latest().size() == rules.in_view);
        BOOST_TEST(tree.told == paths{"modified t/.gitignore"});
    }
}

BOOST_AUTO_TEST_CASE(pinned_file_is_checked_in_each_slice_of_a_conclusion) {
    for (auto const& rules : rule_changes) {
        concluding_slices const slices{rules};
        for (std::size_t after = 0; after + 1 < slices.count; ++after) {
            watched_directory tree{rules.before};
            tree.change_rules(rules.after);
            for (std::size_t i = 0; i <= slices.first + after; ++i) tree.slice();
            tree.files.write(tree.pinned, "edited");
            tree.slice();
            BOOST_TEST(tree.is_pending(tree.pinned), rules.after << ": " << after);
            tree.settle();
            BOOST_TEST(std::count(tree.told.begin(), tree.told.end(), "modified t/pinned") == 1);
            BOOST_TEST(tree.told.size() == 2U);
            BOOST_TEST(tree.reloader.latest().size() == rules.in_view);
        }
    }
}

// The scan is given up in the middle of its conclusion.
BOOST_AUTO_TEST_CASE(conclusion_given_up_halfway_changes_nothing) {
    using act = void (*)(watched_directory&);
    constexpr act acts[] = {
        [](watched_directory& tree) { tree.reloader.poll(); },
        [](watched_directory& tree) { tree.reloader.rules_changed(); },
        [](watched_directory& tree) { tree.change_rules("*[5-9]"); },
        [](watched_directory& tree) {
            tree.reloader.enumerator().roots() = {"t", "missing"};
        },
        [](watched_directory& tree) {
            tree.files.write("t/wide/2", "edited");
            tree.files.write("t/wide/9", "edited");
        },
    };
    for (auto const& rules : rule_changes) {
        concluding_slices const slices{rules};
        BOOST_TEST_REQUIRE(slices.count >= 2U);
        for (std::size_t number = 0; number < std::size(acts); ++number) {
            watched_directory tree{rules.before};
            tree.change_rules(rules.after);
            auto const half = slices.first + slices.count / 2;
            for (std::size_t i = 0; i < half; ++i) tree.slice();
            acts[number](tree);
            tree.settle();
            auto edits = tree.told;
            std::sort(edits.begin(), edits.end());
            edits.erase(std::unique(edits.begin(), edits.end()), edits.end());
            paths wanted{"modified t/.gitignore"};
            bool const has_edits = number + 1 == std::size(acts);
            if (has_edits && rules.in_view > 3000U) wanted.push_back("modified t/wide/2");
            if (has_edits) wanted.push_back("modified t/wide/9");
            BOOST_TEST(edits == wanted, rules.after << ", " << number);
            bool const has_other_rules = number == 2;
            auto const in_view = has_other_rules ? 1500U + 2 : rules.in_view;
            BOOST_TEST(tree.reloader.latest().size() == in_view,
                       rules.after << ", " << number << ": " << tree.reloader.latest().size()
                                   << " of " << in_view);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
