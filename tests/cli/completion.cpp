#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace {

std::string script_for(std::string const& shell) {
    auto const end = run_restat({"--completion", shell}, {});
    BOOST_TEST(end.status.code == 0, shell);
    return end.output;
}

/// Returns what bash offers for the last word of a command line.
std::string offered(temporary_directory const& in, std::string const& words) {
    std::string const script = ". ./completion; COMP_WORDS=(" + words +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
                               "compopt() { :; }; _restat; echo \"${COMPREPLY[*]}\"";
    running_program bash{{"bash", "--norc", "-c", script}, {.directory = in.path()}};
    BOOST_REQUIRE(bash.wait());
    BOOST_TEST(bash.error() == "");
    return bash.output();
}

} // namespace

BOOST_AUTO_TEST_SUITE(completion)

BOOST_AUTO_TEST_CASE(script_for_each_shell_has_every_option) {
    auto const help = run_restat({"--help"}, {}).output;
    for (std::string const shell : {"bash", "zsh", "fish"}) {
        auto const script = script_for(shell);
        std::size_t count = 0;
        for (auto at = help.find("--"); at != help.npos; at = help.find("--", at + 2)) {
            auto const line = help.rfind('\n', at) + 1;
            bool const is_option = help.compare(line, 3, "  -") == 0 && at < line + 6;
            if (!is_option) continue;
            auto const name = help.substr(at + 2, help.find_first_of(" \n", at) - at - 2);
            BOOST_TEST(script.find(name) != script.npos, shell << " lacks " << name);
            ++count;
        }
        BOOST_TEST(count > 40U);
        BOOST_TEST(script.find("manual-page") == script.npos, shell);
    }
}

BOOST_AUTO_TEST_CASE(bash_completes_options_and_their_values) {
    temporary_directory const there;
    there.write("completion", script_for("bash"));
    there.make_directory("directory");
    BOOST_TEST(offered(there, "restat --on-c") == "--on-change\n");
    BOOST_TEST(offered(there, "restat --no-g") == "--no-gitignore\n");
    BOOST_TEST(offered(there, "restat -o w") == "wait\n");
    BOOST_TEST(offered(there, "restat --strays ''") == "end leave\n");
    BOOST_TEST(offered(there, "restat --kinds a") == "added\n");
    BOOST_TEST(offered(there, "restat --events ''") == "auto off\n");
    BOOST_TEST(offered(there, "restat --chdir d") == "directory\n");
    BOOST_TEST(offered(there, "restat --interval ''") == "\n");
    BOOST_TEST(offered(there, "restat -- --on") == "\n"); // of the command
}

BOOST_AUTO_TEST_CASE(unknown_shell_is_rejected) {
    auto const end = run_restat({"--completion", "tcsh"}, {});
    BOOST_TEST(end.status.code == 2);
    BOOST_TEST(end.error.starts_with("restat: --completion 'tcsh': not one of bash, zsh, fish"));
}

BOOST_AUTO_TEST_SUITE_END()
