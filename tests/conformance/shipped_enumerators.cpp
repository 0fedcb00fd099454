#include "conformance/report.hpp"

#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/module_enumerator.hpp>
#include <restat/enumerator/program_enumerator.hpp>
#include <restat/enumerator/range_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/temp_tree.hpp>

using namespace restat;
using namespace restat::testing;

namespace {

constexpr char const* names[] = {"a", "d/b", "d/c", "d/e/f", "d/e/g", "z"};

struct small_tree {
    small_tree() {
        for (auto const* const name : names) {
            tree.write(name);
            paths.push_back(tree / name);
        }
        tree.symlink("a", "link");
        tree.symlink("nowhere", "d/broken");
        tree.make_directory("empty");
    }
    temp_tree tree;
    std::vector<std::string> paths;
};

template <class Enumerator>
void expect_good_enumerator(char const* model, Enumerator enumerator) {
    expect_good(model, check_enumerator(enumerator));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(shipped_enumerators, small_tree)

BOOST_AUTO_TEST_CASE(each_shipped_enumerator_conforms) {
    using follow = tree_options::symlinks;
    expect_good_enumerator("tree_enumerator", tree_enumerator{tree.path()});
    expect_good_enumerator("tree_enumerator, two roots",
                           tree_enumerator{{tree / "d", tree.path(), tree / "missing"}});
    expect_good_enumerator("tree_enumerator that follows",
                           tree_enumerator{tree.path(), {.links = follow::follow}});
    expect_good_enumerator("list_enumerator", list_enumerator{paths});
    expect_good_enumerator("range_enumerator", range_enumerator{paths});
    expect_good_enumerator("module_enumerator", module_enumerator{});
    expect_good_enumerator("joined_enumerator",
                           joined_enumerator{list_enumerator{paths}, module_enumerator{}});
    options from;
    from.track = {tree.path()};
    expect_good_enumerator("program_enumerator", program_enumerator{from});
}

BOOST_AUTO_TEST_CASE(tree_in_memory_conforms) {
    memory_file_system files;
    for (auto const* const name : names) files.write(name);
    expect_good_enumerator("basic_tree_enumerator<memory_file_system>",
                           basic_tree_enumerator<memory_file_system>{"d", {}, files});
}

BOOST_AUTO_TEST_CASE(incremental_scan_equals_a_full_listing) {
    std::vector<std::function<void()>> const edits{
        [&] { tree.write("d/new"); },
        [&] { tree.write("d/b", "longer"); },
        [&] { tree.remove("d/e"); },
        [&] { tree.rename("d/new", "empty/moved"); },
        [&] { tree.symlink("elsewhere", "d/c/link"); }, // a directory replaces a file
    };
    tree.remove("d/c");
    for (std::size_t const threads : {1U, 4U}) {
        using follow = tree_options::symlinks;
        tree_enumerator plain{{tree / "d", tree.path(), tree / "missing"}, {.threads = threads}};
        expect_good("tree_enumerator",
                    check_refresh(plain, threads == 1 ? edits : decltype(edits){}));
        tree_enumerator following{tree.path(), {.links = follow::follow, .threads = threads}};
        expect_good("tree_enumerator that follows", check_refresh(following));
    }
}

BOOST_AUTO_TEST_CASE(incremental_scan_in_memory_equals_a_full_listing) {
    for (std::size_t const threads : {1U, 4U}) {
        memory_file_system const files{std::chrono::nanoseconds{1}, std::chrono::milliseconds{4}};
        for (auto const* const name : names) files.write(name);
        basic_tree_enumerator<memory_file_system> walk{
            {".", "gone"}, {.threads = threads}, files};
        auto const later = [&] { files.advance(std::chrono::milliseconds{10}); };
        expect_good(
            "basic_tree_enumerator<memory_file_system>",
            check_refresh(
                walk, {
                          [&] { files.write("d/in_the_same_tick"); },
                          later,
                          [&] { files.write("d/b", "2"); },
                          [&] { files.rename("d", "moved"); },
                          [&] { files.write("gone"); },
                          [&] { files.remove("a"); },
                          [&] { files.write("a/b"); },
                          [&] { files.mount("moved", 9); },
                          [&] { files.unmount("moved"); },
                          [&] { files.fail_at("moved", file_call::list, std::errc::io_error); },
                          [&] { files.write("moved/unseen"); },
                          [&] { files.heal(); },
                      }));
    }
}

BOOST_AUTO_TEST_SUITE_END()
