#pragma once

#include <restat/escape.hpp>
#include <restat/testing/conformance.hpp>

#include <boost/test/unit_test.hpp>

// Requires no sentences; each sentence fails the test.
inline void expect_good(char const* model, restat::testing::sentences const& wrong) {
    BOOST_TEST_CONTEXT(model) {
        for (auto const& sentence : wrong) BOOST_ERROR(sentence);
        BOOST_TEST(wrong.empty());
    }
}

// Requires a sentence containing this text.
inline void expect_sentence(restat::testing::sentences const& wrong, std::string_view part) {
    bool found = false;
    std::string all;
    for (auto const& sentence : wrong) {
        found |= sentence.find(part) != sentence.npos;
        all += "\n  " + sentence;
    }
    BOOST_TEST(found, "no sentence says '" << part << "', but:" << all);
}
