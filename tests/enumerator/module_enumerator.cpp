#include <restat/enumerator/module_enumerator.hpp>

#include <restat/diff.hpp>

#include "enumerator/module_names.hpp"
#include "enumerator/scanning.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace restat;
using namespace scanning;
using detail::executable_files;
using detail::spellings;

namespace {

std::string this_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

/// A file with a page mapped for execution in this process: a shared object, in the eyes of the
/// kernel.
class mapped_module {
public:
    explicit mapped_module(std::string const& path) {
        int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        page_ = ::mmap(nullptr, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
        ::close(file);
        BOOST_REQUIRE(page_ != MAP_FAILED);
    }
    mapped_module(mapped_module const&) = delete;
    ~mapped_module() { ::munmap(page_, 1); }

private:
    void* page_;
};

/// Returns the modules in the tree.
snapshot scan_for_baseline(module_enumerator& modules) {
    snapshot_builder found;
    found.set_baseline(true);
    std::error_code error;
    modules.enumerate(everything{}, found, error);
    BOOST_TEST(!error, error.message());
    return found.finish();
}

paths modules_in(testing::temp_tree const& tree, snapshot const& seen) {
    paths found;
    for (entry const e : seen) {
        if (!e.path.starts_with(tree.path())) continue;
        found.emplace_back(e.path.str().substr(tree.path().size() + 1));
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_memory_map)

BOOST_AUTO_TEST_CASE(memory_map_lists_the_files_mapped_for_execution) {
    auto const files = executable_files(
        "00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/app\n"
        "00651000-00652000 r--p 00051000 08:02 173522      /usr/bin/data\n"
        "00e03000-00e24000 rw-p 00000000 00:00 0           [heap]\n"
        "35b1800000-35b1820000 r-xp 00000000 08:02 135522  /usr/lib/lib with blanks.so\n"
        "35b1a21000-35b1a22000 rwxp 00000000 00:00 0 \n"
        "35b1a22000-35b1a23000 r-xp 00020000 08:02 135522  /usr/lib/lib with blanks.so\n"
        "f2c6ff8c000-7f2c7078c000 r-xp 00000000 00:00 0    [vdso]\n"
        "7fffb2d48000-7fffb2d49000 r-xs 00000000 00:05 99  /x (deleted)");
    BOOST_REQUIRE(files.size() == 3U);
    BOOST_TEST(files[0].shown == "/usr/bin/app");
    BOOST_TEST(files[0].inode == 173521U);
    BOOST_TEST(files[1].shown == "/usr/lib/lib with blanks.so");
    BOOST_TEST(files[2].shown == "/x (deleted)");
}

BOOST_AUTO_TEST_CASE(malformed_memory_map_is_tolerated) {
    for (auto const* text :
         {"", "\n\n", "x", " ", "a b c d e", "a rx c d 99999999999999999999 /f"}) {
        BOOST_TEST(executable_files(text).size() <= 1U);
    }
}

BOOST_AUTO_TEST_CASE(escaped_or_deleted_name_has_several_spellings) {
    struct row {
        char const* shown;
        paths expected;
    };
    for (auto const& [shown, expected] : {
             row{"/a", {"/a"}},
             row{"/a (deleted)", {"/a", "/a (deleted)"}},
             row{"/a\\012b", {"/a\nb", "/a\\012b"}},
             row{"/a (deleted) (deleted)", {"/a (deleted)", "/a (deleted) (deleted)"}},
             row{"/\\012 (deleted)", {"/\n", "/\\012", "/\n (deleted)", "/\\012 (deleted)"}},
         }) {
        BOOST_TEST((spellings(shown) == expected), shown);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_module_enumerator)

BOOST_AUTO_TEST_CASE(modules_include_this_program_and_the_c_library) {
    module_enumerator modules;
    auto const seen = scan(modules);
    BOOST_TEST(seen.contains(this_program()));
    bool has_libc = false;
    for (entry const e : seen) has_libc |= e.path.str().find("/libc") != std::string_view::npos;
    BOOST_TEST(has_libc);
    BOOST_TEST(seen.findings().empty());
    for (entry const e : seen) BOOST_TEST((e.record.type == file_type::regular));
}

BOOST_AUTO_TEST_CASE(modules_of_another_process_are_found_by_pid) {
    module_enumerator modules{::getpid()};
    BOOST_TEST(scan(modules).contains(this_program()));
}

BOOST_AUTO_TEST_CASE(missing_process_is_a_finding) {
    module_enumerator modules{0};
    auto const seen = scan(modules);
    BOOST_TEST(seen.empty());
    BOOST_TEST(findings(seen) == paths{"cannot read '/proc/0/maps': No such file or directory"});
}

BOOST_AUTO_TEST_CASE(matcher_receives_the_name_of_the_module) {
    module_enumerator modules;
    auto const name = std::filesystem::path{this_program()}.filename().string();
    BOOST_TEST(!scan(modules, {}, without{name}).contains(this_program()));
}

BOOST_AUTO_TEST_CASE(newly_loaded_module_is_found_without_an_addition) {
    testing::temp_tree const tree;
    tree.write("plugin.so");
    module_enumerator modules;
    auto const before = scan(modules);
    mapped_module const loaded{tree / "plugin.so"};
    auto const after = scan(modules, before);
    BOOST_TEST(modules_in(tree, after) == paths{"plugin.so"});
    BOOST_TEST(diff(before, after).empty());
    BOOST_TEST(diff(after, before).empty()); // a fresh run has not loaded the module yet
}

BOOST_AUTO_TEST_CASE(written_replaced_or_removed_module_is_a_change) {
    testing::temp_tree const tree;
    tree.write("plugin.so");
    module_enumerator modules;
    mapped_module const loaded{tree / "plugin.so"};
    auto seen = scan(modules);
    auto const next = [&] {
        auto after = scan(modules, seen);
        auto const changes = diff(seen, after);
        seen = std::move(after);
        BOOST_REQUIRE(changes.size() == 1U);
        BOOST_TEST(changes[0].path == tree / "plugin.so");
        return changes[0].kind;
    };
    tree.write("new", "two");
    tree.rename("new", "plugin.so");
    BOOST_TEST((next() == change_kind::modified));
    tree.remove("plugin.so");
    BOOST_TEST((next() == change_kind::removed));
    BOOST_TEST(findings(seen).size() == 1U);
    tree.write("plugin.so", "three");
    BOOST_TEST((next() == change_kind::added));
    BOOST_TEST(diff(seen, snapshot{}).empty()); // a fresh run has not loaded the module yet
}

BOOST_AUTO_TEST_CASE(unloaded_and_deleted_module_is_no_change) {
    testing::temp_tree const tree;
    tree.write("plugin.so");
    module_enumerator modules;
    snapshot seen;
    {
        mapped_module const loaded{tree / "plugin.so"};
        seen = scan(modules);
        BOOST_TEST(modules_in(tree, seen) == paths{"plugin.so"});
    }
    auto const unloaded = scan(modules, seen);
    BOOST_TEST(modules_in(tree, unloaded) == paths{"plugin.so"}); // may be loaded again
    tree.remove("plugin.so");
    auto const deleted = scan(modules, unloaded);
    BOOST_TEST(diff(unloaded, deleted).empty());
    BOOST_TEST(deleted.findings().empty());
    BOOST_TEST(modules.root_prefix(tree / "plugin.so") == std::string_view::npos);
    tree.write("plugin.so", "another");
    mapped_module const loaded{tree / "plugin.so"};
    BOOST_TEST(diff(deleted, scan(modules, deleted)).empty());
}

BOOST_AUTO_TEST_CASE(module_replaced_before_the_first_scan_is_a_change) {
    testing::temp_tree const tree;
    tree.write("plugin.so");
    module_enumerator modules;
    auto const before = scan(modules);
    mapped_module const loaded{tree / "plugin.so"};
    tree.write("new", "two");
    tree.rename("new", "plugin.so");
    BOOST_TEST(diff(before, scan(modules)).size() == 1U);
}

// A baseline may take several scans, and this process still has the old file in memory.
BOOST_AUTO_TEST_CASE(module_replaced_before_the_baseline_is_a_change_of_the_next_scan) {
    testing::temp_tree const tree;
    tree.write("plugin.so");
    mapped_module const loaded{tree / "plugin.so"};
    tree.write("new", "two");
    tree.rename("new", "plugin.so");
    for (int const scans : {1, 2, 3}) {
        module_enumerator modules;
        snapshot baseline;
        for (int count = 0; count < scans; ++count) baseline = scan_for_baseline(modules);
        auto const next = scan(modules, baseline);
        auto const changes = diff(baseline, next);
        BOOST_REQUIRE(changes.size() == 1U);
        BOOST_TEST((changes[0].kind == change_kind::modified));
        BOOST_TEST(changes[0].path == tree / "plugin.so");
        BOOST_TEST(diff(next, scan(modules, next)).empty());
    }
}

// The other process loads its files later.
BOOST_AUTO_TEST_CASE(baseline_for_another_process_has_the_files_at_their_paths) {
    testing::temp_tree const tree;
    tree.write("plugin.so");
    mapped_module const loaded{tree / "plugin.so"};
    tree.write("new", "two");
    tree.rename("new", "plugin.so");
    module_enumerator modules{detail::first_record::of_the_path};
    auto const baseline = scan_for_baseline(modules);
    BOOST_TEST(diff(baseline, scan(modules, baseline)).empty());
}

BOOST_AUTO_TEST_CASE(name_of_a_module_may_end_with_deleted) {
    testing::temp_tree const tree;
    std::string const name = "a\nb (deleted)";
    tree.write(name);
    tree.write("a\nb"); // a different file
    module_enumerator modules;
    mapped_module const loaded{tree / name};
    BOOST_TEST(modules_in(tree, scan(modules)) == paths{name});
    tree.write("new");
    tree.rename("new", name);
    BOOST_TEST(modules_in(tree, scan(modules)) == paths{name});
}

BOOST_AUTO_TEST_CASE(memory_without_a_file_is_no_module) {
    int const memory = ::memfd_create("generated code", MFD_CLOEXEC);
    BOOST_REQUIRE(::ftruncate(memory, 1) == 0);
    mapped_module const loaded{"/proc/self/fd/" + std::to_string(memory)};
    ::close(memory);
    module_enumerator modules;
    auto const seen = scan(modules);
    BOOST_TEST(seen.findings().empty());
    for (entry const e : seen) BOOST_TEST(e.path.str().find("memfd") == std::string_view::npos);
}

BOOST_AUTO_TEST_SUITE_END()
