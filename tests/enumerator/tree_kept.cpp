#include "enumerator/scanning.hpp"
#include "linux/clone.hpp"

#include <cstddef>
#include <memory>
#include <random>
#include <string>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace restat;
using restat::testing::file_call;
using restat::testing::memory_file_system;
using restat::testing::temp_tree;
using scanning::everything;

namespace {

constexpr everything all{};

/// A tree in memory, scanned by one that keeps files open.
struct kept_tree {
    explicit kept_tree(std::size_t most, std::size_t threads = 1)
        : walk{"t", {.threads = threads, .keep_open = most}, files} {
        for (char const in : {'a', 'b', 'c', 'd'}) {
            for (char const name : {'v', 'w', 'x', 'y', 'z'}) files.write(path(in, name));
        }
        files.advance(std::chrono::seconds{5});
    }
    static std::string path(char in, char name) { return std::string{"t/"} + in + "/" + name; }
    /// How many are opened in one scan.
    std::size_t opens() {
        auto const before = files.calls(file_call::open);
        scanning::bring_up_to_date(walk, seen);
        return files.calls(file_call::open) - before;
    }
    /// Whether it is known what another finds who keeps nothing.
    bool is_right() const {
        basic_tree_enumerator<memory_file_system> plain{"t", {.threads = 1}, files};
        snapshot found;
        scanning::bring_up_to_date(plain, found);
        return diff(seen, found).empty() && scanning::told(seen) == scanning::told(found);
    }

    memory_file_system files;
    basic_tree_enumerator<memory_file_system> walk;
    snapshot seen;
};

constexpr std::size_t directories = 5;

int open_descriptors() {
    DIR* const all_open = ::opendir("/proc/self/fd");
    int count = 0;
    while (::readdir(all_open)) ++count;
    ::closedir(all_open);
    return count;
}

bool finds_no_change(tree_enumerator& walk, snapshot const& seen) {
    std::error_code error;
    snapshot_update update;
    update.begin(seen);
    walk.refresh(all, update, error);
    return !error && update.changes().empty();
}

// The thread sanitizer does not let a process that was forked start any.
#ifdef RESTAT_UNDER_TSAN
constexpr bool can_start_threads = false;
#else
constexpr bool can_start_threads = true;
#endif

struct twenty_files {
    twenty_files() {
        for (int i = 0; i < 20; ++i) tree.write("f" + std::to_string(i), "x");
    }
    temp_tree tree;
};

} // namespace

BOOST_AUTO_TEST_SUITE(files_that_are_kept_open)

BOOST_AUTO_TEST_CASE(are_held_once_and_asked_from_then_on) {
    kept_tree tree{100};
    BOOST_TEST(tree.opens() == directories);
    BOOST_TEST(tree.opens() == directories + 20);
    BOOST_TEST(tree.opens() == directories);
    BOOST_TEST(tree.is_right());
}

BOOST_AUTO_TEST_CASE(are_no_more_than_was_said) {
    kept_tree tree{3};
    tree.opens();
    BOOST_TEST(tree.opens() == directories + 3);
    BOOST_TEST(tree.opens() == directories);
}

BOOST_AUTO_TEST_CASE(tell_an_edit) {
    kept_tree tree{100};
    for (int i = 0; i < 3; ++i) tree.opens();
    tree.files.write("t/b/x", "longer");
    tree.files.advance(std::chrono::seconds{5});
    snapshot const before = tree.seen;
    tree.opens();
    auto const changes = diff(before, tree.seen);
    BOOST_REQUIRE(changes.size() == 1U);
    BOOST_TEST(changes.begin()->path == "t/b/x");
    BOOST_TEST(tree.is_right());
}

// The handle leads to the old one, which has no name any more.
BOOST_AUTO_TEST_CASE(are_not_taken_for_what_was_put_in_their_place) {
    kept_tree tree{100};
    for (int i = 0; i < 3; ++i) tree.opens();
    tree.files.write("t/new", "x");
    tree.files.rename("t/new", "t/b/x");
    tree.opens();
    BOOST_TEST(tree.is_right());
    tree.files.advance(std::chrono::seconds{5});
    tree.opens();
    BOOST_TEST(tree.is_right());
}

BOOST_AUTO_TEST_CASE(are_let_go_when_they_are_gone) {
    kept_tree tree{5};
    for (int i = 0; i < 3; ++i) tree.opens();
    for (char const name : {'v', 'w', 'x', 'y', 'z'})
        tree.files.remove(kept_tree::path('a', name));
    tree.files.advance(std::chrono::seconds{5});
    tree.opens(); // a is listed, and nothing in it come by
    BOOST_TEST(tree.opens() == directories + 5);
}

// Those of the root are held before the first directory below it is opened.
BOOST_AUTO_TEST_CASE(are_let_go_where_the_walk_lacks_descriptors) {
    for (std::size_t const threads : {1U, 4U}) {
        kept_tree tree{100, threads};
        for (int i = 0; i < 30; ++i) tree.files.write("t/" + std::to_string(i));
        tree.files.write("t/a/far/below/all/that/is/there");
        tree.files.advance(std::chrono::seconds{5});
        tree.files.limit_descriptors(16);
        std::size_t opens = 0;
        for (int i = 0; i < 8; ++i) {
            opens = tree.opens();
            BOOST_TEST(tree.is_right());
            BOOST_TEST(tree.seen.findings().empty());
        }
        // In the end it keeps as many as there is room for, and tries no more.
        if (threads == 1) BOOST_TEST(opens == tree.opens());
    }
}

BOOST_AUTO_TEST_CASE(tell_what_is_told_without_them) {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 dice{seed};
        auto const one_of = [&](unsigned count) { return static_cast<int>(dice() % count); };
        kept_tree tree{seed % 3 == 0 ? 7U : 100U, seed % 2 == 0 ? 4U : 1U};
        tree.files.reuse_inodes(seed % 4 < 2);
        auto const any = [&] {
            char const in = "abcd"[one_of(4)];
            return kept_tree::path(in, "vwxyz"[one_of(5)]);
        };
        for (int step = 0; step < 200; ++step) {
            auto const [from, to] = std::pair{any(), any()};
            bool const there = tree.files.record(from).type != file_type::none;
            switch (one_of(7)) {
            case 0: tree.files.write(from, std::string(dice() % 3, 'x')); break;
            case 1: there ? tree.files.remove(from) : tree.files.write(from); break;
            case 2:
                if (there) tree.files.rename(from, to);
                break;
            case 3:
                tree.files.write("t/new", "x");
                tree.files.rename("t/new", to);
                break;
            case 4:
                if (there && tree.files.record(to).type == file_type::none)
                    tree.files.link(from, to);
                break;
            default: tree.files.advance(std::chrono::milliseconds{one_of(9)});
            }
            if (one_of(2) == 0) tree.opens();
        }
        tree.files.advance(std::chrono::seconds{5});
        tree.opens();
        tree.opens();
        BOOST_TEST(tree.is_right(), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(are_none_of_the_descriptors_of_the_host) {
    twenty_files const made;
    std::string const root = made.tree.path();
    int ends[2] = {};
    BOOST_REQUIRE(::pipe(ends) == 0);
    int const before = open_descriptors();
    tree_enumerator walk{root, {.keep_open = 100}};
    snapshot seen;
    for (int i = 0; i < 3; ++i) scanning::bring_up_to_date(walk, seen);
    BOOST_TEST(seen.size() == 20U);
    BOOST_TEST(open_descriptors() == before);
    ::close(ends[1]);
    char end = 0;
    BOOST_TEST(::read(ends[0], &end, 1) == 0); // nobody else has the other end
    ::close(ends[0]);
}

// Their numbers are those of other descriptors there.
BOOST_AUTO_TEST_CASE(are_left_alone_in_a_process_that_was_forked) {
    twenty_files const made;
    std::string const root = made.tree.path();
    auto walk = std::make_unique<tree_enumerator>(root, tree_options{.keep_open = 100});
    snapshot seen;
    for (int i = 0; i < 3; ++i) scanning::bring_up_to_date(*walk, seen);
    int copies[30] = {};
    for (int& copy : copies) copy = ::dup(0);
    pid_t const child = ::fork();
    if (child == 0) {
        bool fine = can_start_threads ? finds_no_change(*walk, seen) : true;
        walk.reset();
        for (int const copy : copies) fine = fine && ::close(copy) == 0;
        ::_exit(fine ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
    for (int const copy : copies) ::close(copy);
}

BOOST_AUTO_TEST_SUITE_END()
