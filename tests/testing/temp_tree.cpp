#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;
using restat::testing::temp_tree;

namespace {

std::string content(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_temp_tree)

BOOST_AUTO_TEST_CASE(temp_tree_makes_its_own_directory_and_removes_it_in_its_destructor) {
    std::string path;
    {
        temp_tree const tree;
        temp_tree const other;
        path = tree.path();
        BOOST_TEST(path != other.path());
        tree.write("a/b/c");
        BOOST_TEST(fs::is_regular_file(path + "/a/b/c"));
    }
    BOOST_TEST(!fs::exists(path));
}

BOOST_AUTO_TEST_CASE(performs_requested_changes_and_creates_missing_directories) {
    temp_tree const tree;
    tree.write("d/a", std::string("1\0\n", 3));
    tree.append("d/a", "2");
    BOOST_TEST(content(tree / "d/a") == std::string("1\0\n2", 4));
    tree.write("d/a", "3");
    tree.write("d/b", "4");
    tree.rename("d/a", "e/f/b");
    tree.rename("e/f/b", "d/b"); // replaces
    BOOST_TEST(content(tree / "d/b") == "3");
    tree.link("d/b", "g/hard");
    BOOST_TEST(fs::hard_link_count(tree / "d/b") == 2U);
    tree.symlink("../d/b", "g/soft");
    BOOST_TEST(content(tree / "g/soft") == "3");
    tree.remove("d");
    BOOST_TEST(!fs::exists(tree / "d"));
    tree.make_directory("h/i");
    BOOST_TEST(fs::is_directory(tree / "h/i"));
}

BOOST_AUTO_TEST_CASE(fails_where_a_real_file_system_fails) {
    temp_tree const tree;
    tree.make_directory("d");
    BOOST_CHECK_THROW(tree.write("d"), fs::filesystem_error);
    BOOST_CHECK_THROW(tree.rename("missing", "a"), fs::filesystem_error);
}

BOOST_AUTO_TEST_SUITE_END()
