#include "enumerator/scanning.hpp"

#include <algorithm>
#include <random>

// Scans limited to some directories.
using namespace restat;
using namespace scanning;
using testing::file_call;
using testing::memory_file_system;

namespace {

using walk_in_memory = basic_tree_enumerator<memory_file_system>;

struct stage {
    stage() {
        for (auto const* name :
             {"t/a/x", "t/a/y", "t/a/in/x", "t/a/in/z", "t/b/x", "t/b/in/x", "t/c", "named"}) {
            files.write(name);
        }
        files.advance(std::chrono::seconds{5});
        refresh({});
    }

    void begin() { update.begin(known); }
    change_set finish() {
        std::error_code error;
        walk.refresh(always, update, error);
        BOOST_TEST(!error);
        auto changes = update.changes();
        update.apply(known);
        return changes;
    }
    std::string refresh(std::vector<std::string> const& scope) {
        begin();
        if (!scope.empty()) update.limit_to(scope);
        return listed(finish());
    }
    snapshot whole() {
        snapshot_builder found;
        std::error_code error;
        walk_in_memory another{std::vector<std::string>{"t", "named"}, {}, files};
        another.enumerate(always, found, error);
        return found.finish(known);
    }

    memory_file_system files;
    everything always;
    walk_in_memory walk{std::vector<std::string>{"t", "named"}, {}, files};
    snapshot_update update;
    snapshot known;
};

// A root that is a file, inside another root.
struct stage_with_root_inside : stage {
    stage_with_root_inside() {
        walk.roots() = {"t", "t/a/x"};
        refresh({});
    }
    void swap(char const* one, char const* other) {
        files.rename(one, "elsewhere");
        files.rename(other, one);
        files.rename("elsewhere", other);
    }
    // Returns what a scan of everything adds to limited scans: nothing.
    std::string left_over() {
        auto const before = known;
        refresh({});
        return listed(diff(before, known));
    }
};

std::string modified(char const* path) {
    auto const bits = static_cast<unsigned>(fields::mtime | fields::ctime);
    return std::string{"modified "} + path + " " + std::to_string(bits) + "; ";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_limited_scan, stage)

BOOST_AUTO_TEST_CASE(limited_scan_visits_its_scope_alone) {
    files.write("t/a/x", "2");
    files.write("t/b/x", "2");
    auto const opened = files.opened().size();
    auto const looks = files.calls(file_call::stat);
    BOOST_TEST(refresh({"t/a"}) == modified("t/a/x"));
    auto now = files.opened();
    now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(opened));
    BOOST_TEST((now == std::vector<std::string>{"t", "t/a"}));
    // The root by its path, the directory of the other root, two directories, two files.
    BOOST_TEST(files.calls(file_call::stat) - looks == 6U);
    BOOST_TEST(refresh({"t/b"}) == modified("t/b/x"));
}

BOOST_AUTO_TEST_CASE(limited_scan_finds_removed_names_and_new_subtrees) {
    files.remove("t/a/y");
    files.remove("t/a/in");
    files.write("t/a/new/deep/x");
    files.write("t/b/new");
    files.remove("t/b/in");
    auto const told = refresh({"t/a/"});
    BOOST_TEST(
        told ==
        "removed t/a/in/x 0; removed t/a/in/z 0; added t/a/new/deep/x 0; removed t/a/y 0; ");
    BOOST_TEST(known.contains("t/b/in/x"));
    BOOST_TEST(!known.contains("t/b/new"));
    BOOST_TEST(refresh({}) == "removed t/b/in/x 0; added t/b/new 0; ");
}

BOOST_AUTO_TEST_CASE(limited_scan_of_a_directory_keeps_its_subdirectories) {
    files.write("t/a/in/x", "2");
    files.write("t/a/x", "2");
    BOOST_TEST(refresh({"t/a"}) == modified("t/a/x"));
    BOOST_TEST(refresh({"t/a", "t/a/in"}) == modified("t/a/in/x"));
}

BOOST_AUTO_TEST_CASE(limited_scan_of_a_new_directory_finds_its_files) {
    files.write("t/b/new/x");
    BOOST_TEST(refresh({"t/b/new"}) == "added t/b/new/x 0; ");
    BOOST_TEST(refresh({}) == "");
}

BOOST_AUTO_TEST_CASE(limited_scan_of_a_removed_directory_removes_its_files) {
    files.remove("t/a");
    BOOST_TEST(refresh({"t/a/in"}) == "removed t/a/in/x 0; removed t/a/in/z 0; "
                                      "removed t/a/x 0; removed t/a/y 0; ");
}

BOOST_AUTO_TEST_CASE(limited_scan_of_a_replaced_directory_covers_the_whole_directory) {
    files.rename("t/a", "elsewhere");
    files.write("t/a/in/x");
    BOOST_TEST(refresh({"t/a/in"}).starts_with("modified t/a/in/x"));
    BOOST_TEST(refresh({}) == "");
}

BOOST_AUTO_TEST_CASE(limited_scan_of_a_root_file_checks_the_file) {
    files.write("named", "2");
    files.write("t/c", "2");
    auto const opened = files.opened().size();
    BOOST_TEST(refresh({"named"}) == modified("named"));
    BOOST_TEST(files.opened().size() == opened);
    BOOST_TEST(refresh({"t"}) == modified("t/c"));
}

BOOST_AUTO_TEST_CASE(limited_scan_keeps_unreadable_files_and_findings_elsewhere) {
    files.fail_at("t/b", file_call::open, std::errc::io_error);
    refresh({});
    BOOST_TEST(known.findings().size() == 1U);
    files.fail_at("t/a", file_call::open, std::errc::io_error);
    BOOST_TEST(refresh({"t/a"}) == "");
    BOOST_TEST(known.findings().size() == 2U);
    BOOST_TEST(known.size() == 8U);
    files.heal();
    BOOST_TEST(refresh({"t/b"}) == "");
    BOOST_TEST(scanning::findings(known) == paths{"cannot open 't/a': Input/output error"});
    BOOST_TEST(refresh({"t/a"}) == "");
    BOOST_TEST(known.findings().empty());
}

BOOST_AUTO_TEST_CASE(scan_after_a_change_of_roots_is_not_limited) {
    files.write("t/b/x", "2");
    walk.roots().push_back("elsewhere");
    files.write("elsewhere/x");
    BOOST_TEST(refresh({"t/a"}) == modified("t/b/x"));
    BOOST_TEST(known.contains("elsewhere/x"));
}

// The scope: each edited directory, and each directory that lost or received a directory.
BOOST_AUTO_TEST_CASE(limited_scan_of_all_changed_directories_equals_a_full_scan) {
    std::mt19937 dice{7};
    auto const pick = [&](std::size_t n) { return dice() % n; };
    std::vector<std::string> const names{"a", "b", "in", "x", "y"};
    for (int i = 0; i < 2000; ++i) {
        std::vector<std::string> scope;
        for (auto n = 1 + pick(3); n > 0; --n) {
            std::string in = "t";
            for (auto depth = pick(3); depth > 0; --depth) in += "/" + names[pick(3)];
            auto const path = in + "/" + names[pick(names.size())];
            bool const is_there = files.record(path).type != file_type::none;
            try {
                if (pick(3) == 0 && is_there) {
                    files.remove(path);
                } else if (files.record(path).type != file_type::directory) {
                    files.write(path, std::to_string(i));
                }
            } catch (reload_error const&) {
                continue; // a file occupies the name of a directory
            }
            // The write may also have made the directories on the way.
            for (auto end = in.size(); end != std::string::npos && end > 0;
                 end = in.rfind('/', end - 1)) {
                scope.push_back(in.substr(0, end));
            }
        }
        if (scope.empty()) continue;
        files.advance(std::chrono::milliseconds{pick(10)});
        auto const was = known;
        auto const told = refresh(scope);
        BOOST_TEST_REQUIRE(told == listed(diff(was, known)));
        auto const all = whole();
        BOOST_TEST_REQUIRE(listed(diff(known, all)) == "", "after " << i);
        BOOST_TEST_REQUIRE(scanning::told(known) == scanning::told(all));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_limited_scan_with_a_root_inside, stage_with_root_inside)

BOOST_AUTO_TEST_CASE(unreadable_root_leaves_its_name_in_the_directory_that_moved_away) {
    swap("t/a", "t/b");
    files.fail_at("t/a/x", file_call::stat, std::errc::permission_denied);
    refresh({});
    BOOST_TEST(known.contains("t/b/x"));
    BOOST_TEST(refresh({"t/b"}) == "");
    BOOST_TEST(left_over() == "");
}

BOOST_AUTO_TEST_CASE(root_beyond_the_scope_leaves_its_name_in_the_directory_that_moved_away) {
    swap("t/a", "t/b");
    refresh({"t/a/in", "t/b"});
    BOOST_TEST(known.contains("t/b/x"));
    refresh({"t", "t/a", "t/b"});
    BOOST_TEST(left_over() == "");
}

BOOST_AUTO_TEST_SUITE_END()
