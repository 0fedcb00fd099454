#include <restat/matcher/ignore_matcher.hpp>

#include <restat/matcher/logic.hpp>

#include "candidates.hpp"

using restat::candidate;
using restat::errc;
using restat::finding;
using restat::ignore_matcher;
using restat::options;
using restat::pattern_fault;
using restat::verdict;
using tests::directory;
using tests::file;

static_assert(restat::path_matcher<ignore_matcher>);
static_assert(std::constructible_from<ignore_matcher, options const&>);

BOOST_AUTO_TEST_SUITE(ignoring)

BOOST_AUTO_TEST_CASE(options_name_the_excluded_paths) {
    struct {
        candidate path;
        verdict said;
        char const* reason;
    } const cases[] = {
        {file("config.toml"), verdict::none, "the rest is left to others"},
        {directory("src"), verdict::none, "so are other directories"},
        {file("notes.log"), verdict::exclude, "a glob, of a file"},
        {directory("old.log"), verdict::exclude, "and of a directory"},
        {file("x/secret"), verdict::exclude, "a plain name"},
        {file("secrets"), verdict::none, "is whole"},
        {file("docs/a/b.md"), verdict::exclude, "a glob of a path"},
        {file("home/docs/b.md", 5), verdict::exclude, "also below the root"},
        {file("home/docs/b.md"), verdict::none, "but not anywhere"},
#ifndef RESTAT_WITHOUT_PCRE2
        {file("core.123"), verdict::exclude, "an expression, of a file"},
        {directory("core.1"), verdict::exclude, "and of a directory"},
#endif
        {directory("x/out"), verdict::exclude, "a name of a directory"},
        {file("x/out"), verdict::none, "is no file's"},
        {directory("tmp"), verdict::exclude, "a glob that asks for a directory"},
        {file("tmp"), verdict::none, "gets no file"},
    };
    ignore_matcher const matcher{options{.ignore_patterns = {"*.log", "secret", "docs/**", "tmp/",
#ifndef RESTAT_WITHOUT_PCRE2
                                                             restat::regex("core\\.\\d+$")
#endif
                                         },
                                         .ignore_dirs = {"out"}}};
    for (auto const& c : cases) {
        BOOST_TEST_INFO(c.path.path << ": " << c.reason);
        BOOST_TEST(matcher(c.path) == c.said);
    }
}

BOOST_AUTO_TEST_CASE(default_rules_exclude_files_of_tools_and_editors) {
    ignore_matcher const matcher{options{}};
    for (char const* name :
         {"a.c~", "#a.c#", ".#a.c", ".a.c.swp", "4913", ".goutputstream-X1", ".nfs000000000001",
          ".fuse_hidden0001", ".a.c.W4zvLi", ".a.b.abcdeF", ".subl883.tmp", ".syncthing.a.c.tmp",
          "~syncthing~a.c.tmp", ".DS_Store", "Thumbs.db"}) {
        BOOST_TEST_INFO(name);
        BOOST_TEST(matcher(file("src/" + std::string{name})) == verdict::exclude);
    }
    for (char const* name : {".git", "node_modules", "CMakeFiles"}) {
        BOOST_TEST(matcher(directory("src/" + std::string{name})) == verdict::exclude);
    }
    for (char const* name : {"a.c", ".bashrc", "49132", "a.swp", ".gitignore", ".env.sample",
                             "a.c.W4zvLi", ".eslintrc.2.0.js", ".W4zvLi", ".a.W4zvL", "nfs"}) {
        BOOST_TEST_INFO(name);
        BOOST_TEST(matcher(file("src/" + std::string{name})) == verdict::none);
    }
}

BOOST_AUTO_TEST_CASE(own_rules_add_to_the_defaults_unless_disabled) {
    options own{.ignore_patterns = {"*.log"}, .ignore_dirs = {"out"}};
    for (bool const with_defaults : {true, false}) {
        own.default_ignores = with_defaults;
        auto const of_default = with_defaults ? verdict::exclude : verdict::none;
        ignore_matcher const matcher{own};
        BOOST_TEST(matcher(file("a.log")) == verdict::exclude);
        BOOST_TEST(matcher(directory("out")) == verdict::exclude);
        BOOST_TEST(matcher(file("a.c~")) == of_default);
        BOOST_TEST(matcher(directory(".git")) == of_default);
        BOOST_TEST(matcher({"a", 0, restat::file_type::socket}) == of_default);
    }
    BOOST_TEST(restat::explain(ignore_matcher{options{}}, directory(".git")).origin ==
               "default_ignores");
}

BOOST_AUTO_TEST_CASE(default_rules_exclude_untracked_special_files) {
    using restat::file_type;
    ignore_matcher const matcher{options{.track = {"./run//socket"}}};
    for (auto const type :
         {file_type::socket, file_type::fifo, file_type::character, file_type::block}) {
        BOOST_TEST(matcher({"run/other", 4, type}) == verdict::exclude);
        BOOST_TEST(matcher({"run/socket", 4, type}) == verdict::none);
        auto const why = restat::explain(matcher, {"run/other", 4, type});
        BOOST_TEST(why.rule == "sockets, FIFOs and devices");
    }
    for (auto const type : {file_type::regular, file_type::symlink, file_type::unknown}) {
        BOOST_TEST(matcher({"run/other", 4, type}) == verdict::none);
    }
}

BOOST_AUTO_TEST_CASE(empty_options_return_none) {
    ignore_matcher const matcher{options{.default_ignores = false}};
    BOOST_TEST(matcher(file("a~")) == verdict::none);
    BOOST_TEST(matcher(directory(".git")) == verdict::none);
}

BOOST_AUTO_TEST_CASE(malformed_patterns_are_rejected_and_ignore_nothing) {
    struct {
        restat::pattern pattern;
        std::size_t offset;
    } const faults[] = {{"a[b", 1},
#ifndef RESTAT_WITHOUT_PCRE2
                        {restat::regex("a(b"), 3},
#endif
                        {"", 0}};
    for (auto const& expected : faults) {
        options const from{.ignore_patterns = {"*.log", expected.pattern}};
        pattern_fault fault;
        ignore_matcher const matcher{from, fault};
        BOOST_TEST_INFO(expected.pattern.text);
        BOOST_TEST((fault.error == errc::bad_pattern));
        BOOST_TEST(fault.pattern == expected.pattern.text);
        BOOST_TEST(fault.offset == expected.offset);
        BOOST_TEST(matcher(file("a.log")) == verdict::none);
        BOOST_TEST(matcher(directory(".git")) == verdict::none);
        BOOST_CHECK_THROW(ignore_matcher{from}, restat::pattern_error);
    }
}

#ifndef RESTAT_WITHOUT_PCRE2
BOOST_AUTO_TEST_CASE(undecided_path_is_watched_and_reported_once) {
    ignore_matcher const matcher{options{.ignore_patterns = {restat::regex("(a+)+$")}}};
    std::string name(40, 'a');
    name += '!';
    BOOST_TEST(matcher(file(name)) == verdict::none);
    std::vector<finding> found;
    matcher.faults(found);
    BOOST_TEST(found.size() == 1U);
    matcher(file(name));
    matcher.faults(found);
    BOOST_TEST(found.size() == 1U);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
