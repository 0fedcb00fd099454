#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

// Many reloaders in a single process, each on its own thread, with overlapping files.
using namespace restat;
using namespace std::chrono_literals;

namespace {

using names = std::vector<std::string>;

class watcher {
public:
    watcher(testing::temp_tree const& tree, std::string const& root)
        : reloader_{tree_enumerator{tree / root},
                    [](candidate const&) noexcept { return verdict::none; },
                    interruptible_clock{},
                    told_restart{[this](change_set const& changes) { note(changes); }},
                    {.interval = 20ms, .quiet_period = 10ms}} {
        guard_.emplace(reloader_);
    }

    names told() const {
        std::lock_guard const alone{guarded_};
        return told_;
    }
    /// Waits for deliveries of these changes, within a limit.
    bool was_told(names const& what) const {
        for (int i = 0; i < 3000 && told().size() < what.size(); ++i) {
            std::this_thread::sleep_for(10ms);
        }
        return told() == what;
    }

private:
    using told_restart = callback_restart<std::function<void(change_set const&)>>;
    using rule = verdict (*)(candidate const&) noexcept;
    using reloader = basic_reloader<tree_enumerator, rule, interruptible_clock, told_restart>;

    void note(change_set const& changes) {
        std::lock_guard const alone{guarded_};
        for (change const& one : changes) {
            auto const name = one.path.substr(one.path.rfind('/') + 1);
            told_.push_back(std::string{to_string(one.kind)} + " " + name);
        }
    }

    mutable std::mutex guarded_;
    names told_;
    reloader reloader_;
    std::optional<reloader_guard> guard_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(reloaders_of_one_process)

BOOST_AUTO_TEST_CASE(reloaders_of_the_same_files_are_independent) {
    testing::temp_tree const tree;
    for (auto const* name : {"t/a/b/x", "t/a/y", "t/c/z"}) tree.write(name, "1");
    names const roots{"t", "t/a", "t/a/b", "t/c", "t/a/../c"};
    std::vector<std::unique_ptr<watcher>> all;
    for (std::size_t i = 0; i < 50; ++i) {
        all.push_back(std::make_unique<watcher>(tree, roots[i % roots.size()]));
    }
    auto const sees = [&](std::size_t i, char edited) {
        auto const& root = roots[i % roots.size()];
        bool const in_c = root.ends_with('c');
        return root == "t" || (edited == 'z' ? in_c : edited == 'x' ? !in_c : root == "t/a");
    };
    names const none;
    tree.write("t/a/b/x", "22");
    for (std::size_t i = 0; i < all.size(); ++i) {
        BOOST_TEST(all[i]->was_told(sees(i, 'x') ? names{"modified x"} : none), i);
    }
    // The remaining watchers continue.
    for (std::size_t i = 0; i < all.size(); i += 2) all[i].reset();
    tree.write("t/c/z", "22");
    tree.remove("t/a/y");
    for (std::size_t i = 1; i < all.size(); i += 2) {
        names expected;
        if (sees(i, 'x')) expected.push_back("modified x");
        if (sees(i, 'y')) expected.push_back("removed y");
        if (sees(i, 'z')) expected.push_back("modified z");
        all[i]->was_told(expected);
        auto told = all[i]->told(); // in a single batch or in two
        std::sort(told.begin(), told.end());
        std::sort(expected.begin(), expected.end());
        BOOST_TEST(told == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
