#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace {

struct explained {
    int status;
    std::string says; ///< without the newline

    friend bool operator==(explained const&, explained const&) = default;
    friend std::ostream& operator<<(std::ostream& to, explained const& what) {
        return to << what.status << ": " << what.says;
    }
};

/// Explains a path, and checks that the list of files agrees.
explained explain(temporary_directory const& in, std::string const& path,
                  std::vector<std::string> const& options = {}) {
    auto arguments = options;
    arguments.insert(arguments.end(), {"--explain", path});
    auto end = run_restat(arguments, {.directory = in.path()});
    BOOST_TEST(end.error == "");
    BOOST_TEST(end.output.ends_with('\n'));
    auto const told = std::filesystem::path{path}.lexically_normal().native();
    bool const is_file = std::filesystem::is_regular_file(in / told);
    if (is_file && !told.starts_with('/')) {
        arguments = options;
        arguments.insert(arguments.end(), {"--list", "-0"});
        auto const list = '\0' + run_restat(arguments, {.directory = in.path()}).output;
        bool const listed = list.find('\0' + told + '\0') != list.npos;
        BOOST_TEST(listed == (end.status.code == 0), path);
    }
    end.output.pop_back();
    return {end.status.code, end.output};
}

class some_files : public temporary_directory {
public:
    some_files() {
        for (char const* directory : {"src/gen", "build", ".git", "lib"})
            make_directory(directory);
        for (char const* file : {"src/a.cpp", "src/a.cpp~", "src/gen/g.cpp", "build/x.o",
                                 ".git/HEAD", "lib/z", "src/new\nline"}) {
            write(file, "");
        }
        std::filesystem::create_symlink("../lib", *this / "src/link");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(explain_a_path)

BOOST_AUTO_TEST_CASE(explain_names_the_deciding_rule_and_its_option) {
    some_files const there;
    struct {
        char const* path;
        std::vector<std::string> options;
        explained expected;
    } const cases[] = {
        {"src/a.cpp", {}, {0, "'src/a.cpp' is watched because no rule excludes it"}},
        {"src/a.cpp", {"-e", "hpp,cpp"}, {0, "'src/a.cpp' is watched because of '*.cpp' (-e)"}},
        {"src/a.cpp", {"-g", "src/**"}, {0, "'src/a.cpp' is watched because of 'src/**' (-g)"}},
#ifndef RESTAT_WITHOUT_PCRE2
        {"src/a.cpp", {"-r", "a.c"}, {0, "'src/a.cpp' is watched because of 'a.c' (-r)"}},
        {"src/a.cpp",
         {"-g", "*.hpp", "-r", "x"},
         {1, "'src/a.cpp' is not watched because no rule of -g or -r includes it"}},
        {"src/a.cpp", {"-x", "a.c"}, {1, "'src/a.cpp' is not watched because of 'a.c' (-x)"}},
#endif
        {"src/a.cpp", {"-i", "*.c*"}, {1, "'src/a.cpp' is not watched because of '*.c*' (-i)"}},
        {"src/a.cpp",
         {"-i", "a.cpp", "-g", "*.cpp"},
         {1, "'src/a.cpp' is not watched because of 'a.cpp' (-i)"}},
        {"src/a.cpp",
         {"src/a.cpp", "-e", "hpp"},
         {0, "'src/a.cpp' is watched because of 'src/a.cpp' (a PATH)"}},
        {"src/gen/g.cpp",
         {"-i", "gen", "-g", "*.cpp"},
         {1, "'src/gen/g.cpp' is not watched because its directory 'src/gen' is excluded by "
             "'gen' (-i)"}},
        {"src/gen/g.cpp",
         {"--ignore-dir", "gen"},
         {1, "'src/gen/g.cpp' is not watched because its directory 'src/gen' is excluded by "
             "'gen' (--ignore-dir)"}},
        {"src/a.cpp~",
         {},
         {1, "'src/a.cpp~' is not watched because of '*~' (a default, see "
             "--no-default-ignores)"}},
        {"src/a.cpp~",
         {"--no-default-ignores"},
         {0, "'src/a.cpp~' is watched because no rule excludes it"}},
        {".git/HEAD",
         {},
         {1, "'.git/HEAD' is not watched because its directory '.git' is excluded by '.git' (a "
             "default, see --no-default-ignores)"}},
        {"lib/z", {"src"}, {1, "'lib/z' is not watched because it lies outside of 'src'"}},
        {"/etc/passwd",
         {"src", "lib"},
         {1, "'/etc/passwd' is not watched because it lies outside of 'src', 'lib'"}},
    };
    for (auto const& c : cases) BOOST_TEST(explain(there, c.path, c.options) == c.expected);
}

BOOST_AUTO_TEST_CASE(explain_accepts_any_spelling_of_a_path) {
    some_files const there;
    explained const expected{0, "'src/a.cpp' is watched because no rule excludes it"};
    for (auto const& path : {std::string{"src/a.cpp"}, std::string{"./src/a.cpp"},
                             std::string{"src/gen/../a.cpp"}, there / "src/a.cpp"}) {
        BOOST_TEST(explain(there, path) == expected);
        BOOST_TEST(explain(there, path, {"./src/"}) == expected);
        BOOST_TEST(explain(there, path, {"lib", "src"}) == expected);
    }
    std::filesystem::create_directory_symlink(there.path(), there / "elsewhere");
    BOOST_TEST(explain(there, there / "elsewhere/src/a.cpp", {"src"}) == expected);
    BOOST_TEST(explain(there, "src/new\nline").says ==
               "'src/new\\nline' is watched because no rule excludes it");
}

BOOST_AUTO_TEST_CASE(missing_path_is_explained_by_the_rules) {
    some_files const there;
    BOOST_TEST(explain(there, "src/to/come.cpp", {"-e", "cpp"}) ==
               (explained{0, "'src/to/come.cpp' is watched because of '*.cpp' (-e); the path "
                             "does not exist now"}));
    BOOST_TEST(explain(there, "src/gen/no", {"-i", "gen/"}) ==
               (explained{1, "'src/gen/no' is not watched because its directory 'src/gen' is "
                             "excluded by 'gen/' (-i); the path does not exist now"}));
    BOOST_TEST(explain(there, "new/gen/", {"-i", "gen/"}) ==
               (explained{1, "'new/gen' is not watched because of 'gen/' (-i); the path does "
                             "not exist now"}));
}

BOOST_AUTO_TEST_CASE(opened_directory_is_watched) {
    some_files const there;
    BOOST_TEST(explain(there, "src").status == 0);
    BOOST_TEST(explain(there, "src", {"-e", "cpp"}).status == 0);
    BOOST_TEST(explain(there, "build", {"-i", "build"}).status == 1);
    BOOST_TEST(explain(there, "build", {"build", "-i", "build"}) ==
               (explained{0, "'build' is watched because it is a PATH"}));
    BOOST_TEST(explain(there, "build/x.cpp", {"build", "-i", "build"}).status == 0);
}

BOOST_AUTO_TEST_CASE(path_behind_a_link_is_watched_if_links_are_followed) {
    some_files const there;
    BOOST_TEST(explain(there, "src/link").status == 0); // as the link itself
    BOOST_TEST(explain(there, "src/link/z", {"src"}) ==
               (explained{1, "'src/link/z' is not watched because 'src/link' is a symbolic link "
                             "(see -L)"}));
    BOOST_TEST(explain(there, "src/link/z", {"src", "-L"}).status == 0);
}

BOOST_AUTO_TEST_CASE(unreachable_path_is_not_watched) {
    some_files const there;
    std::filesystem::permissions(there / "src/gen", std::filesystem::perms::none);
    auto const end = run_restat({"--explain", "src/gen/g.cpp"},
                                {.directory = there.path(), .prepare = obey_permissions});
    std::filesystem::permissions(there / "src/gen", std::filesystem::perms::owner_all);
    BOOST_TEST(end.status.code == 1);
    BOOST_TEST(end.output ==
               "'src/gen/g.cpp' is not watched because restat cannot open 'src/gen': "
               "Permission denied\n");
}

BOOST_AUTO_TEST_CASE(path_in_nested_roots_is_watched_by_either) {
    some_files const there;
    there.make_directory("build/gen");
    there.write("build/gen/a.h", "");
    for (std::vector<std::string> const& paths : {std::vector<std::string>{".", "build/gen"},
                                                  {"build/gen", "."},
                                                  {"./", "./build/gen"}}) {
        std::vector<std::string> options{"-i", "build"};
        options.insert(options.end(), paths.begin(), paths.end());
        BOOST_TEST(explain(there, "build/gen/a.h", options) ==
                   (explained{0, "'build/gen/a.h' is watched because no rule excludes it"}));
        BOOST_TEST(explain(there, "build/x.o", options).status == 1);
    }
}

BOOST_AUTO_TEST_CASE(dot_with_slashes_is_the_current_directory) {
    some_files const there;
    there.write(".ignore", "z\n");
    BOOST_TEST(explain(there, "lib/z", {"./"}) ==
               (explained{1, "'lib/z' is not watched because of 'z' (.ignore:1)"}));
    BOOST_TEST(explain(there, "src/a.cpp", {"-g", "./src/a.cpp", ".//"}).status == 0);
#ifndef RESTAT_WITHOUT_PCRE2
    BOOST_TEST(explain(there, "src/a.cpp", {"-r", "^src", "./"}).status == 0);
    BOOST_TEST(explain(there, "src/a.cpp", {"-x", "^src", "././"}) ==
               (explained{1, "'src/a.cpp' is not watched because its directory 'src' is excluded "
                             "by '^src' (-x)"}));
#endif
}

BOOST_AUTO_TEST_CASE(no_command_is_started) {
    some_files const there;
    auto const end =
        run_restat({"--explain", "lib/z", "--", "touch", "started"}, {.directory = there.path()});
    BOOST_TEST(end.status.code == 0);
    BOOST_TEST(!std::filesystem::exists(there / "started"));
}

BOOST_AUTO_TEST_SUITE_END()
