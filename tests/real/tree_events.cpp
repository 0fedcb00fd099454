#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <thread>

using namespace restat;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

// The events of the kernel, from a save to the callback. A scan of everything is an hour away, so
// each delivery is that of an event.
namespace {

void append(std::string const& path) { std::ofstream{path, std::ios::app} << "edit\n"; }

class watched_tree final : public observer {
public:
    // Makes directories of as many files each.
    explicit watched_tree(int directories, int files) {
        for (int i = 0; i < directories; ++i) {
            fs::create_directory(directory(i));
            for (int j = 0; j < files; ++j) append(file(i, j));
        }
    }

    std::string directory(int i) const { return tree_ / ("d" + std::to_string(i)); }
    std::string file(int i, int j) const { return directory(i) + "/" + std::to_string(j); }
    std::string path(std::string const& below) const { return tree_ / below; }

    /// Starts the reloader, and waits until each directory has events.
    void start() {
        thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
        BOOST_REQUIRE(until([this] { return is_whole_; }));
    }
    /// Waits until these paths were delivered. Returns false after 60 s.
    bool delivers(std::set<std::string> const& paths) {
        return until([&] {
            return std::includes(delivered_.begin(), delivered_.end(), paths.begin(),
                                 paths.end());
        });
    }
    std::size_t batches() {
        std::lock_guard const lock{mutex_};
        return batches_;
    }
    /// Lets each callback wait until `go_on`.
    void hold() { is_held_ = true; }
    void go_on() {
        is_held_ = false;
        changed_.notify_all();
    }

private:
    void run(std::stop_token const& stop) {
        auto take = callback_restart{[this](change_set const& changes) { deliver(changes); }};
        basic_reloader reloader{tree_enumerator{tree_.path(), {.events = event_use::automatic}},
                                glob_matcher{"**"}, interruptible_clock{}, std::move(take),
                                schedule{.interval = 1h}};
        reloader.observe(this);
        reloader.run(stop);
    }
    void deliver(change_set const& changes) {
        std::unique_lock lock{mutex_};
        ++batches_;
        for (change const& one : changes) delivered_.insert(one.path);
        changed_.notify_all();
        changed_.wait_for(lock, 60s, [this] { return !is_held_; });
    }
    void on_coverage(event_coverage const& now) noexcept override {
        std::lock_guard const lock{mutex_};
        is_whole_ = now.is_whole();
        changed_.notify_all();
    }
    template <class Condition>
    bool until(Condition holds) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, 60s, holds);
    }

    testing::temp_tree tree_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::string> delivered_;
    std::size_t batches_ = 0;
    bool is_whole_ = false;
    std::atomic<bool> is_held_ = false;
    std::jthread thread_; // ends before the other members
};

} // namespace

BOOST_AUTO_TEST_SUITE(events_of_the_kernel)

BOOST_AUTO_TEST_CASE(edit_is_delivered_by_its_event) {
    watched_tree tree{3, 3};
    tree.start();
    append(tree.file(2, 1));
    BOOST_TEST(tree.delivers({tree.file(2, 1)}));
    BOOST_TEST(tree.batches() == 1U);
}

// A file may appear before its directory is watched.
BOOST_AUTO_TEST_CASE(leaf_of_each_new_directory_is_delivered) {
    watched_tree tree{1, 1};
    tree.start();
    std::set<std::string> leaves;
    for (int i = 0; i < 200; ++i) {
        auto const made = tree.path("n" + std::to_string(i) + "/b/c");
        fs::create_directories(made);
        append(made + "/leaf");
        leaves.insert(made + "/leaf");
    }
    BOOST_TEST(tree.delivers(leaves));
}

BOOST_AUTO_TEST_CASE(edit_below_a_renamed_directory_has_the_new_path) {
    watched_tree tree{2, 2};
    tree.start();
    fs::rename(tree.directory(1), tree.path("moved"));
    BOOST_REQUIRE(tree.delivers({tree.path("moved/0"), tree.path("moved/1")}));
    auto const before = tree.batches();
    append(tree.path("moved/1"));
    append(tree.path("moved/new"));
    BOOST_TEST(tree.delivers({tree.path("moved/new")}));
    BOOST_TEST(tree.batches() == before + 1);
}

// The kernel drops events above its limit, by default 16,384.
BOOST_AUTO_TEST_CASE(edits_beyond_the_queue_arrive_in_one_delivery) {
    watched_tree tree{100, 100};
    tree.start();
    tree.hold();
    append(tree.file(0, 0));
    BOOST_REQUIRE(tree.delivers({tree.file(0, 0)}));
    std::set<std::string> edited;
    for (int i = 0; i < 100; ++i) {
        for (int j = 0; j < 100; ++j) {
            append(tree.file(i, j));
            edited.insert(tree.file(i, j));
        }
    }
    tree.go_on();
    BOOST_TEST(tree.delivers(edited));
    BOOST_TEST(tree.batches() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
