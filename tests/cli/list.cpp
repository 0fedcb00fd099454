#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

std::string listed(temporary_directory const& in, std::vector<std::string> arguments) {
    arguments.emplace_back("--list");
    auto const end = run_restat(arguments, {.directory = in.path()});
    BOOST_TEST(end.status.code == 0);
    bool const says_only_that = end.error.starts_with("restat: no files are watched");
    BOOST_TEST((end.error == "" || says_only_that), end.error);
    return end.output;
}

} // namespace

BOOST_AUTO_TEST_SUITE(list)

BOOST_AUTO_TEST_CASE(paths_are_printed_as_by_find_without_a_leading_dot) {
    temporary_directory const there;
    there.make_directory("src/deep");
    there.write("src/deep/a.c", "");
    there.write("src/b.c", "");
    there.write("top", "");
    BOOST_TEST(listed(there, {}) == "src/b.c\nsrc/deep/a.c\ntop\n");
    BOOST_TEST(listed(there, {"."}) == "src/b.c\nsrc/deep/a.c\ntop\n");
    BOOST_TEST(listed(there, {"src"}) == "src/b.c\nsrc/deep/a.c\n");
    BOOST_TEST(listed(there, {"./src/"}) == "src/b.c\nsrc/deep/a.c\n");
    BOOST_TEST(listed(there, {"top", "src/deep"}) == "src/deep/a.c\ntop\n");
    BOOST_TEST(listed(there, {there / "src/deep"}) == (there / "src/deep/a.c\n"));
}

BOOST_AUTO_TEST_CASE(names_of_any_bytes_reach_a_pipe_unchanged) {
    temporary_directory const there;
    std::vector<std::string> names = {
        "new\nline", "esc\x1b[31m",         "\xFF\xFE", "-leading", " blank ", "back\\slash",
        "\xC3\xA9",  std::string(255, 'x'), "[a]"};
    std::sort(names.begin(), names.end());
    std::string lines;
    std::string records;
    for (auto const& name : names) {
        there.write(name, "");
        lines += name + '\n';
        records += name + '\0';
    }
    BOOST_TEST(listed(there, {}) == lines);
    BOOST_TEST(listed(there, {"-0"}) == records);
}

BOOST_AUTO_TEST_CASE(filters_decide_as_documented) {
    temporary_directory const there;
    for (char const* directory : {"src/gen", "build", ".git"}) there.make_directory(directory);
    for (char const* file : {"src/a.cpp", "src/a.hpp", "src/gen/g.cpp", "src/a.cpp~",
                             "build/b.cpp", ".git/HEAD", "notes.txt", "x.c++"}) {
        there.write(file, "");
    }
    struct {
        std::vector<std::string> arguments;
        char const* files;
        char const* reason;
    } const table[] = {
        {{},
         "build/b.cpp\nnotes.txt\nsrc/a.cpp\nsrc/a.hpp\nsrc/gen/g.cpp\nx.c++\n",
         "all but the default ignores"},
        {{"--no-default-ignores", "-i", "build"},
         ".git/HEAD\nnotes.txt\nsrc/a.cpp\nsrc/a.cpp~\nsrc/a.hpp\nsrc/gen/g.cpp\nx.c++\n",
         "also those"},
        {{"-e", "cpp"}, "build/b.cpp\nsrc/a.cpp\nsrc/gen/g.cpp\n", "an extension"},
        {{"-e", "cpp,.hpp", "src"}, "src/a.cpp\nsrc/a.hpp\nsrc/gen/g.cpp\n", "two"},
        {{"-e", "c++"}, "x.c++\n", "no byte of it is special"},
        {{"-g", "src/*"}, "src/a.cpp\nsrc/a.hpp\n", "a star stays in its directory"},
        {{"-g", "src/**"}, "src/a.cpp\nsrc/a.hpp\nsrc/gen/g.cpp\n", "two do not"},
        {{"-e", "txt", "-g", "*.hpp"}, "notes.txt\nsrc/a.hpp\n", "any of -e, -g will do"},
#ifndef RESTAT_WITHOUT_PCRE2
        {{"-r", "gen/", "-e", "txt"}, "notes.txt\nsrc/gen/g.cpp\n", "or -r"},
        {{"-r", "^src/a", "-r", "notes"}, "notes.txt\nsrc/a.cpp\nsrc/a.hpp\n", "-r twice"},
        {{"-e", "cpp", "-x", "^build/|/a"}, "src/gen/g.cpp\n", "-x decides before -e"},
#endif
        {{"-e", "cpp", "-i", "gen"}, "build/b.cpp\nsrc/a.cpp\n", "-i decides before -e"},
        {{"-e", "cpp", "--ignore-dir", "gen", "--ignore-dir", "build/"},
         "src/a.cpp\n",
         "and --ignore-dir"},
        {{"-i", "*.cpp", "-i", "*.c++"}, "notes.txt\nsrc/a.hpp\n", "-i twice"},
        {{"-e", "cpp", "src/gen", "notes.txt"},
         "notes.txt\nsrc/gen/g.cpp\n",
         "a named file needs no -e"},
        {{"src/a.cpp~", ".git/HEAD"},
         ".git/HEAD\nsrc/a.cpp~\n",
         "nor do the default ignores concern it"},
        {{"./notes.txt", ".git", "-e", "cpp"},
         "notes.txt\n",
         "but what is below a named directory"},
        {{"notes.txt", "src/a.cpp", "-i", "*.txt"}, "src/a.cpp\n", "-i does concern it"},
    };
    for (auto const& [arguments, files, reason] : table) {
        BOOST_TEST(listed(there, arguments) == files, reason);
    }
}

BOOST_AUTO_TEST_CASE(links_are_followed_as_a_path_or_with_an_option) {
    temporary_directory const there;
    there.make_directory("real");
    there.write("real/file", "");
    BOOST_REQUIRE(::symlink("real", (there / "link").c_str()) == 0);
    BOOST_REQUIRE(::symlink("..", (there / "real/loop").c_str()) == 0);
    BOOST_TEST(listed(there, {"link"}) == "link/file\nlink/loop\n");
    BOOST_TEST(listed(there, {}) == "link\nreal/file\nreal/loop\n");
    BOOST_TEST(listed(there, {"-L"}) == "real/file\n"); // under its real path alone
}

BOOST_AUTO_TEST_CASE(link_to_a_file_is_a_path_of_its_own_beside_the_real_path) {
    temporary_directory const there;
    there.make_directory("real");
    there.write("real/file", "");
    BOOST_REQUIRE(::symlink("real", (there / "a").c_str()) == 0);
    BOOST_REQUIRE(::symlink("real/file", (there / "to_file").c_str()) == 0);
    BOOST_REQUIRE(::symlink("a/file", (there / "through_a_link").c_str()) == 0);
    BOOST_TEST(listed(there, {"-L"}) == "real/file\nthrough_a_link\nto_file\n");
}

BOOST_AUTO_TEST_CASE(unreadable_directory_is_reported_and_skipped) {
    temporary_directory const there;
    there.make_directory("closed\n");
    there.write("open", "");
    BOOST_REQUIRE(::chmod((there / "closed\n").c_str(), 0) == 0);
    start_options const how{.directory = there.path(), .prepare = obey_permissions};
    auto const end = run_restat({"--list"}, how);
    ::chmod((there / "closed\n").c_str(), 0755);
    BOOST_TEST(end.status.code == 1); // the list is incomplete
    BOOST_TEST(end.output == "open\n");
    BOOST_TEST(end.error == "restat: cannot open 'closed\\n': Permission denied\n");
}

BOOST_AUTO_TEST_CASE(list_of_an_unreadable_directory_exits_with_1) {
    temporary_directory const there;
    there.make_directory("closed");
    BOOST_REQUIRE(::chmod((there / "closed").c_str(), 0) == 0);
    start_options const how{.directory = there.path(), .prepare = obey_permissions};
    auto const end = run_restat({"--list", "closed"}, how);
    ::chmod((there / "closed").c_str(), 0755);
    BOOST_TEST(end.status.code == 1);
    BOOST_TEST(end.output == "");
    BOOST_TEST(end.error == "restat: cannot open 'closed': Permission denied\n");
}

BOOST_AUTO_TEST_CASE(pipes_and_sockets_are_never_opened) {
    temporary_directory const there;
    BOOST_REQUIRE(::mkfifo((there / "pipe").c_str(), 0600) == 0);
    BOOST_TEST(listed(there, {"--no-default-ignores"}) == "pipe\n");
    BOOST_TEST(listed(there, {"pipe"}) == "pipe\n");
}

BOOST_AUTO_TEST_CASE(sockets_and_pipes_are_listed_only_on_request) {
    temporary_directory const there;
    there.write("a", "");
    BOOST_REQUIRE(::mkfifo((there / "pipe").c_str(), 0600) == 0);
    BOOST_TEST(listed(there, {}) == "a\n");
    BOOST_TEST(listed(there, {".", "pipe"}) == "a\npipe\n");
    BOOST_TEST(listed(there, {"--no-default-ignores"}) == "a\npipe\n");
}

BOOST_AUTO_TEST_SUITE_END()
