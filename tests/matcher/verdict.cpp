#include <restat/matcher/verdict.hpp>

#include "candidates.hpp"

using namespace restat;
using tests::directory;
using tests::file;

BOOST_AUTO_TEST_SUITE(verdicts)

BOOST_AUTO_TEST_CASE(verdicts_are_ordered) {
    BOOST_TEST((verdict::exclude < verdict::none && verdict::none < verdict::include));
}

BOOST_AUTO_TEST_CASE(only_an_excluded_path_is_not_watched) {
    BOOST_TEST(!watches(verdict::exclude));
    BOOST_TEST(watches(verdict::none));
    BOOST_TEST(watches(verdict::include));
}

BOOST_AUTO_TEST_CASE(candidate_knows_its_parts) {
    candidate const path{"src/lib/a.cpp", 4};
    BOOST_TEST(path.relative() == "lib/a.cpp");
    BOOST_TEST(path.name() == "a.cpp");
    BOOST_TEST(!path.is_directory());
    BOOST_TEST(candidate{"a"}.name() == "a");
    BOOST_TEST(directory("src").is_directory());
}

BOOST_AUTO_TEST_CASE(matcher_of_files_leaves_directories_open) {
    BOOST_TEST(restat::detail::wanted(true, file("a")) == verdict::include);
    BOOST_TEST(restat::detail::wanted(false, file("a")) == verdict::exclude);
    BOOST_TEST(restat::detail::wanted(false, directory("d")) == verdict::none);
}

BOOST_AUTO_TEST_SUITE_END()
