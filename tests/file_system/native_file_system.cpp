#include <restat/file_system/native_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>

using namespace restat;

BOOST_AUTO_TEST_SUITE(a_native_directory)

BOOST_AUTO_TEST_CASE(directory_closes_on_exec_and_with_its_owner) {
    native_file_system const files;
    std::error_code error;
    auto directory = files.open("/", error);
    int const descriptor = directory.descriptor();
    BOOST_TEST((::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
    auto moved = std::move(directory);
    BOOST_TEST(moved.descriptor() == descriptor);
    moved = {};
    BOOST_TEST(::fcntl(descriptor, F_GETFD) == -1);
}

BOOST_AUTO_TEST_CASE(directory_reports_whether_it_is_a_mount_point) {
    native_file_system const files;
    std::error_code error;
    for (auto const& [path, expected] : {std::pair{"/proc", true}, {"/proc/self", false}}) {
        auto directory = files.open(path, error);
        files.stat(directory, error);
        BOOST_TEST(!error);
        BOOST_TEST(files.is_mount_point(directory) == expected, path);
    }
}

BOOST_AUTO_TEST_CASE(calls_leave_errno_alone) {
    native_file_system const files;
    std::error_code error;
    errno = 77;
    files.open("/no/such", error);
    files.stat("/no/such", last_link::keep, error);
    BOOST_TEST(errno == 77);
    BOOST_TEST((error == std::errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_SUITE_END()
