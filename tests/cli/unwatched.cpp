#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace {

constexpr char const* goes_on = "; waiting for files (see --explain PATH)";

/// Returns the message of `restat --list` on standard error, without `restat: ` and its end.
std::string said(temporary_directory const& in, std::vector<std::string> arguments) {
    arguments.emplace_back("--list");
    auto const end = run_restat(arguments, {.directory = in.path()});
    BOOST_TEST(end.status.code == 0, end.error);
    auto text = end.error;
    for (std::string_view const part :
         {"restat: ", "no files are watched", "\n", " (see --explain PATH)"}) {
        auto const at = text.find(part);
        BOOST_REQUIRE_MESSAGE(at != text.npos, end.error << " lacks " << part);
        text.erase(at, part.size());
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(no_files_are_watched)

BOOST_AUTO_TEST_CASE(missing_files_are_reported_with_the_rule_at_the_start) {
    temporary_directory const there;
    there.write(".ignore", "*\n");
    there.write("a.c", "");
    there.write("b.c", "");
    running_program restat{restat_with({"--", "sleep", "1000"}), {.directory = there.path()}};
    std::string line = "restat: no files are watched: 3 files are ignored by '*' (.ignore:1)";
    line.append(goes_on).append("\n");
    BOOST_TEST(restat.wait_for_error(line), restat.error());
}

BOOST_AUTO_TEST_CASE(missing_files_are_reported_despite_quiet_and_awaited) {
    temporary_directory const there;
    there.write("a.c", "");
    running_program restat{restat_with({"-q", "-n", "50ms", "-e", "hpp"}),
                           {.directory = there.path()}};
    BOOST_TEST(restat.wait_for_error("no files are watched: 1 file matches no rule of -e"),
               restat.error());
    there.write("b.hpp", "");
    BOOST_TEST(restat.wait_for_output("added b.hpp\n"));
}

BOOST_AUTO_TEST_CASE(report_names_the_rule_that_excludes_most_files) {
    temporary_directory const there;
    there.make_directory("src/build");
    there.make_directory("empty");
    for (char const* file : {"src/a.c", "src/b.c", "src/a.o"}) there.write(file, "");
    BOOST_TEST(said(there, {"-i", "*.c", "src"}) == ": 2 files are ignored by '*.c' (-i)");
    BOOST_TEST(said(there, {"-i", "*.c", "-i", "build", "src", "src/build"}) ==
               ": 2 files are ignored by '*.c' (-i)");
#ifndef RESTAT_WITHOUT_PCRE2
    BOOST_TEST(said(there, {"-x", ".", "src"}) ==
               ": 3 files and 1 directory are ignored by '.' (-x)");
#endif
    BOOST_TEST(said(there, {"-e", "h", "-g", "*.hpp", "src"}) ==
               ": 2 files match no rule of -g or -e");
    auto const empty = run_restat({"--list", "src/build"}, {.directory = there.path()});
    BOOST_TEST(empty.error == "restat: no files are watched: no files exist in src/build\n");
    BOOST_TEST(said(there, {"-i", "*.c", "src", "empty"}).find(": 2 files") == 0U);
}

BOOST_AUTO_TEST_CASE(report_names_an_empty_path_among_others) {
    temporary_directory const there;
    there.make_directory("src");
    there.make_directory("docs");
    there.write("src/a.c", "");
    there.write("docs/a.md", "");
    BOOST_TEST(said(there, {"-e", "c", "src", "docs"}) ==
               " in 'docs': 1 file matches no rule of -e");
}

BOOST_AUTO_TEST_CASE(report_names_a_rule_of_a_home_repository) {
    temporary_directory const there;
    for (char const* directory : {".git/objects", ".git/refs", "plain"}) {
        there.make_directory(directory);
    }
    there.write(".git/HEAD", "ref: refs/heads/main\n");
    there.write(".gitignore", "*\n");
    there.write("plain/main.c", "");
    auto const end = run_restat({"--list"}, {.directory = there / "plain"});
    BOOST_TEST(end.output == "");
    BOOST_TEST(end.error == "restat: no files are watched: 1 file is ignored by '*' (" +
                                there / ".gitignore" + ":1) (see --explain PATH)\n");
}

BOOST_AUTO_TEST_CASE(no_report_if_some_files_are_watched) {
    temporary_directory const there;
    there.make_directory("build");
    there.write("build/b.c", "");
    there.write("a.c", "");
    there.write("a.o", "");
    auto const end = run_restat({"-i", "build", "--list"}, {.directory = there.path()});
    BOOST_TEST(end.error == "");
    BOOST_TEST(end.output == "a.c\n");
}

BOOST_AUTO_TEST_SUITE_END()
