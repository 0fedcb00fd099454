#include "platform/modules/shared_object.hpp"

#include <boost/test/unit_test.hpp>

using namespace restat::detail;

BOOST_AUTO_TEST_SUITE(shared_objects)

BOOST_AUTO_TEST_CASE(object_is_loaded_asked_and_unloaded) {
    std::string reason;
    std::string const path = TEST_MODULE_2;
    void* const object = load_object(path, reason);
    BOOST_TEST_REQUIRE(object, reason);
    auto const edition = reinterpret_cast<int (*)()>(find_symbol(object, "edition"));
    BOOST_TEST_REQUIRE((edition != nullptr));
    BOOST_TEST(edition() == 2);
    BOOST_TEST(!find_symbol(object, "missing"));
    BOOST_TEST(unload_object(object, path));
}

BOOST_AUTO_TEST_CASE(missing_object_has_a_reason) {
    std::string reason;
    BOOST_TEST(!load_object("/missing.so", reason));
    BOOST_TEST(reason.find("/missing.so") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(object_that_stays_in_memory_is_recognized) {
    std::string reason;
    std::string const path = TEST_MODULE_1;
    void* const first = load_object(path, reason);
    void* const second = load_object(path, reason);
    BOOST_TEST_REQUIRE(first, reason);
    BOOST_TEST(!unload_object(first, path));
    BOOST_TEST(unload_object(second, path));
}

BOOST_AUTO_TEST_SUITE_END()
