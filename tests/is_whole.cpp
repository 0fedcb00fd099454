#include <restat/is_whole.hpp>

#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <elf.h>
#include <sys/stat.h>

using restat::is_whole;
using restat::testing::temp_tree;

namespace {

std::string content_of(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string this_program() { return content_of("/proc/self/exe"); }

} // namespace

BOOST_AUTO_TEST_SUITE(whole_files)

BOOST_AUTO_TEST_CASE(a_program_is_whole_and_each_part_of_it_is_not) {
    temp_tree tree;
    auto const all = this_program();
    tree.write("whole", all);
    BOOST_TEST(is_whole(tree / "whole"));
    for (std::size_t const size :
         {std::size_t{1}, std::size_t{3}, std::size_t{15}, std::size_t{64}, all.size() / 4,
          all.size() / 2, all.size() - 1}) {
        tree.write("part", all.substr(0, size));
        BOOST_TEST(!is_whole(tree / "part"), size);
    }
}

BOOST_AUTO_TEST_CASE(an_object_file_has_no_segments_and_is_whole) {
    temp_tree tree;
    Elf64_Ehdr head{};
    auto const all = this_program();
    BOOST_TEST_REQUIRE(all.size() > sizeof head);
    all.copy(reinterpret_cast<char*>(&head), sizeof head);
    head.e_type = ET_REL;
    head.e_phnum = head.e_shnum = 0;
    head.e_phoff = head.e_shoff = 0;
    tree.write("a.o", {reinterpret_cast<char const*>(&head), sizeof head});
    BOOST_TEST(is_whole(tree / "a.o"));
}

BOOST_AUTO_TEST_CASE(a_file_of_another_format_is_whole_unless_it_is_empty) {
    temp_tree tree;
    tree.write("text", "key = value");
    tree.write("empty", "");
    BOOST_TEST(is_whole(tree / "text"));
    BOOST_TEST(!is_whole(tree / "empty"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_an_error_and_not_whole) {
    temp_tree tree;
    std::error_code error;
    BOOST_TEST(!is_whole(tree / "missing", error));
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
    BOOST_TEST(!is_whole(tree.path(), error));
    BOOST_TEST((error == std::errc::is_a_directory));
    BOOST_TEST(::mkfifo((tree / "fifo").c_str(), 0600) == 0);
    BOOST_TEST(!is_whole(tree / "fifo", error)); // does not wait for a writer
    BOOST_TEST((error == std::errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
