#include "platform/files/system_error.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(system_errors)

BOOST_AUTO_TEST_CASE(number_becomes_an_error_that_compares_with_conditions) {
    BOOST_TEST((restat::detail::system_error(ENOENT) == std::errc::no_such_file_or_directory));
    BOOST_TEST(!restat::detail::system_error(0));
}

BOOST_AUTO_TEST_CASE(last_error_is_that_of_errno) {
    errno = EACCES;
    BOOST_TEST((restat::detail::last_error() == std::errc::permission_denied));
}

BOOST_AUTO_TEST_SUITE_END()
