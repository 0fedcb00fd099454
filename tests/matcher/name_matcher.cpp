#include <restat/matcher/name_matcher.hpp>

#include <restat/matcher/logic.hpp>

#include "candidates.hpp"

using restat::name_lists;
using restat::name_matcher;
using restat::verdict;
using tests::directory;
using tests::file;

static_assert(restat::path_matcher<name_matcher>);
static_assert(std::copyable<name_matcher>);

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(names_of_files_and_directories_are_separate) {
    struct {
        restat::candidate path;
        verdict said;
        char const* reason;
    } const cases[] = {
        {file("Makefile"), verdict::include, "a listed file"},
        {file("src/Makefile"), verdict::include, "wherever it is"},
        {file("Makefile.am"), verdict::exclude, "a name is whole"},
        {file("makefile"), verdict::exclude, "and exact"},
        {file("Makefile/x"), verdict::exclude, "and the last component"},
        {file("build"), verdict::exclude, "a directory's name is no file's"},
        {file("*.c"), verdict::include, "a name is no pattern"},
        {file("a.c"), verdict::exclude, "a name is no pattern"},
        {directory("build"), verdict::include, "a listed directory"},
        {directory("src/build"), verdict::include, "wherever it is"},
        {directory("build/"), verdict::include, "also named with a slash"},
        {directory("src"), verdict::none, "another may hold what is listed"},
        {directory("Makefile"), verdict::none, "a file's name is no directory's"},
        {{"build", 0, restat::file_type::symlink}, verdict::exclude, "a link is no directory"},
        {{"Makefile", 0, restat::file_type::symlink}, verdict::include, "it counts as a file"},
    };
    name_matcher const matcher{name_lists{.files = {"*.c", "Makefile", "CMakeLists.txt"},
                                          .directories = {"build", ".git"}}};
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.path.path << ": " << c.reason);
        BOOST_TEST(matcher(c.path) == c.said);
    }
}

BOOST_AUTO_TEST_CASE(names_of_directories_are_excluded_by_not) {
    auto const matcher = !name_matcher{name_lists{.directories = {".git"}}};
    BOOST_TEST(matcher(directory("x/.git")) == verdict::exclude);
    BOOST_TEST(matcher(directory("x")) == verdict::none);
    BOOST_TEST(matcher(file(".git")) == verdict::include);
}

BOOST_AUTO_TEST_CASE(empty_lists_match_nothing) {
    name_matcher const matcher{name_lists{}};
    BOOST_TEST(matcher(file("a")) == verdict::exclude);
    BOOST_TEST(matcher(directory("a")) == verdict::none);
}

BOOST_AUTO_TEST_SUITE_END()
