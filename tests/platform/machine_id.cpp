#include "platform/files/machine_id.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(machine_ids)

BOOST_AUTO_TEST_CASE(machine_has_a_lasting_name) {
    auto const name = restat::detail::machine_id();
    BOOST_TEST(!name.empty());
    BOOST_TEST(restat::detail::machine_id() == name);
}

BOOST_AUTO_TEST_SUITE_END()
