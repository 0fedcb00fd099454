#include "platform/files/refused_call.hpp"

#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <string>

using restat::detail::error_of;
using restat::detail::needed_call;

BOOST_AUTO_TEST_SUITE(refused_calls)

BOOST_AUTO_TEST_CASE(message_of_a_refused_call_names_it) {
    for (int const number : {EPERM, ENOSYS}) {
        auto const message = error_of(needed_call::clone, number).message();
        BOOST_TEST(message.find("clone") != message.npos, message);
        auto const other = error_of(needed_call::clone3, number).message();
        BOOST_TEST(other.find("clone3") != other.npos, other);
    }
}

BOOST_AUTO_TEST_CASE(code_equals_the_usual_conditions) {
    BOOST_TEST((error_of(needed_call::clone, EPERM) == std::errc::operation_not_permitted));
    BOOST_TEST((error_of(needed_call::clone, ENOSYS) == std::errc::function_not_supported));
    BOOST_TEST(
        (error_of(needed_call::clone, EAGAIN) == std::errc::resource_unavailable_try_again));
}

BOOST_AUTO_TEST_CASE(other_errors_keep_the_message_of_the_system) {
    BOOST_TEST(error_of(needed_call::clone, ENOMEM).message() ==
               std::error_code(ENOMEM, std::generic_category()).message());
}

BOOST_AUTO_TEST_SUITE_END()
