#include <restat/file_system/native_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <cerrno>

#include <fcntl.h>

using namespace restat;

BOOST_AUTO_TEST_SUITE(a_native_directory)

BOOST_AUTO_TEST_CASE(is_closed_on_exec_and_when_it_goes) {
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
