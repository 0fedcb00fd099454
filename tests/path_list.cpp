#include <restat/path_list.hpp>

#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/options.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace restat;
using strings = std::vector<std::string>;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(a_path_list)

BOOST_AUTO_TEST_CASE(path_list_takes_any_number_of_paths_of_any_type) {
    std::vector<fs::path> const paths{"a", "b"};
    std::set<std::string> const ordered{"a", "b"};
    std::string const text = "a";
    char const* const pointer = "a";
    for (path_list const& one :
         {path_list{"a"}, path_list{text}, path_list{pointer}, path_list{std::string_view{"a"}},
          path_list{fs::path{"a"}}, path_list{strings{"a"}}, path_list{{"a"}}}) {
        BOOST_TEST(one == strings{"a"});
    }
    for (path_list const& two : {path_list{"a", "b"}, path_list{paths}, path_list{ordered},
                                 path_list{{"a", "b"}}, path_list{fs::path{"a"}, "b"},
                                 path_list{text, fs::path{"b"}}, path_list{strings{"a", "b"}}}) {
        BOOST_TEST((two == strings{"a", "b"}));
    }
    BOOST_TEST(path_list{}.empty());
    BOOST_TEST(path_list{strings{}}.empty());
}

BOOST_AUTO_TEST_CASE(options_take_a_path_list_to_track) {
    BOOST_TEST(options{.track = "config.toml"}.track == strings{"config.toml"});
    BOOST_TEST(options{.track = {"config.toml"}}.track == strings{"config.toml"});
    BOOST_TEST((options{.track = {"a", "b"}}.track == strings{"a", "b"}));
    BOOST_TEST(options{.track = fs::path{"a"}}.track == strings{"a"});
    BOOST_TEST((options{.track = {fs::path{"a"}, "b"}}.track == strings{"a", "b"}));
    BOOST_TEST(options{}.track.empty());
}

BOOST_AUTO_TEST_CASE(enumerators_take_a_path_list) {
    fs::path const path{"a"};
    std::vector<fs::path> const paths{"a", "b"};
    BOOST_TEST(tree_enumerator{path}.roots() == strings{"a"});
    BOOST_TEST((tree_enumerator{paths}.roots() == strings{"a", "b"}));
    BOOST_TEST((tree_enumerator{paths, tree_options{}}.roots() == strings{"a", "b"}));
    BOOST_TEST((tree_enumerator{{path, "b"}}.roots() == strings{"a", "b"}));
    BOOST_TEST(list_enumerator{path}.paths() == strings{"a"});
    BOOST_TEST((list_enumerator{paths}.paths() == strings{"a", "b"}));
    BOOST_TEST((list_enumerator{{"a", "b"}}.paths() == strings{"a", "b"}));
}

BOOST_AUTO_TEST_SUITE_END()
