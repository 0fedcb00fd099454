#include "program.hpp"

#include "matcher/gitignore_cases.hpp"
#include "matcher/index_bytes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

namespace {

finished run_in(temporary_directory const& there, std::vector<std::string> const& arguments) {
    auto const home = there / "home";
    auto const prepare = [home] {
        obey_permissions();
        ::setenv("HOME", home.c_str(), 1);
        ::unsetenv("XDG_CONFIG_HOME");
    };
    return run_restat(arguments, {.directory = there / "tree", .prepare = prepare});
}

std::string listed(temporary_directory const& there, std::vector<std::string> arguments = {}) {
    arguments.emplace_back("--list");
    auto const end = run_in(there, arguments);
    BOOST_TEST(end.status.code == 0);
    bool const says_only_that = end.error.starts_with("restat: no files are watched");
    BOOST_TEST((end.error == "" || says_only_that), end.error);
    return end.output;
}

void write(temporary_directory const& there, std::string const& path, std::string_view text) {
    auto const whole = "tree/" + path;
    there.make_directory(whole.substr(0, whole.find_last_of('/')));
    there.write(whole, text);
}

void make_repository(temporary_directory const& there) {
    write(there, ".git/HEAD", "ref: refs/heads/main\n");
    there.make_directory("tree/.git/objects");
    there.make_directory("tree/.git/refs");
    there.make_directory("tree/.git/info");
    there.make_directory("home/.config/git");
}

} // namespace

BOOST_AUTO_TEST_SUITE(gitignore)

BOOST_AUTO_TEST_CASE(listed_files_follow_the_table_of_rules) {
    for (auto const& row : tests::gitignore_cases) {
        if (row.path.ends_with('/')) continue;
        temporary_directory const there;
        std::string const path{row.path};
        write(there, path, "");
        write(there, ".gitignore", row.rules);
        auto const end = run_in(there, {"--no-default-ignores", "--list", "-0"});
        auto const lines = '\0' + end.output;
        bool const found = lines.find('\0' + path + '\0') != lines.npos;
        BOOST_TEST(found == (row.expected != 'x'), row.rules << " | " << path);
    }
}

BOOST_AUTO_TEST_CASE(rules_come_from_all_files_of_git_unless_disabled) {
    temporary_directory const there;
    make_repository(there);
    there.write("tree/.git/info/exclude", "by_exclude\n");
    there.write("home/.config/git/ignore", "by_user\n");
    write(there, ".gitignore", "*.tmp\n/out/\n");
    write(there, "src/.ignore", "!keep.tmp\n");
    for (auto const* name :
         {"a.c", "a.tmp", "src/keep.tmp", "src/b.tmp", "out/x", "by_exclude", "by_user"}) {
        write(there, name, "");
    }
    BOOST_TEST(listed(there) == ".gitignore\na.c\nsrc/.ignore\nsrc/keep.tmp\n");
    BOOST_TEST(listed(there, {"-e", "tmp"}) == "src/keep.tmp\n");
    BOOST_TEST(listed(there, {"-i", "keep.tmp", "-e", "tmp"}) == "");
    BOOST_TEST(listed(there, {"src"}) == "src/.ignore\nsrc/keep.tmp\n");
    BOOST_TEST(listed(there, {"out"}) == "out/x\n"); // as a PATH: opened regardless of the rules
    BOOST_TEST(listed(there, {"a.tmp", "a.c"}) == "a.c\na.tmp\n");
    BOOST_TEST(listed(there, {"--no-gitignore", "-e", "tmp"}) ==
               "a.tmp\nsrc/b.tmp\nsrc/keep.tmp\n");
}

BOOST_AUTO_TEST_CASE(markers_of_builds_decide_before_gitignore) {
    temporary_directory const there;
    write(there, "build/CMakeCache.txt", "");
    write(there, "build/sub/x", "");
    write(there, "cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
    write(there, "src/a.o", "");
    write(there, "src/a.c", "");
    BOOST_TEST(listed(there) == "src/a.c\n");
    BOOST_TEST(listed(there, {"build"}) == "build/CMakeCache.txt\nbuild/sub/x\n"); // as a PATH
    BOOST_TEST(listed(there, {"--no-default-ignores", "-e", "o,TAG"}) ==
               "cache/CACHEDIR.TAG\nsrc/a.o\n");
    auto const why = run_in(there, {"--explain", "build/sub/x"});
    BOOST_TEST(why.output == "'build/sub/x' is not watched because its directory 'build/sub' is "
                             "excluded by 'CMakeCache.txt' (a build by CMake, see "
                             "--no-default-ignores)\n");
}

BOOST_AUTO_TEST_CASE(tracked_files_are_watched) {
    temporary_directory const there;
    make_repository(there);
    write(there, ".gitignore", "/dist/\n*.gen.c\n");
    for (auto const* name : {"a.c", "x.gen.c", "y.gen.c", "dist/keep.js", "dist/other.js"}) {
        write(there, name, "");
    }
    std::vector<std::string> const tracked{"a.c", "dist/keep.js", "x.gen.c"};
    there.write("tree/.git/index", tests::index_bytes(tracked));
    BOOST_TEST(listed(there) == ".gitignore\na.c\ndist/keep.js\nx.gen.c\n");
    auto const kept = run_in(there, {"--explain", "dist/keep.js"});
    BOOST_TEST(kept.status.code == 0);
    BOOST_TEST(kept.output ==
               "'dist/keep.js' is watched because of 'tracked by git' (.git/index)\n");
    auto const other = run_in(there, {"--explain", "dist/other.js"});
    BOOST_TEST(other.status.code == 1);
    BOOST_TEST(other.output ==
               "'dist/other.js' is not watched because of '/dist/' (.gitignore:1)\n");
    there.write("tree/.git/index", "no index");
    auto const broken = run_in(there, {"--list"});
    BOOST_TEST(broken.output == ".gitignore\na.c\n");
    BOOST_TEST(broken.error == "restat: cannot use '.git/index': Bad message\n");
}

BOOST_AUTO_TEST_CASE(ignored_directories_stay_closed) {
    temporary_directory const there;
    write(there, ".gitignore", "closed/\n");
    write(there, "closed/x", "");
    BOOST_REQUIRE(::chmod((there / "tree/closed").c_str(), 0) == 0);
    auto const end = run_in(there, {"--list"});
    auto const without = run_in(there, {"--list", "--no-gitignore"});
    ::chmod((there / "tree/closed").c_str(), 0755);
    BOOST_TEST(end.output == ".gitignore\n");
    BOOST_TEST(end.error == "");
    BOOST_TEST(without.error == "restat: cannot open 'closed': Permission denied\n");
}

BOOST_AUTO_TEST_CASE(unreadable_ignore_file_is_reported) {
    temporary_directory const there;
    write(there, ".gitignore", "# objects\n*.tmp\n");
    write(there, "src/a.tmp", "");
    write(there, "kept/.gitignore", "!a.*");
    write(there, "kept/a.tmp", "");
    auto const kept = run_in(there, {"--explain", "kept/a.tmp"});
    BOOST_TEST(kept.status.code == 0);
    BOOST_TEST(kept.output == "'kept/a.tmp' is watched because of '!a.*' (kept/.gitignore:1)\n");
    std::filesystem::remove_all(there / "tree/kept");
    auto const why = run_in(there, {"--explain", "src/a.tmp"});
    BOOST_TEST(why.status.code == 1);
    BOOST_TEST(why.output == "'src/a.tmp' is not watched because of '*.tmp' (.gitignore:2)\n");
    BOOST_REQUIRE(::chmod((there / "tree/.gitignore").c_str(), 0) == 0);
    auto const end = run_in(there, {"--list"});
    BOOST_TEST(end.error == "restat: cannot read '.gitignore': Permission denied\n");
    BOOST_TEST(end.output == ".gitignore\nsrc/a.tmp\n");
    auto const blind = run_in(there, {"--explain", "src/a.tmp"});
    BOOST_TEST(blind.error == end.error);
    BOOST_TEST(blind.output == "'src/a.tmp' is watched because no rule excludes it\n");
}

#ifndef RESTAT_WITHOUT_PCRE2
BOOST_AUTO_TEST_CASE(too_large_rule_is_reported) {
    temporary_directory const there;
    auto const name = std::string(200, 'a') + '!';
    write(there, name, "");
    auto const end = run_in(there, {"-x", "^(a+)+$", "--explain", name});
    BOOST_TEST(end.status.code == 0);
    BOOST_TEST(end.error.starts_with("restat: cannot match '^(a+)+$': "));
}
#endif

BOOST_AUTO_TEST_CASE(verbose_names_the_rule_of_a_closed_directory) {
    temporary_directory const there;
    write(there, ".gitignore", "gen/\n");
    for (auto const* name : {"a/gen/x", "b/gen/y", "b/gen/z", "out/q", "c"})
        write(there, name, "");
    running_program watch{restat_with({"-v", "-n", "20ms", "--ignore-dir", "out"}),
                          {.directory = there / "tree"}};
    BOOST_REQUIRE(watch.wait_for_error("(.gitignore:1); 1 more by the same rule\n"));
    BOOST_TEST(watch.wait_for_error("'out' is not watched because of 'out' (--ignore-dir)\n"));
}

BOOST_AUTO_TEST_CASE(edited_rules_apply_from_the_next_scan) {
    temporary_directory const there;
    write(there, ".gitignore", "*.tmp\n");
    for (auto const* name : {"a.tmp", "b.c"}) write(there, name, "");
    running_program watch{restat_with({"-v", "-n", "20ms", "--quiet-period", "20ms"}),
                          {.directory = there / "tree"}};
    BOOST_REQUIRE(watch.wait_for_error("a scan of "));
    there.write("tree/.gitignore", "*.c\n# more\n");
    BOOST_REQUIRE(watch.wait_for_output("modified .gitignore\n"));
    there.write("tree/b.c", "out of view");
    there.write("tree/a.tmp", "in view");
    BOOST_REQUIRE(watch.wait_for_output("modified a.tmp\n"));
    there.write("tree/new.tmp", "");
    BOOST_REQUIRE(watch.wait_for_output("added new.tmp\n"));
    BOOST_TEST(watch.output() == "modified .gitignore\nmodified a.tmp\nadded new.tmp\n");
}

BOOST_AUTO_TEST_SUITE_END()
