#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>

namespace {

class some_files : public temporary_directory {
public:
    some_files() {
        for (char const* directory : {"src/gen", "src/out", "out"}) make_directory(directory);
        for (char const* file : {"src/a.c", "src/gen/g.c", "src/out/b", "out/b", "top.h"}) {
            write(file, "");
        }
    }
};

std::string list(std::string const& in, std::vector<std::string> options) {
    options.emplace_back("--list");
    auto const end = run_restat(options, {.directory = in});
    BOOST_TEST(end.error == "");
    return end.output;
}

} // namespace

BOOST_AUTO_TEST_SUITE(globs_from_the_top_of_the_file_system)

BOOST_AUTO_TEST_CASE(absolute_glob_matches_for_each_spelling_of_the_path) {
    some_files const there;
    auto const in = there.path();
    struct {
        char const* from;
        std::vector<std::string> options;
        char const* listed;
    } const cases[] = {
        {"", {"-g", in + "/src/a.c"}, "src/a.c\n"},
        {"", {"-g", in + "/src/**"}, "src/a.c\nsrc/gen/g.c\nsrc/out/b\n"},
        {"", {"-g", in + "/*"}, "top.h\n"}, // no deeper files
        {"", {"-g", in + "/**/*.c"}, "src/a.c\nsrc/gen/g.c\n"},
        {"", {"-g", "/**/gen/*"}, "src/gen/g.c\n"},
        {"", {"-g", "{" + in + "/src/*.c,*.h}"}, "src/a.c\ntop.h\n"},
#ifndef RESTAT_WITHOUT_PCRE2
        {"", {"-g", in + "/src/*.c", "-r", "h$"}, "src/a.c\ntop.h\n"},
#endif
        {"", {"-i", in + "/out"}, "src/a.c\nsrc/gen/g.c\nsrc/out/b\ntop.h\n"}, // a single match
        {"", {"-i", in + "/*/out", "src"}, "src/a.c\nsrc/gen/g.c\n"},
        {"", {"-i", in + "/src/gen", "-g", "*.c"}, "src/a.c\n"},
        {"", {"-i", in + "/src/gen", "./src//", "top.h"}, "src/a.c\nsrc/out/b\ntop.h\n"},
        {"", {"-i", in + "/src/gen", in + "/src", "-g", "*.c"}, nullptr},
        {"/src",
         {"-i", in + "/out", ".."},
         "../src/a.c\n../src/gen/g.c\n../src/out/b\n../top.h\n"},
        {"/src", {"-g", in + "/out/*", "..", "."}, "../out/b\n"},
    };
    for (auto const& [from, options, listed] : cases) {
        BOOST_TEST_INFO_SCOPE(options[1]);
        auto const expected = listed ? listed : in + "/src/a.c\n";
        BOOST_TEST(list(in + from, options) == expected);
    }
}

BOOST_AUTO_TEST_CASE(comma_outside_of_braces_starts_no_alternative) {
    some_files const there;
    there.make_directory("a,");
    there.write("a,/b", "");
    BOOST_TEST(list(there.path(), {"-g", "a,/b"}) == "a,/b\n");
    BOOST_TEST(list(there.path(), {"-g", "{x,a\\,}/b"}) == "a,/b\n");
    BOOST_TEST(list(there.path(), {"-g", "{x," + there / "a\\,/b" + "}"}) == "a,/b\n");
}

BOOST_AUTO_TEST_CASE(absolute_glob_matches_through_symbolic_links) {
    some_files const there;
    std::filesystem::create_directory_symlink("src", there / "link");
    BOOST_TEST(list(there.path(), {"-i", there / "src/gen", "link"}) == "link/a.c\nlink/out/b\n");
    BOOST_TEST(list(there.path(), {"-i", there / "link/gen", "link"}) ==
               "link/a.c\nlink/out/b\n");
    auto const end = run_restat({"-i", there / "link/gen", "--list"},
                                {.directory = there / "link", .prepare = [&] {
                                     ::setenv("PWD", (there / "link").c_str(), 1);
                                 }});
    BOOST_TEST(end.output == "a.c\nout/b\n");
}

BOOST_AUTO_TEST_CASE(explanation_names_the_absolute_glob) {
    some_files const there;
    auto const explain = [&](std::vector<std::string> options, std::string const& path) {
        options.insert(options.end(), {"--explain", path});
        auto const end = run_restat(options, {.directory = there.path()});
        return std::to_string(end.status.code) + " " + end.output + end.error;
    };
    BOOST_TEST(explain({"-g", there / "src/*.c"}, "src/a.c") ==
               "0 'src/a.c' is watched because of '" + there / "src/*.c" + "' (-g)\n");
    BOOST_TEST(explain({"-g", there / "src/*.c"}, there / "src/a.c") ==
               "0 'src/a.c' is watched because of '" + there / "src/*.c" + "' (-g)\n");
    BOOST_TEST(explain({"-g", there / "src/*.c"}, "top.h") ==
               "1 'top.h' is not watched because no rule of -g includes it\n");
    BOOST_TEST(explain({"-i", there / "src/gen"}, "src/gen/g.c") ==
               "1 'src/gen/g.c' is not watched because its directory 'src/gen' is excluded by '" +
                   there / "src/gen" + "' (-i)\n");
}

BOOST_AUTO_TEST_CASE(absolute_glob_without_a_match_is_rejected) {
    some_files const there;
    for (auto const& glob :
         {std::string{"/elsewhere/*.c"}, there / "out/*", there / "srca", there / "src"}) {
        auto const ignored =
            run_restat({"-i", glob, "src", "--list"}, {.directory = there.path()});
        BOOST_TEST(ignored.status.code == 2, glob);
        auto const end = run_restat({"-g", glob, "src", "--list"}, {.directory = there.path()});
        BOOST_TEST(end.status.code == 2, glob);
        BOOST_TEST(end.output == "");
        BOOST_TEST(end.error.find("--glob '" + glob + "': matches no path below 'src'") !=
                       std::string::npos,
                   end.error);
    }
    auto const end = run_restat({"-g", "/a[", "--list"}, {.directory = there.path()});
    BOOST_TEST(end.status.code == 2);
}

BOOST_AUTO_TEST_CASE(advice_for_an_absolute_glob_is_a_glob_that_can_match) {
    some_files const there;
    auto const refusal = [&](std::string const& glob, std::string const& path) {
        return run_restat({"-i", glob, path, "--list"}, {.directory = there.path()}).error;
    };
    // A whole path needs no second start.
    for (auto const& glob : {there / "out/*", there / "srca", std::string{"/etc/x"}}) {
        auto const error = refusal(glob, "src");
        BOOST_TEST(error.find("is a whole path (see") != error.npos, error);
    }
    for (auto const& glob : {there / "src", there / "src/"}) {
        auto const error = refusal(glob, "src");
        BOOST_TEST(error.find("write '" + there / "src/**" + "' for all") != error.npos, error);
    }
    auto const here = refusal(there.path(), ".");
    BOOST_TEST(here.find("write '" + there / "**" + "' for all") != here.npos, here);
    BOOST_TEST(list(there.path(), {"-g", there / "src/**", "src"}) ==
               "src/a.c\nsrc/gen/g.c\nsrc/out/b\n");

    // The top of the project was meant.
    auto const meant = refusal("/no-such/*.c", ".");
    BOOST_TEST(meant.find("write '" + there / "no-such/*.c" + "', or 'no-such/*.c'") !=
                   meant.npos,
               meant);
    auto const also_here = refusal("/src/*.c", ".");
    BOOST_TEST(also_here.find("write '" + there / "src/*.c" + "', or 'src/*.c'") !=
                   also_here.npos,
               also_here);
}

BOOST_AUTO_TEST_SUITE_END()
