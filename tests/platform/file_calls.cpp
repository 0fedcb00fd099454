#include "platform/files/file_calls.hpp"

#include <restat/testing/temp_tree.hpp>

#include "platform/files/descriptor.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>

#include <sys/stat.h>
#include <sys/sysmacros.h>

using namespace restat;
using restat::testing::temp_tree;

namespace {

struct opened {
    temp_tree tree;
    std::error_code error;
    detail::held_descriptor directory{detail::open_directory(
        detail::current_directory, tree.path().c_str(), last_link::follow, error)};

    opened() {
        tree.write("file", "0123456789");
        tree.write("below/x");
        tree.symlink("file", "link");
    }
    int in() const { return directory.get(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(file_calls, opened)

BOOST_AUTO_TEST_CASE(directory_alone_is_opened) {
    BOOST_TEST(!error);
    BOOST_TEST(in() >= 0);
    BOOST_TEST(detail::open_directory(in(), "file", last_link::keep, error) == -1);
    BOOST_TEST((error == std::errc::not_a_directory));
    BOOST_TEST(detail::open_directory(in(), "absent", last_link::keep, error) == -1);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(names_of_a_directory_are_decoded) {
    alignas(8) char bytes[4096];
    name_list names;
    for (;;) {
        auto const size = detail::read_directory(in(), bytes, sizeof bytes, error);
        BOOST_REQUIRE(!error);
        if (size == 0) break;
        detail::decode_directory(bytes, size, names);
    }
    names.sort();
    BOOST_REQUIRE(names.size() == 3U);
    BOOST_TEST(names[0].name == "below");
    BOOST_TEST(names[1].name == "file");
    BOOST_TEST(names[2].name == "link");
}

BOOST_AUTO_TEST_CASE(only_numbers_with_a_driver_are_block_devices) {
    stat_record file;
    file.device = makedev(259, 3);
    BOOST_TEST(detail::is_on_block_device(file));
    file.device = makedev(0, 259); // made up by a file system, such as btrfs
    BOOST_TEST(!detail::is_on_block_device(file));
    auto const made_up =
        detail::stat(detail::current_directory, "/proc", last_link::follow, error);
    BOOST_TEST(!error);
    BOOST_TEST(!detail::is_on_block_device(made_up));
}

BOOST_AUTO_TEST_CASE(status_is_that_of_the_link_or_of_its_target) {
    BOOST_TEST((detail::stat(in(), "link", last_link::keep, error).type == file_type::symlink));
    auto const target = detail::stat(in(), "link", last_link::follow, error);
    BOOST_TEST((target.type == file_type::regular));
    BOOST_TEST(target.size == 10U);
    BOOST_TEST((detail::stat(in(), error).type == file_type::directory));
    detail::stat(in(), "absent", last_link::keep, error);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(call_preserves_errno_and_clears_its_error) {
    errno = 42;
    detail::stat(in(), "absent", last_link::keep, error);
    BOOST_TEST(static_cast<bool>(error));
    detail::stat(in(), "file", last_link::keep, error);
    BOOST_TEST(!error);
    BOOST_TEST(errno == 42);
}

BOOST_AUTO_TEST_CASE(regular_file_is_read_up_to_the_limit) {
    BOOST_TEST(detail::read_regular(in(), "file", last_link::keep, 10, error) == "0123456789");
    BOOST_TEST(!error);
    detail::read_regular(in(), "file", last_link::keep, 9, error);
    BOOST_TEST((error == std::errc::file_too_large));
    detail::read_regular(in(), "below", last_link::keep, 9, error);
    BOOST_TEST((error == std::errc::invalid_argument));
    BOOST_TEST(::mkfifo((tree / "pipe").c_str(), 0600) == 0);
    detail::read_regular(in(), "pipe", last_link::keep, 9, error);
    BOOST_TEST((error == std::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(location_of_a_directory_has_no_links) {
    tree.symlink("below", "to");
    detail::held_descriptor const to{
        detail::open_directory(in(), "to", last_link::follow, error)};
    BOOST_REQUIRE(!error);
    auto const found = detail::location(to.get(), error);
    BOOST_TEST(found.starts_with('/'));
    BOOST_TEST(found.ends_with("/below"));
}

BOOST_AUTO_TEST_CASE(file_written_now_is_not_ahead_of_the_stamp_clock_by_a_tick) {
    tree.write("new", "x");
    auto const written = detail::stat(in(), "new", last_link::keep, error).mtime;
    auto const now = detail::stamp_clock();
    BOOST_TEST((written.seconds <= now.seconds + 1));
}

BOOST_AUTO_TEST_CASE(birth_time_comes_with_the_record) {
    stamp made{};
    auto const record = detail::birth_time(in(), "file", made, error);
    if (error == std::errc::not_supported) return; // as on file systems without birth times
    BOOST_TEST(!error);
    BOOST_TEST(record.inode == detail::stat(in(), "file", last_link::keep, error).inode);
    BOOST_TEST((made <= record.ctime));
}

BOOST_AUTO_TEST_SUITE_END()
