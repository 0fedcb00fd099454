// Renames on the fakes, between two deliveries.

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using testing::memory_file_system;

namespace {

verdict but_out(candidate const& c) noexcept {
    return c.name() == "out" ? verdict::exclude : verdict::none;
}

struct stage {
    testing::manual_clock clock;
    memory_file_system files;
    basic_reloader<basic_tree_enumerator<memory_file_system>,
                   verdict (*)(candidate const&) noexcept, testing::manual_clock,
                   testing::recording_restart>
        reloader{basic_tree_enumerator<memory_file_system>{"t", {}, files}, &but_out, clock,
                 testing::recording_restart{}};

    stage() {
        files.follow(clock);
        for (auto const* path : {"t/a", "t/c", "t/d/f", "t/d/g/h"}) files.write(path, path);
        clock.advance(1s);
        reloader.poll();
        clock.advance(1s);
    }

    /// Polls between two renames, before the quiet period ends.
    void look() {
        clock.advance(10ms);
        reloader.poll();
        clock.advance(10ms);
    }
    /// Returns all deliveries, such as "renamed t/a to t/b; ".
    std::string told() {
        look();
        clock.advance(600ms);
        reloader.poll();
        std::string text;
        for (auto const& set : reloader.strategy().take()) {
            for (change const& c : set) {
                text += std::string{to_string(c.kind)} + " " +
                        (c.from.empty() ? "" : c.from + " to ") + c.path + "; ";
            }
        }
        return text;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(renames_of_a_tree, stage)

BOOST_AUTO_TEST_CASE(rename_or_chain_of_renames_is_a_single_change_with_both_names) {
    files.rename("t/a", "t/b");
    BOOST_TEST(told() == "renamed t/a to t/b; ");
    files.rename("t/b", "t/d/x");
    look();
    files.rename("t/d/x", "t/y");
    look();
    files.rename("t/y", "t/z");
    BOOST_TEST(told() == "renamed t/b to t/z; ");
}

BOOST_AUTO_TEST_CASE(renamed_and_edited_file_is_still_a_rename) {
    files.rename("t/a", "t/b");
    look();
    files.write("t/b", "longer than before");
    BOOST_TEST(told() == "renamed t/a to t/b; ");
    files.write("t/b", "even longer than that");
    look();
    files.rename("t/b", "t/a");
    BOOST_TEST(told() == "renamed t/b to t/a; ");
}

BOOST_AUTO_TEST_CASE(file_renamed_back_before_delivery_is_only_modified) {
    files.rename("t/a", "t/b");
    look();
    files.rename("t/b", "t/a");
    BOOST_TEST(told() == "modified t/a; "); // only its ctime changed
}

BOOST_AUTO_TEST_CASE(renamed_directory_renames_every_file_below_it) {
    files.report_birth_times(false); // ctime identifies the files
    files.rename("t/d", "t/e");
    BOOST_TEST(told() == "renamed t/d/f to t/e/f; renamed t/d/g/h to t/e/g/h; ");
}

BOOST_AUTO_TEST_CASE(rename_over_an_existing_name_is_a_modification) {
    files.rename("t/a", "t/x");
    files.rename("t/c", "t/a");
    files.rename("t/x", "t/c");
    BOOST_TEST(told() == "modified t/a; modified t/c; ");
    files.write("t/tmp", "new");
    files.rename("t/tmp", "t/a");
    BOOST_TEST(told() == "modified t/a; ");
    files.rename("t/c", "t/a");
    BOOST_TEST(told() == "modified t/a; removed t/c; ");
}

BOOST_AUTO_TEST_CASE(rename_into_or_out_of_view_is_an_addition_or_removal) {
    files.rename("t/a", "t/out");
    BOOST_TEST(told() == "removed t/a; ");
    files.rename("t/out", "t/b");
    BOOST_TEST(told() == "added t/b; ");
}

BOOST_AUTO_TEST_CASE(renamed_file_without_a_birth_time_is_removed_and_added) {
    files.report_birth_times(false);
    files.rename("t/a", "t/b");
    BOOST_TEST(told() == "removed t/a; added t/b; ");
}

BOOST_AUTO_TEST_CASE(new_file_with_a_reused_inode_number_is_no_rename) {
    files.reuse_inodes(true);
    auto const before = files.record("t/a");
    files.remove("t/a");
    files.write("t/b", "t/b"); // of the same size
    files.set_mtime("t/b", before.mtime);
    BOOST_REQUIRE(files.record("t/b").inode == before.inode);
    BOOST_TEST(told() == "removed t/a; added t/b; ");
}

BOOST_AUTO_TEST_CASE(rename_of_a_file_with_two_names_is_ambiguous) {
    files.link("t/a", "t/a2");
    BOOST_TEST(told() == "added t/a2; ");
    files.rename("t/a2", "t/b");
    BOOST_TEST(told() == "modified t/a; removed t/a2; added t/b; ");
}

BOOST_AUTO_TEST_SUITE_END()
