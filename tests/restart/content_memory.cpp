#include "restart/content_memory.hpp"

#include <restat/file_system/native_file_system.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace {

using namespace restat;
namespace fs = std::filesystem;

/// Returns to the current directory at the end.
struct same_directory_again {
    ~same_directory_again() { fs::current_path(before); }

    fs::path before = fs::current_path();
};

stat_record record_of_file() {
    stat_record one;
    one.type = file_type::regular;
    return one;
}

change rewritten(std::string path) {
    change what;
    what.kind = change_kind::modified;
    what.path = std::move(path);
    what.after = record_of_file();
    what.changed = fields::mtime | fields::ctime;
    return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(content_memory)

BOOST_AUTO_TEST_CASE(relative_path_keeps_its_meaning_in_another_directory) {
    testing::temp_tree there;
    there.write("file", "same");
    there.write("elsewhere/file", "other");
    same_directory_again const at_the_end;
    fs::current_path(there.path());
    detail::content_memory memory{comparison::content};
    snapshot_builder builder;
    std::error_code error;
    builder.add({"file", native_file_system{}.stat("file", last_link::keep, error)});
    memory.learn(builder.finish());
    fs::current_path("elsewhere");
    BOOST_TEST(memory.changed(change_set{{rewritten("file")}}, error).empty());
    there.write("file", "different");
    BOOST_TEST(memory.changed(change_set{{rewritten("file")}}, error).size() == 1U);
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(file_that_replaced_the_one_of_the_baseline_is_a_change) {
    testing::temp_tree there;
    there.write("file", "same size");
    there.write("new", "size same");
    snapshot_builder builder;
    std::error_code error;
    auto const path = there / "file";
    builder.add({path, native_file_system{}.stat(path.c_str(), last_link::keep, error)});
    there.rename("new", "file");
    detail::content_memory memory{comparison::content};
    memory.learn(builder.finish());
    BOOST_TEST(memory.changed(change_set{{rewritten(path)}}, error).size() == 1U);
    BOOST_TEST(!error);
}

// A build may move its output into place between the last scan of one run and the exec of the
// next: the next run inherits a baseline without its own file.
BOOST_AUTO_TEST_CASE(file_of_the_running_program_is_no_change_after_a_baseline_without_it) {
    auto const program = fs::read_symlink("/proc/self/exe").string();
    detail::content_memory memory;
    std::error_code error;
    auto found = rewritten(program);
    found.kind = change_kind::added;
    found.changed = fields::none;
    BOOST_TEST(memory.changed(change_set{{found}}, error).empty());
    memory.restore({{program, "the identity of the build before"}});
    BOOST_TEST(memory.changed(change_set{{found}}, error).empty());
    auto replaced = rewritten(program);
    replaced.changed = replaced.changed | fields::inode | fields::size;
    BOOST_TEST(memory.changed(change_set{{replaced}}, error).empty());
    BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(changed_mode_of_the_running_program_is_a_change) {
    detail::content_memory memory;
    std::error_code error;
    auto what = rewritten(fs::read_symlink("/proc/self/exe").string());
    what.changed = fields::inode | fields::mode | fields::ctime;
    BOOST_TEST(memory.changed(change_set{{what}}, error).size() == 1U);
}

BOOST_AUTO_TEST_CASE(copy_at_another_path_is_added) {
    testing::temp_tree there;
    fs::copy_file("/proc/self/exe", there / "copy");
    detail::content_memory memory;
    std::error_code error;
    auto what = rewritten(there / "copy");
    what.kind = change_kind::added;
    BOOST_TEST(memory.changed(change_set{{what}}, error).size() == 1U);
}

// The child may run another file than this process, which still has the first.
BOOST_AUTO_TEST_CASE(first_build_put_back_is_a_change_for_a_child) {
    auto const program = fs::read_symlink("/proc/self/exe").string();
    detail::content_memory memory{comparison::any, detail::compared_process::a_child};
    std::error_code error;
    auto found = rewritten(program);
    found.kind = change_kind::added;
    BOOST_TEST(memory.changed(change_set{{found}}, error).size() == 1U);
    auto replaced = rewritten(program);
    replaced.changed = replaced.changed | fields::inode;
    BOOST_TEST(memory.changed(change_set{{replaced}}, error).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
