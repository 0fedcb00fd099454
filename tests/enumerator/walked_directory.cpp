#include "enumerator/walked_directory.hpp"

#include "enumerator/walking.hpp"

using namespace restat;
using testing::memory_file_system;

BOOST_AUTO_TEST_SUITE(a_walked_directory, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(directory_may_hold_only_its_listed_names) {
    memory_file_system tree;
    tree.make_directory("t");
    std::error_code error;
    auto at = tree.open("t", error);
    name_list names;
    names.add("a", file_type::regular);
    detail::walked_directory<memory_file_system> const listed{tree, at, &names, 7};
    BOOST_TEST(listed.may_hold("a"));
    BOOST_TEST(!listed.may_hold("b"));
    BOOST_TEST(listed.scan() == 7U);
    detail::walked_directory<memory_file_system> const not_listed{tree, at, nullptr, 7};
    BOOST_TEST(not_listed.may_hold("b"));
}

BOOST_AUTO_TEST_CASE(paths_begin_in_the_directory) {
    memory_file_system tree;
    tree.write("t/.rules", "text");
    tree.symlink(".rules", "t/link");
    tree.write(".rules", "others");
    tree.advance(std::chrono::seconds{1});
    std::error_code error;
    auto at = tree.open("t", error);
    detail::walked_directory<memory_file_system> reader{tree, at, nullptr, 1};
    BOOST_TEST(reader.read(".rules", last_link::keep, 100, error) == "text");
    auto const record = reader.stat("link", last_link::follow, error);
    BOOST_TEST(record.inode == tree.record("t/.rules").inode);
    BOOST_TEST(record.final);
    BOOST_TEST((reader.stat("link", last_link::keep, error).type == file_type::symlink));
    BOOST_TEST(!error);
    reader.stat("none", last_link::keep, error);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_SUITE_END()
