#include "base/plain_path.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using restat::detail::directory_above;
using restat::detail::is_plain_path;
using restat::detail::lexical_path;
using restat::detail::plain_path;

BOOST_AUTO_TEST_SUITE(a_plain_path)

BOOST_AUTO_TEST_CASE(plain_path_is_equal_for_every_spelling) {
    struct row {
        char const* named;
        char const* plain;
    };
    for (auto const& [named, plain] : {
             row{"a", "a"},
             row{"./a", "a"},
             row{"a/", "a"},
             row{"a//", "a"},
             row{"a/.", "a"},
             row{".//./a", "a"},
             row{"a//b", "a/b"},
             row{"a/./b", "a/b"},
             row{"a/b/./", "a/b"},
             row{".", "."},
             row{"./", "."},
             row{"././/.", "."}, //
             row{"/", "/"},
             row{"//", "/"},
             row{"/.", "/"},
             row{"//a", "/a"},
             row{"/..", "/"},
             row{"/../a", "/a"},
             row{"/./../../a", "/a"}, // no directory is above the root
             row{"..", ".."},
             row{"../", ".."},
             row{"./../a", "../a"},
             row{"../../a", "../../a"},
             row{"x/../a", "x/../a"},
             row{"/x/../a", "/x/../a"}, // x may be a link
             row{".a", ".a"},
             row{"a.", "a."},
             row{"..a", "..a"},
             row{"...", "..."},
             row{"a/.b/..c", "a/.b/..c"},
             row{"", ""},
         }) {
        BOOST_TEST(plain_path(named) == plain, named);
        BOOST_TEST(plain_path(plain) == plain);
        BOOST_TEST(is_plain_path(named) == (std::string{named} == plain), named);
    }
}

BOOST_AUTO_TEST_CASE(lexical_path_has_parents_only_at_its_start) {
    struct row {
        char const* named;
        char const* lexical;
    };
    for (auto const& [named, lexical] : {
             row{"", ""},
             row{".", "."},
             row{"/", "/"},
             row{"a", "a"},
             row{"./a//b/", "a/b"},
             row{"a/..", "."},
             row{"a/../b", "b"},
             row{"a/b/../../c", "c"},
             row{"a/../../b", "../b"},
             row{"../a/..", ".."},
             row{"../../a/../b", "../../b"},
             row{"/a/..", "/"},
             row{"/a/../../b", "/b"},
             row{"/a/b/../c/./d", "/a/c/d"},
             row{"..a/...", "..a/..."},
         }) {
        BOOST_TEST(lexical_path(named) == lexical, named);
        BOOST_TEST(lexical_path(lexical) == lexical);
    }
}

BOOST_AUTO_TEST_CASE(directories_above_a_path_end) {
    struct row {
        char const* path;
        char const* above;
    };
    for (auto const& [path, above] : {
             row{"a/b/c", "a/b/"},
             row{"a/b/", "a/"},
             row{"a/", ""},
             row{"a", ""},
             row{"", ""},
             row{"/a/b", "/a/"},
             row{"/a/", "/"},
             row{"/a", "/"},
             row{"/", ""},
             row{".", ""},
             row{"../a", "../"},
             row{"../", ""},
             row{"x/../a", "x/../"},
             row{"x/../", "x/"},
         }) {
        BOOST_TEST(directory_above(path) == above, path);
    }
}

BOOST_AUTO_TEST_SUITE_END()
