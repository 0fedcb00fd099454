#include "testing/base64.hpp"

#include <boost/test/unit_test.hpp>

using restat::testing::base64;
using restat::testing::from_base64;

BOOST_AUTO_TEST_SUITE(base_64)

BOOST_AUTO_TEST_CASE(encodes_like_the_rfc_and_decodes_again) {
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

BOOST_AUTO_TEST_CASE(invalid_encodings_are_rejected) {
    for (auto const* text : {"Zg", "Zg=", "Zh==", "Z", "====", "Zm9v\n", "Zm-v", "Zg==Zg=="}) {
        BOOST_TEST(!from_base64(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
