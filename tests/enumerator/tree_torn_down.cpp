#include "enumerator/scanning.hpp"

#include <restat/diff.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

// A tree that another process removes and rebuilds during scans.
using namespace restat;
using namespace scanning;

namespace {

namespace fs = std::filesystem;

/// Builds different trees of a few hundred files, and removes them again.
class wrecker {
public:
    explicit wrecker(std::string root) : root_{std::move(root)} {}

    void work(int rounds) {
        for (int i = 0; i < rounds; ++i) {
            build(root_, 3);
            crowd();
            move_about();
            if (i + 1 < rounds) tear_down();
        }
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::string name() { return std::string(1, static_cast<char>('a' + below(6))); }

    void build(std::string const& at, int levels) {
        fs::create_directory(at, ignored_);
        for (std::size_t i = below(6); i > 0; --i) put(at + "/" + name() + ".txt");
        if (levels == 0) return;
        for (char part = 'a'; part < 'f'; ++part) {
            std::string const path = at + "/" + part;
            if (below(5) == 0) {
                put(path); // replaces a directory by a file, a link or no entry
            } else if (below(9) == 0) {
                fs::create_symlink("..", path, ignored_);
            } else {
                build(path, levels - 1);
            }
        }
    }

    // A directory with enough names for several threads; names are added and removed.
    void crowd() {
        std::string const at = root_ + "/crowd";
        fs::create_directory(at, ignored_);
        for (std::size_t i = 0; i < 1500; ++i) put(at + "/" + std::to_string(i));
        for (std::size_t i = below(9); i < 1500; i += 9) {
            fs::remove(at + "/" + std::to_string(i), ignored_);
            if (below(3) == 0) fs::create_directory(at + "/" + std::to_string(i), ignored_);
        }
    }

    static void put(std::string const& path) {
        if (std::FILE* const made = std::fopen(path.c_str(), "we")) std::fclose(made);
    }

    void move_about() {
        for (int i = 0; i < 20; ++i) {
            std::string const from = root_ + "/" + name() + "/" + name();
            fs::rename(from, root_ + "/" + name() + "/" + name(), ignored_);
            fs::rename(root_ + "/" + name(), from + "/" + name(), ignored_);
        }
    }

    void tear_down() {
        for (int i = 0; i < 5; ++i) fs::remove_all(root_ + "/" + name(), ignored_);
        if (below(2) == 0) fs::remove_all(root_, ignored_);
    }

    std::string root_;
    std::mt19937 random_{7};
    std::error_code ignored_;
};

/// A second process that ends on its own.
class busy_process {
public:
    explicit busy_process(std::function<void()> const& work) : process_{::fork()} {
        if (process_ != 0) return;
        work();
        ::_exit(0);
    }
    bool is_busy() {
        if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == 0) return true;
        process_ = -1;
        return false;
    }
    bool went_well() const { return WIFEXITED(status_) && WEXITSTATUS(status_) == 0; }

private:
    pid_t process_;
    int status_ = -1;
};

/// Watches the tree with this number of threads.
struct watcher {
    tree_enumerator walk;
    snapshot believed = {};
    std::size_t changes = 0;

    watcher(std::string const& root, std::size_t threads) : walk{root, {.threads = threads}} {}

    void scan() {
        snapshot const before = believed;
        believed = refresh(walk, before, everything{});
        changes += diff(before, believed).size();
    }
};

paths there(std::string const& root) {
    paths all;
    for (auto const& at : fs::recursive_directory_iterator{root}) {
        if (at.is_symlink() || !at.is_directory()) all.push_back(at.path().string());
    }
    std::sort(all.begin(), all.end(), path_less);
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_tree_that_another_process_tears_down, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(scans_on_any_number_of_threads_agree_after_the_last_edit) {
    testing::temp_tree const tree;
    std::string const root = tree / "t";
    std::array<watcher, 3> watchers{watcher{root, 1}, watcher{root, 2}, watcher{root, 4}};
    busy_process other{[&] { wrecker{root}.work(5); }};
    while (other.is_busy()) {
        for (watcher& each : watchers) each.scan();
    }
    BOOST_TEST(other.went_well());
    auto const expected = there(root);
    BOOST_TEST(expected.size() > 50U);
    for (watcher& each : watchers) {
        each.scan();
        BOOST_TEST((told(each.believed) == expected));
        BOOST_TEST(each.believed.findings().empty());
        BOOST_TEST(each.changes > expected.size()); // the scans saw some of the edits
        BOOST_TEST(listed(diff(watchers[0].believed, each.believed)) == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
