#include <restat/split_path.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <sstream>
#include <string>
#include <vector>

using namespace restat;

namespace {

// Returns a path split at every possible position.
std::vector<split_path> splits(std::string_view path) {
    std::vector<split_path> all;
    for (std::size_t at = 0; at <= path.size(); ++at) {
        all.emplace_back(path.substr(0, at), path.substr(at));
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_split_path)

BOOST_AUTO_TEST_CASE(split_path_equals_the_whole_path) {
    for (auto const& path : splits("a/b.c")) {
        BOOST_TEST(path == "a/b.c");
        BOOST_TEST(path.str() == "a/b.c");
        BOOST_TEST(std::string{path} == "a/b.c");
        BOOST_TEST(path.size() == 5U);
        BOOST_TEST(path.starts_with("a/b"));
        BOOST_TEST(path.starts_with(""));
        BOOST_TEST(!path.starts_with("a/c"));
        BOOST_TEST(!path.starts_with("a/b.cc"));
        BOOST_TEST(path[3] == '.');
        std::ostringstream text;
        text << path;
        BOOST_TEST(text.str() == "a/b.c");
    }
    BOOST_TEST(split_path{}.empty());
    BOOST_TEST((split_path{"a/", "b"}.directory() == "a/"));
    BOOST_TEST((split_path{"a/", "b"}.name() == "b"));
}

BOOST_AUTO_TEST_CASE(split_path_is_ordered_like_the_whole_path) {
    std::array const ordered{"",      "/",     "/a",  "a",   "a/", "a/b",
                             "a/b/c", "a/b-c", "a b", "a.b", "aa"};
    for (std::size_t i = 0; i < ordered.size(); ++i) {
        for (std::size_t j = 0; j < ordered.size(); ++j) {
            for (auto const& a : splits(ordered[i])) {
                for (auto const& b : splits(ordered[j])) {
                    BOOST_TEST(path_less(a, b) == (i < j), a << " " << b);
                    BOOST_TEST((a == b) == (i == j));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
