// Renames on the fakes, between one delivery and the next.

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

    /// Looks at the tree, while something may settle.
    void look() {
        clock.advance(10ms);
        reloader.poll();
        clock.advance(10ms);
    }
    /// All that is told, such as "renamed t/a to t/b; ".
    std::string told() {
        look();
        clock.advance(600ms);
        reloader.poll();
        std::string text;
        for (auto const& set : reloader.restart().take()) {
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

BOOST_AUTO_TEST_CASE(a_file_and_a_chain_are_one_change_with_both_names) {
    files.rename("t/a", "t/b");
    BOOST_TEST(told() == "renamed t/a to t/b; ");
    files.rename("t/b", "t/d/x");
    look();
    files.rename("t/d/x", "t/y");
    look();
    files.rename("t/y", "t/z");
    BOOST_TEST(told() == "renamed t/b to t/z; ");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_edited_as_well_is_still_the_same) {
    files.rename("t/a", "t/b");
    look();
    files.write("t/b", "longer than before");
    BOOST_TEST(told() == "renamed t/a to t/b; ");
    files.write("t/b", "even longer than that");
    look();
    files.rename("t/b", "t/a");
    BOOST_TEST(told() == "renamed t/b to t/a; ");
}

BOOST_AUTO_TEST_CASE(a_file_that_comes_back_had_no_other_name) {
    files.rename("t/a", "t/b");
    look();
    files.rename("t/b", "t/a");
    BOOST_TEST(told() == "modified t/a; "); // in its ctime alone
}

BOOST_AUTO_TEST_CASE(a_directory_takes_all_below_it_along) {
    files.tell_births(false); // ctime does it
    files.rename("t/d", "t/e");
    BOOST_TEST(told() == "renamed t/d/f to t/e/f; renamed t/d/g/h to t/e/g/h; ");
}

BOOST_AUTO_TEST_CASE(names_that_are_taken_are_modified) {
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

BOOST_AUTO_TEST_CASE(into_and_out_of_view_is_no_rename) {
    files.rename("t/a", "t/out");
    BOOST_TEST(told() == "removed t/a; ");
    files.rename("t/out", "t/b");
    BOOST_TEST(told() == "added t/b; ");
}

BOOST_AUTO_TEST_CASE(without_births_a_file_alone_is_not_certain) {
    files.tell_births(false);
    files.rename("t/a", "t/b");
    BOOST_TEST(told() == "removed t/a; added t/b; ");
}

BOOST_AUTO_TEST_CASE(another_file_with_the_same_number_is_not_the_same) {
    files.reuse_inodes(true);
    auto const before = files.record("t/a");
    files.remove("t/a");
    files.write("t/b", "t/b"); // of the same size
    files.set_mtime("t/b", before.mtime);
    BOOST_REQUIRE(files.record("t/b").inode == before.inode);
    BOOST_TEST(told() == "removed t/a; added t/b; ");
}

BOOST_AUTO_TEST_CASE(a_file_of_two_names_may_be_either) {
    files.link("t/a", "t/a2");
    BOOST_TEST(told() == "added t/a2; ");
    files.rename("t/a2", "t/b");
    BOOST_TEST(told() == "modified t/a; removed t/a2; added t/b; ");
}

BOOST_AUTO_TEST_SUITE_END()
