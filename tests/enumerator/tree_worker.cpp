#include "enumerator/tree_worker.hpp"

#include "enumerator/walking.hpp"
#include "support/pausing.hpp"

using namespace restat;
using detail::fate;
using testing::file_call;
using testing::memory_file_system;

namespace {

/// A worker with the task to walk the root `t`.
struct working : walking::stage {
    explicit working(memory_file_system const& of) : working{of, {}, settings{}} {}
    working(memory_file_system const& of, snapshot from, settings const& with = {})
        : stage{of, std::move(from), with} {
        worker.begin(shared, 0);
        root.root = root.path = "t";
        root.below = 2;
    }
    ~working() { worker.rest(); }

    bool run() {
        std::error_code error;
        root.at = tree.open("t", error);
        return worker.run(root);
    }
    /// Returns the paths of the visited directories with other names than before, in order.
    scanning::paths visited_paths() const {
        scanning::paths all;
        auto const& fresh = found().fresh;
        for (std::size_t i = 0; i < fresh.directories.size(); ++i)
            all.emplace_back(fresh.path(i));
        return all;
    }

    task root;
    detail::tree_worker<memory_file_system> worker;
};

memory_file_system small_tree() {
    memory_file_system const tree;
    for (auto const* path : {"t/f", "t/a/f", "t/a/b/f", "t/c/f"}) tree.write(path);
    tree.advance(std::chrono::seconds{1});
    return tree;
}

scanning::paths const whole{"t/", "t/a/", "t/a/b/", "t/c/"};

} // namespace

BOOST_AUTO_TEST_SUITE(a_worker_of_a_scan, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(directories_are_visited_depth_first) {
    working w{small_tree()};
    BOOST_TEST(w.run());
    BOOST_TEST(w.visited_paths() == whole);
    BOOST_TEST(w.worker.entries_checked() == 8U);
    w.worker.rest();
    BOOST_TEST(w.worker.entries_checked() == 0U);
}

BOOST_AUTO_TEST_CASE(known_tree_is_not_listed) {
    auto const tree = small_tree();
    working w{tree, walking::known_tree(tree)};
    auto const lists = tree.calls(file_call::list);
    BOOST_TEST(w.run());
    BOOST_TEST(tree.calls(file_call::list) == lists);
    BOOST_TEST(w.worker.entries_checked() == 8U);
    for (auto const& path : whole) BOOST_TEST((w.fate_of(path) == fate::same));
}

BOOST_AUTO_TEST_CASE(walk_continues_after_each_pause) {
    working w{small_tree()};
    int asked = 0;
    support::pausing every_second{[&] { return ++asked % 2 == 0; }};
    w.update.bound(&every_second, {});
    int pauses = 0;
    bool through = w.run();
    for (; !through; through = w.worker.resume()) ++pauses;
    BOOST_TEST(pauses > 8);
    BOOST_TEST(w.visited_paths() == whole);
}

BOOST_AUTO_TEST_CASE(walk_continues_in_a_moved_directory_only_by_its_name) {
    auto const tree = small_tree();
    working w{tree};
    support::pausing in_b{[&] { return w.tree.opened().back() == "t/a/b"; }};
    w.update.bound(&in_b, {});
    BOOST_TEST(!w.run());
    tree.rename("t/a/b", "t/c/moved");
    w.update.bound(nullptr, {});
    BOOST_TEST(w.worker.resume());
    BOOST_TEST(w.visited_paths() == (scanning::paths{"t/", "t/a/", "t/c/"}));
    scanning::paths const again{w.found().unfinished.begin(), w.found().unfinished.end()};
    BOOST_TEST(again == (scanning::paths{"t/a/b/", "t/a/", "t/c/"}));
}

BOOST_AUTO_TEST_CASE(directory_with_several_names_is_visited_once) {
    auto const tree = small_tree();
    tree.symlink("a", "t/link");
    working w{tree, {}, {.how = {.links = tree_options::symlinks::follow}}};
    BOOST_TEST(w.run());
    BOOST_TEST(w.visited_paths() == whole);
    BOOST_REQUIRE(w.detours.size() == 1U); // left for a later pass
    BOOST_TEST(w.detours[0].path == "t/link");
    BOOST_TEST(w.detours[0].is_link());
    walking::stage::task later;
    later.root = "t";
    later.path = w.detours[0].path;
    later.links = w.detours[0].links;
    later.below = 2;
    later.is_root = false;
    later.device = w.detours[0].device;
    BOOST_TEST(w.worker.enter(later));
    BOOST_TEST(w.visited_paths() == whole);
}

BOOST_AUTO_TEST_CASE(file_in_place_of_a_listed_directory_is_found) {
    auto const tree = small_tree();
    working w{tree};
    tree.before(file_call::open, 2, [&] { // the call for t/a, after the call for t
        tree.remove("t/a");
        tree.write("t/a");
    });
    BOOST_TEST(w.run());
    BOOST_REQUIRE(w.found().loose.items.size() == 1U);
    BOOST_TEST(w.found().loose.path(w.found().loose.items[0]) == "t/a");
    BOOST_TEST(w.visited_paths() == (scanning::paths{"t/", "t/c/"}));
}

BOOST_AUTO_TEST_CASE(unreadable_directory_is_kept_with_its_subtree) {
    auto const tree = small_tree();
    working w{tree, walking::known_tree(tree)};
    tree.fail_at("t/a", file_call::open, std::errc::permission_denied);
    BOOST_TEST(w.run());
    BOOST_TEST((w.fate_of("t/a/") == fate::kept));
    BOOST_TEST((w.fate_of("t/a/b/") == fate::kept));
    BOOST_TEST((w.fate_of("t/c/") == fate::same));
    BOOST_REQUIRE(w.found().findings.size() == 1U);
    BOOST_TEST(w.found().findings[0].path == "t/a");
}

BOOST_AUTO_TEST_CASE(other_file_systems_are_left_out) {
    auto const tree = small_tree();
    tree.mount("t/a", 77);
    working w{tree, {}, {.how = {.mounts = tree_options::file_systems::stay}}};
    BOOST_TEST(w.run());
    BOOST_TEST(w.visited_paths() == (scanning::paths{"t/", "t/c/"}));
    BOOST_TEST(w.detours.size() == 0U);
}

BOOST_AUTO_TEST_CASE(known_root_is_kept_and_released) {
    auto const tree = small_tree();
    working w{tree, walking::known_tree(tree)};
    w.worker.keep("t");
    BOOST_TEST((w.fate_of("t/a/b/") == fate::kept));
    w.shared.delta.restart(1);
    w.shared.delta.scoped = true;
    w.shared.delta.fates.limit({});
    w.worker.release("t/a");
    BOOST_TEST((w.fate_of("t/a/b/") == fate::gone));
    BOOST_TEST((w.fate_of("t/c/") == fate::kept));
}

BOOST_AUTO_TEST_CASE(work_that_depends_on_the_order_gives_up_the_scan) {
    auto const tree = small_tree();
    working w{tree, {}, {.threads = 2}};
    auto const b = tree.record("t/a/b");
    bool elsewhere = false;
    w.shared.visit({b.device, b.inode}, 0, elsewhere); // by another worker
    BOOST_TEST(w.run());
    BOOST_TEST(w.shared.given_up.load());
}

BOOST_AUTO_TEST_SUITE_END()
