#include <restat/file_system/base_directory.hpp>

#include <restat/testing/archetypes.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

using restat::detail::base_directory;
using restat::testing::memory_file_system;

BOOST_AUTO_TEST_SUITE(base_directories)

BOOST_AUTO_TEST_CASE(base_is_the_working_directory_of_the_file_system) {
    memory_file_system files;
    files.make_directory("home/src");
    files.change_directory("home");
    auto const base = base_directory::of(files);
    BOOST_TEST(base.is_known());
    BOOST_TEST(base.path == "/home");
    BOOST_TEST(base.inode == files.record("home").inode);
    BOOST_TEST(base.device == files.record("home").device);
}

BOOST_AUTO_TEST_CASE(base_stays_when_the_working_directory_changes) {
    memory_file_system files;
    files.make_directory("a");
    files.make_directory("b");
    files.change_directory("a");
    auto const base = base_directory::of(files);
    files.change_directory("b");
    BOOST_TEST(base.whole("x") == "/a/x");
}

BOOST_AUTO_TEST_CASE(relative_path_gets_the_base_and_an_absolute_path_stays) {
    base_directory const base{"/home", 1, 1};
    BOOST_TEST(base.whole("src") == "/home/src");
    BOOST_TEST(base.whole("/etc") == "/etc");
    BOOST_TEST(base.whole(".") == "/home/.");
    BOOST_TEST((base_directory{"/", 1, 1}.whole("src") == "/src"));
}

BOOST_AUTO_TEST_CASE(unknown_base_leaves_paths_as_they_are) {
    restat::testing::file_system_archetype nothing{0};
    auto const base = base_directory::of(nothing);
    BOOST_TEST(!base.is_known());
    BOOST_TEST(base.whole("src") == "src");
}

BOOST_AUTO_TEST_SUITE_END()
