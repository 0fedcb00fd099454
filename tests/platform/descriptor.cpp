#include "platform/files/descriptor.hpp"

#include <restat/testing/temp_tree.hpp>

#include "platform/in_child.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>

using namespace restat::detail;
using restat::testing::temp_tree;

namespace {

held_descriptor open_null() { return held_descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)}; }

} // namespace

BOOST_AUTO_TEST_SUITE(descriptors)

BOOST_AUTO_TEST_CASE(owner_closes_its_descriptor) {
    int number = -1;
    {
        auto const held = open_null();
        number = held.get();
        BOOST_TEST(static_cast<bool>(held));
        BOOST_TEST(is_open(number));
    }
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(moved_descriptor_has_a_single_owner) {
    auto one = open_null();
    int const number = one.get();
    held_descriptor two{std::move(one)};
    BOOST_TEST(two.get() == number);
    two.reset();
    BOOST_TEST(!two);
    BOOST_TEST(!is_open(number));
}

BOOST_AUTO_TEST_CASE(duplicate_has_a_number_from_the_lowest_on) {
    auto const held = open_null();
    auto const again = duplicate(held, 50);
    BOOST_TEST(again.get() >= 50);
    BOOST_TEST((::fcntl(again.get(), F_GETFD) & FD_CLOEXEC) != 0);
    BOOST_TEST(!duplicate(-1, 3));
}

BOOST_AUTO_TEST_CASE(whole_file_is_read_from_its_offset) {
    temp_tree const tree;
    tree.write("file", "0123456789");
    held_descriptor const file{::open((tree / "file").c_str(), O_RDONLY | O_CLOEXEC)};
    BOOST_TEST(::lseek(file.get(), 4, SEEK_SET) == 4);
    std::string bytes;
    BOOST_TEST(read_whole(file.get(), bytes));
    BOOST_TEST(bytes == "456789");
    BOOST_TEST(!read_whole((tree / "absent").c_str(), bytes));
}

BOOST_AUTO_TEST_CASE(file_of_proc_is_read_without_a_size) {
    std::string bytes;
    BOOST_TEST(read_whole("/proc/self/stat", bytes));
    BOOST_TEST(bytes.starts_with(std::to_string(::getpid())));
}

BOOST_AUTO_TEST_CASE(flag_for_exec_is_set_and_cleared) {
    auto const held = open_null();
    set_on_exec(held.get(), on_exec::keep);
    BOOST_TEST((::fcntl(held.get(), F_GETFD) & FD_CLOEXEC) == 0);
    set_on_exec(held.get(), on_exec::close);
    BOOST_TEST((::fcntl(held.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_SUITE_END()
