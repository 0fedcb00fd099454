#include "watched_command.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

namespace {

/// Starts with a file as standard input.
start_options reading(temporary_directory const& in, std::string const& name) {
    return {.directory = in.path(), .prepare = [path = in / name] {
                ::dup2(::open(path.c_str(), O_RDONLY), STDIN_FILENO);
            }};
}

std::string listed(temporary_directory const& in, std::vector<std::string> arguments) {
    arguments.emplace_back("--list");
    return run_restat(arguments, {.directory = in.path()}).output;
}

} // namespace

BOOST_AUTO_TEST_SUITE(path_files)

BOOST_AUTO_TEST_CASE(paths_are_read_from_a_file_by_line) {
    temporary_directory const there;
    there.make_directory("src");
    for (auto const* name : {"a", "b", "c d", "src/e"}) there.write(name, "");
    there.write("list", "c d\n\nsrc\n");
    BOOST_TEST(listed(there, {"-f", "list"}) == "c d\nsrc/e\n");
    BOOST_TEST(listed(there, {"a", "-f", "list"}) == "a\nc d\nsrc/e\n");
    there.write("more", "b");
    BOOST_TEST(listed(there, {"--paths-from=list", "-f", "more"}) == "b\nc d\nsrc/e\n");
}

BOOST_AUTO_TEST_CASE(paths_with_newlines_are_read_from_a_list_with_nuls) {
    temporary_directory const there;
    for (auto const* name : {"a\nb", "-c", "d"}) there.write(name, "");
    there.write("list", std::string_view{"a\nb\0-c\0", 7});
    auto const end = run_restat({"-f", "-", "--list", "-0"}, reading(there, "list"));
    BOOST_TEST(end.output == (std::string{"-c\0a\nb\0", 7}));
}

BOOST_AUTO_TEST_CASE(command_reads_nothing_beside_a_list_on_standard_input) {
    temporary_directory const there;
    there.write("a", "1");
    there.write("other", "1");
    there.write("list", "a\n");
    running_program restat{
        shell_under_restat({"-f", "-"}, "wc -c; echo run $RESTAT_GENERATION; exec sleep 1000"),
        reading(there, "list")};
    BOOST_REQUIRE(restat.wait_for_output("0\nrun 1\n"));
    there.write("other", "22");
    BOOST_TEST(restat.becomes_silent());
    there.write("a", "22");
    BOOST_TEST(restat.wait_for_output("0\nrun 2\n"));
}

BOOST_AUTO_TEST_CASE(missing_file_of_a_list_is_waited_for) {
    temporary_directory const there;
    there.write("a", "1");
    there.write("list", "a\nlater\n");
    running_program restat{restat_with({"-n", "50ms", "-f", "list"}),
                           {.directory = there.path()}};
    BOOST_REQUIRE(restat.wait_for_error("cannot find 'later': No such file or directory; "
                                        "waiting for the path\n"));
    there.write("later", "1");
    BOOST_TEST(restat.wait_for_output("added later\n"));
}

BOOST_AUTO_TEST_CASE(useless_list_is_rejected) {
    temporary_directory const there;
    there.write("empty", "\n\n");
    there.write("list", "gone\n");
    struct {
        std::vector<std::string> arguments;
        char const* says;
    } const table[] = {
        {{"-f", "empty"}, "--paths-from 'empty': no paths are listed"},
        {{"-f", "none"}, "--paths-from 'none': No such file or directory"},
        {{"-f", "."}, "--paths-from '.': Is a directory"},
        {{"-f", "list"}, "cannot watch 'gone': No such file or directory"},
        {{"gone", "-f", "empty"}, "cannot watch 'gone': No such file or directory"},
        {{"-f", "-", "-k"}, "--keys has no effect with the PATHs on standard input"},
        {{"-f", "-", "--quit-on-eof"}, "--quit-on-eof has no effect with the PATHs on standard"},
        {{"-d", "0"}, "--depth '0': not a number of levels from 1 on"},
        {{"-d", "2x"}, "--depth '2x': not a number of levels from 1 on"},
        {{"-d", "-1"}, "--depth '-1': not a number of levels from 1 on"},
        {{"--ignore-file", "none"}, "--ignore-file 'none': No such file or directory"},
    };
    for (auto const& [arguments, says] : table) {
        auto with_command = arguments;
        with_command.insert(with_command.end(), {"--", "touch", "started"});
        auto const end = run_restat(with_command, {.directory = there.path()});
        BOOST_TEST(end.status.code == 2, says);
        BOOST_TEST(end.error.find(says) != end.error.npos, end.error << " lacks " << says);
        BOOST_TEST(!std::filesystem::exists(there / "started"), says);
    }
}

BOOST_AUTO_TEST_CASE(depth_limits_the_levels_below_each_path) {
    temporary_directory const there;
    for (auto const* name : {"b", "b/c", "b/c/d"}) there.make_directory(name);
    for (auto const* name : {"a", "b/a", "b/c/a", "b/c/d/a"}) there.write(name, "");
    BOOST_TEST(listed(there, {"-d", "1"}) == "a\n");
    BOOST_TEST(listed(there, {"--depth=2"}) == "a\nb/a\n");
    BOOST_TEST(listed(there, {"-d", "4"}) == "a\nb/a\nb/c/a\nb/c/d/a\n");
    BOOST_TEST(listed(there, {"-d", "1", "b"}) == "b/a\n");
    BOOST_TEST(listed(there, {"-d", "1", ".", "b/c"}) == "a\nb/c/a\n"); // each PATH has its own
    BOOST_TEST(listed(there, {"-d", "1", "b/c/d/a"}) == "b/c/d/a\n");
    auto const deep = run_restat({"-d", "2", "--explain", "b/c/a"}, {.directory = there.path()});
    BOOST_TEST(deep.output == "'b/c/a' is not watched because its directory 'b/c' is excluded by "
                              "'the depth of 2' (--depth)\n");
    BOOST_TEST(deep.status.code == 1);
}

BOOST_AUTO_TEST_CASE(directory_beyond_the_depth_is_never_opened) {
    temporary_directory const there;
    there.make_directory("closed");
    there.write("a", "");
    std::filesystem::permissions(there / "closed", std::filesystem::perms::none);
    auto const end = run_restat({"-d", "1", "--list"},
                                {.directory = there.path(), .prepare = obey_permissions});
    BOOST_TEST(end.output == "a\n");
    BOOST_TEST(end.error == "");
}

BOOST_AUTO_TEST_CASE(linked_directory_counts_as_a_level) {
    temporary_directory const there;
    temporary_directory const other;
    other.write("a", "");
    std::filesystem::create_symlink(other.path(), there / "link");
    BOOST_TEST(listed(there, {"-L", "-d", "2"}) == "link/a\n");
    BOOST_TEST(listed(there, {"-L", "-d", "1"}).find("link/a") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(ignore_file_has_the_syntax_of_gitignore) {
    temporary_directory const there;
    there.make_directory("src");
    there.make_directory("src/out");
    there.make_directory("out");
    for (auto const* name : {"a.log", "keep.log", "src/b.log", "src/c", "out/d", "src/out/e"})
        there.write(name, "");
    there.write("rules", "# comment\n*.log\n!keep.log\n/out\n");
    BOOST_TEST(listed(there, {"--ignore-file", "rules"}) ==
               "keep.log\nrules\nsrc/c\nsrc/out/e\n");
    BOOST_TEST(listed(there, {"--ignore-file", "rules", "src"}) == "src/c\n");
    auto const why =
        run_restat({"--ignore-file", "rules", "--explain", "out/d"}, {.directory = there.path()});
    BOOST_TEST(why.output == "'out/d' is not watched because its directory 'out' is excluded by "
                             "'/out' (rules:4)\n");
}

BOOST_AUTO_TEST_CASE(ignore_file_excludes_beside_every_other_rule) {
    temporary_directory const there;
    for (auto const* name : {"a", "b", "c", "d"}) there.write(name, "");
    there.write("one", "a\n!b\n");
    there.write("two", "d\n");
    there.write(".ignore", "b\n");
    BOOST_TEST(listed(there, {"--ignore-file=one", "--ignore-file=two", "-g", "[a-d]"}) == "c\n");
    BOOST_TEST(listed(there, {"--ignore-file=one", "a", "c"}) == "a\nc\n"); // a PATH itself
}

BOOST_AUTO_TEST_SUITE_END()
