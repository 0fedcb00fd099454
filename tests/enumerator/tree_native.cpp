#include "enumerator/scanning.hpp"

#include <restat/enumerator/list_enumerator.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Properties of a tree_enumerator that only the kernel can show.
using namespace restat;
using namespace scanning;

namespace {

paths found_by_the_standard_library(std::string const& root) {
    namespace fs = std::filesystem;
    paths all;
    for (auto const& at : fs::recursive_directory_iterator{root}) {
        if (at.is_symlink() || !at.is_directory()) all.push_back(at.path().string());
    }
    std::sort(all.begin(), all.end(), path_less);
    return all;
}

/// While this object lives, no descriptor of this number or above can be opened.
class descriptor_limit {
public:
    explicit descriptor_limit(rlim_t most) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit const lower{most, before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &lower);
    }
    ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

/// Returns the number of the next descriptor.
rlim_t next_descriptor() {
    int const next = ::dup(0);
    ::close(next);
    return static_cast<rlim_t>(next);
}

std::string deep_tree(testing::temp_tree const& tree, int levels) {
    std::string path = "t";
    for (int i = 0; i < levels; ++i) path += "/d";
    tree.write(path + "/x");
    tree.write("t/z");
    return path + "/x";
}

/// Runs an action in a child process, where the action may change its user. Returns the exit
/// status.
int in_a_child(std::function<int()> const& act) {
    pid_t const child = ::fork();
    if (child == 0) ::_exit(act());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_native_tree)

BOOST_AUTO_TEST_CASE(tree_equals_the_walk_of_the_standard_library) {
    tree_enumerator walk{"/usr/include", {.threads = refresh_threads()}};
    auto const seen = scan(walk);
    BOOST_TEST(seen.size() > 1000U);
    BOOST_TEST((told(seen) == found_by_the_standard_library("/usr/include")));
}

BOOST_AUTO_TEST_CASE(relative_files_stay_known_without_a_free_descriptor) {
    testing::temp_tree const tree;
    tree.write("home/t/x");
    tree.write("home/conf");
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(tree / "home");
    tree_enumerator walk{"t", {.threads = refresh_threads()}};
    list_enumerator list{{"conf"}};
    auto const walked = scan(walk);
    auto const listed = scan(list);
    tree.rename("home", "moved"); // the process stays in the directory
    auto const scan_without_descriptors = [](auto& of, snapshot const& known) {
        descriptor_limit const limit{next_descriptor()};
        return scan(of, known);
    };
    auto const walked_now = scan_without_descriptors(walk, walked);
    auto const listed_now = scan_without_descriptors(list, listed);
    BOOST_TEST(told(scan(walk, walked_now)) == (paths{"t/x"}));
    BOOST_TEST(told(scan(list, listed_now)) == (paths{"conf"}));
    std::filesystem::current_path(before);
    BOOST_TEST(told(walked_now) == (paths{"t/x"}));
    BOOST_TEST(findings(walked_now) == (paths{"cannot stat 't': Too many open files"}));
    BOOST_TEST(told(listed_now) == (paths{"conf"}));
    BOOST_TEST(findings(listed_now) == (paths{"cannot stat 'conf': Too many open files"}));
}

BOOST_AUTO_TEST_CASE(tree_is_complete_with_twelve_descriptors) {
    testing::temp_tree const tree;
    auto const deepest = deep_tree(tree, 500);
    for (auto const events : {event_use::off, event_use::automatic}) {
        for (rlim_t const most : {rlim_t{12}, next_descriptor() + 2}) {
            tree_enumerator walk{tree.path(), {.events = events}};
            descriptor_limit const limit{most};
            auto const seen = scan(walk);
            BOOST_TEST(seen.findings().empty());
            BOOST_TEST(told(seen, tree.path() + "/") == (paths{deepest, "t/z"}));
        }
    }
}

BOOST_AUTO_TEST_CASE(events_give_their_descriptor_to_a_scan_that_needs_it) {
    testing::temp_tree const tree;
    deep_tree(tree, 3);
    for (std::size_t const threads : {std::size_t{1}, std::size_t{4}}) {
        tree_enumerator walk{tree.path(), {.events = event_use::automatic, .threads = threads}};
        snapshot known;
        auto const rescan = [&] {
            snapshot_update update;
            update.begin(known);
            std::error_code error;
            walk.refresh(everything{}, update, error);
            BOOST_TEST(!error);
            update.apply(known);
        };
        rescan();
        hint_list none;
        walk.take_hints(known, none);
        BOOST_TEST(none.empty());
        BOOST_TEST(walk.coverage().watched == 5U);
        BOOST_TEST(walk.hint_descriptor() >= 0);
        tree.write("t/d/new");
        {
            descriptor_limit const limit{next_descriptor() + 1};
            rescan();
        }
        BOOST_TEST(known.findings().empty());
        BOOST_TEST(known.contains(tree / "t/d/new"));
        BOOST_TEST(walk.hint_descriptor() == -1);
        hint_list all;
        walk.take_hints(known, all);
        BOOST_TEST(all.is_lost());
        event_coverage const expected{
            .directories = 5, .refused = 5, .why = {EMFILE, std::system_category()}};
        BOOST_TEST((walk.coverage() == expected));
        tree.write("t/d/d/new");
        rescan(); // without events
        BOOST_TEST(known.contains(tree / "t/d/d/new"));
        BOOST_TEST(walk.hint_descriptor() == -1);
    }
}

BOOST_AUTO_TEST_CASE(tree_is_kept_without_free_descriptors) {
    testing::temp_tree const tree;
    deep_tree(tree, 3);
    tree_enumerator walk{tree.path()};
    auto const before = scan(walk);
    for (rlim_t const more : {rlim_t{0}, rlim_t{1}}) {
        descriptor_limit const limit{next_descriptor() + more};
        auto const seen = scan(walk, before);
        BOOST_TEST(told(seen) == told(before));
        BOOST_REQUIRE(seen.findings().size() == 1U);
        BOOST_TEST((seen.findings()[0].error == std::errc::too_many_files_open));
    }
}

BOOST_AUTO_TEST_CASE(tree_may_be_deeper_than_the_maximum_path_length) {
    testing::temp_tree const tree;
    std::string const name(200, 'n');
    std::string path = tree.path();
    int at = ::open(path.c_str(), O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < 30; ++i) {
        BOOST_REQUIRE(::mkdirat(at, name.c_str(), 0755) == 0);
        int const next = ::openat(at, name.c_str(), O_DIRECTORY | O_CLOEXEC);
        ::close(at);
        at = next;
        path += "/" + name;
    }
    ::close(::openat(at, "x", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    tree_enumerator walk{tree.path()};
    auto const seen = scan(walk);
    BOOST_TEST(told(seen) == paths{path + "/x"});
    int const file = ::openat(at, "x", O_WRONLY | O_CLOEXEC);
    BOOST_TEST(::write(file, "xx", 2) == 2);
    ::close(file);
    BOOST_TEST(scan(walk)[0].record.size == 2U);
    ::close(at);
}

BOOST_AUTO_TEST_CASE(pipes_and_sockets_are_found_and_not_opened) {
    testing::temp_tree const tree;
    tree.make_directory("t");
    BOOST_REQUIRE(::mkfifo((tree / "t/pipe").c_str(), 0644) == 0);
    BOOST_REQUIRE(::mknod((tree / "t/socket").c_str(), S_IFSOCK | 0644, 0) == 0);
    tree_enumerator walk{tree / "t"};
    auto const seen = scan(walk); // opening the pipe would block
    BOOST_REQUIRE(seen.size() == 2U);
    BOOST_TEST((seen[0].record.type == file_type::fifo));
    BOOST_TEST((seen[1].record.type == file_type::socket));
}

// Permissions do not restrict root, so a different user makes the scan.
BOOST_AUTO_TEST_CASE(files_below_an_unreadable_directory_are_kept) {
    testing::temp_tree const tree;
    tree.write("t/a/x");
    tree.write("t/b");
    ::chmod(tree.path().c_str(), 0755);
    tree_enumerator walk{tree / "t"};
    auto const before = scan(walk);
    ::chmod((tree / "t/a").c_str(), 0);
    int const status = in_a_child([&] {
        if (::geteuid() == 0 && ::seteuid(65534) != 0) return 2;
        snapshot_builder found;
        std::error_code error;
        walk.enumerate(everything{}, found, error);
        auto const seen = found.finish(before);
        bool const told_so = seen.findings().size() == 1 &&
                             seen.findings()[0].path == tree / "t/a" &&
                             seen.findings()[0].error == std::errc::permission_denied;
        return told_so && told(seen) == told(before) ? 0 : 1;
    });
    BOOST_TEST(status == 0);
    ::chmod((tree / "t/a").c_str(), 0755);
    auto const seen = scan(walk, before);
    BOOST_TEST(seen.findings().empty());
    BOOST_TEST(told(seen) == told(before));
}

BOOST_AUTO_TEST_CASE(files_of_any_size_and_any_time_are_found) {
    testing::temp_tree const tree;
    struct row {
        char const* name;
        off_t size;
        std::int64_t seconds;
    };
    std::vector<row> const rows{
        {"a", 1, -315'619'200},               // 1960
        {"b", (off_t{1} << 32) + 1, 0},       // differs from a by 2^32
        {"c", off_t{1} << 40, 4'102'444'800}, // 2100
        {"d", 0, 15'000'000'000},             // 2445, near the end of ext4
    };
    for (auto const& [name, size, seconds] : rows) {
        tree.write(name, "");
        BOOST_REQUIRE(::truncate((tree / name).c_str(), size) == 0);
        timespec const when[] = {{seconds, 5}, {seconds, 5}};
        BOOST_REQUIRE(::utimensat(AT_FDCWD, (tree / name).c_str(), when, 0) == 0);
    }
    tree_enumerator walk{tree.path()};
    auto const seen = scan(walk);
    BOOST_REQUIRE(seen.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        BOOST_TEST(seen[i].record.size == static_cast<std::uint64_t>(rows[i].size));
        BOOST_TEST(seen[i].record.mtime.seconds == rows[i].seconds);
        BOOST_TEST(seen[i].record.mtime.nanoseconds == 5U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
