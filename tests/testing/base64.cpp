#include "testing/base64.hpp"

#include <boost/test/unit_test.hpp>

using restat::testing::base64;
using restat::testing::from_base64;

BOOST_AUTO_TEST_SUITE(base_64)

BOOST_AUTO_TEST_CASE(is_that_of_the_document_and_reads_back) {
    for (auto const& [bytes, text] : {
             std::pair{"", ""},
             {"f", "Zg=="},
             {"fo", "Zm8="},
             {"foo", "Zm9v"},
             {"foob", "Zm9vYg=="},
             {"fooba", "Zm9vYmE="},
             {"foobar", "Zm9vYmFy"},
         }) {
        BOOST_TEST(base64(bytes) == text);
        BOOST_TEST((from_base64(text) == bytes), text);
    }
    std::string every;
    for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
    BOOST_TEST((from_base64(base64(every)) == every));
}

BOOST_AUTO_TEST_CASE(nothing_else_is_read) {
    for (auto const* text : {"Zg", "Zg=", "Zh==", "Z", "====", "Zm9v\n", "Zm-v", "Zg==Zg=="}) {
        BOOST_TEST(!from_base64(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
