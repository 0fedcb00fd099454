#include "enumerator/work_splitter.hpp"

#include "enumerator/walking.hpp"

#include <latch>
#include <thread>

using namespace restat;
using testing::memory_file_system;
using walking::stage;

namespace {

/// Keeps its first task until the end of the test.
struct idle_worker {
    void operator()(std::size_t, stage::task& what) {
        names = stage::names_of(what.names);
        path = what.path;
        root = what.root;
        first_row = what.first_row;
        end_row = what.end_row;
        is_root = what.is_root;
        end.wait();
    }

    scanning::paths names;
    std::string path;
    std::string root;
    std::uint32_t first_row = 0;
    std::uint32_t end_row = 0;
    bool is_root = true;
    std::latch end{1};
};

/// A worker in the root `t`, and an idle helper.
struct splitting : stage {
    explicit splitting(memory_file_system const& of, snapshot from = {})
        : stage{of, std::move(from), {.threads = 2}} {
        enter_root();
    }
    ~splitting() { end_helper(); }

    void start_helper() {
        workers.start(helper);
        while (!workers.has_idle_worker()) std::this_thread::yield();
    }
    void end_helper() {
        if (!std::exchange(ended, true)) helper.end.count_down();
        workers.end_all();
    }
    void add(std::vector<std::string> const& names) {
        for (auto const& one : names) {
            auto const at = scan.find_known("t/" + one + "/");
            chain.lowest().add_below(one, file_type::directory, at);
        }
    }

    idle_worker helper;
    bool ended = false;
    detail::work_splitter<memory_file_system> splitter{scan, chain};
};

memory_file_system tree_of(std::vector<std::pair<std::string, int>> const& directories) {
    memory_file_system const tree;
    tree.make_directory("t");
    for (auto const& [name, count] : directories) {
        for (int i = 0; i < count; ++i) tree.write("t/" + name + "/" + std::to_string(i));
    }
    tree.advance(std::chrono::seconds{1});
    return tree;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_split_of_work, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(later_half_of_the_names_is_given) {
    splitting s{tree_of({})};
    s.add({"a", "b", "c", "d", "e"});
    s.chain.lowest().next = 1; // `a` is finished
    s.start_helper();
    s.splitter.share_directories();
    s.end_helper();
    BOOST_TEST(s.helper.names == (scanning::paths{"d", "e"}));
    BOOST_TEST(s.below() == (scanning::paths{"a", "b", "c"}));
    BOOST_TEST(s.chain.lowest().known_below.size() == 3U);
    BOOST_TEST(s.helper.path == "t/");
    BOOST_TEST(s.helper.root == "t");
    BOOST_TEST(!s.helper.is_root);
}

BOOST_AUTO_TEST_CASE(known_files_decide_about_the_half) {
    auto const tree = tree_of({{"a", 90}, {"b", 10}, {"c", 10}, {"d", 10}});
    splitting s{tree, walking::known_tree(tree)};
    s.add({"a", "b", "c", "d"});
    s.start_helper();
    s.splitter.share_directories();
    s.end_helper();
    BOOST_TEST(s.helper.names == (scanning::paths{"b", "c", "d"}));
}

BOOST_AUTO_TEST_CASE(small_rest_and_last_directory_are_kept) {
    auto const tree = tree_of({{"a", 3}, {"b", 3}});
    splitting few{tree, walking::known_tree(tree)};
    few.add({"a", "b"});
    few.start_helper();
    few.splitter.share_directories();
    few.end_helper();
    BOOST_TEST(few.helper.names.empty());
    splitting last{tree_of({})};
    last.add({"a"});
    last.start_helper();
    last.splitter.share_directories();
    last.end_helper();
    BOOST_TEST(last.helper.names.empty());
    BOOST_TEST(last.below() == scanning::paths{"a"});
}

BOOST_AUTO_TEST_CASE(nothing_is_given_without_an_idle_worker) {
    splitting s{tree_of({})};
    s.add({"a", "b", "c", "d"});
    s.splitter.share_directories();
    BOOST_TEST(s.below().size() == 4U);
    BOOST_TEST(s.splitter.share_files(0, 10000) == 10000U);
}

BOOST_AUTO_TEST_CASE(later_half_of_many_known_files_is_given) {
    splitting s{tree_of({})};
    s.start_helper();
    BOOST_TEST(s.splitter.share_files(100, 611) == 611U); // too few
    BOOST_TEST(s.splitter.share_files(100, 1100) == 600U);
    s.end_helper();
    BOOST_TEST(s.helper.first_row == 600U);
    BOOST_TEST(s.helper.end_row == 1100U);
    BOOST_TEST(s.helper.names.empty());
}

BOOST_AUTO_TEST_CASE(failed_open_keeps_the_part) {
    splitting s{tree_of({})};
    s.add({"a", "b", "c", "d"});
    s.start_helper();
    s.tree.fail(testing::file_call::open, std::errc::too_many_files_open);
    s.splitter.share_directories();
    s.end_helper();
    BOOST_TEST(s.below().size() == 4U);
}

BOOST_AUTO_TEST_CASE(helpers_may_start_before_each_split) {
    splitting s{tree_of({})};
    int calls = 0;
    s.splitter.on_split([](void* of) { ++*static_cast<int*>(of); }, &calls);
    s.splitter.share_directories();
    s.splitter.share_files(0, 1);
    BOOST_TEST(calls == 2);
    s.splitter.on_split(nullptr, nullptr);
    s.splitter.share_directories();
    BOOST_TEST(calls == 2);
}

BOOST_AUTO_TEST_SUITE_END()
