// The lines of restat itself: to a pipe, as the manual has them, and on a terminal.

#include "pseudo_terminal.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <regex>

namespace {

/// Returns the lines of restat on the screen, without colors, with TIME for each time and duration.
std::string lines_of(std::string const& screen) {
    static std::regex const colors{"\x1b\\[[0-9]*m"};
    static std::regex const times{"[0-9]{2}:[0-9]{2}:[0-9]{2}"};
    auto text = std::regex_replace(std::regex_replace(screen, colors, ""), times, "TIME");
    std::erase(text, '\r');
    return without_durations(text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(lines_about_runs)

BOOST_AUTO_TEST_CASE(lines_to_a_pipe_have_a_stable_form) {
    temporary_directory const there;
    for (char const* file : {"a", "b", "c", "d", "e"}) there.write(file, "");
    running_program restat{restat_with({"-n", "50ms", "--quiet-period", "500ms", "--", "sh", "-c",
                                        "[ $RESTAT_GENERATION != 2 ] || kill $$; "
                                        "[ $RESTAT_GENERATION != 3 ] || exit 7"}),
                           {.directory = there.path()}};
    std::string all = "restat: the command exited after TIME; waiting for a change\n";
    auto const prints = [&] {
        return restat.wait_for([&] { return without_durations(restat.error()) == all; });
    };
    BOOST_TEST(prints(), restat.error());
    there.write("a", "1");
    all += "restat: modified a; restarting\n"
           "restat: the command was terminated by SIGTERM after TIME; waiting for a change\n";
    BOOST_TEST(prints(), restat.error());
    for (char const* file : {"b", "c", "d", "e"}) there.write(file, "1");
    all += "restat: modified b, c, d and 1 more; restarting\n"
           "restat: the command exited with status 7 after TIME; waiting for a change\n";
    BOOST_TEST(prints(), restat.error());
    there.write("f", "1");
    there.remove("a");
    all += "restat: removed a, added f; restarting\n"
           "restat: the command exited after TIME; waiting for a change\n";
    BOOST_TEST(prints(), restat.error());
}

BOOST_AUTO_TEST_CASE(lines_on_a_terminal_have_the_time_and_colors_by_meaning) {
    temporary_directory const there;
    there.write("a", "");
    terminal screen;
    running_program restat{
        restat_with({"-n", "50ms", "--", "sh", "-c", "exit $((RESTAT_GENERATION - 1))"}),
        at(screen, there)};
    BOOST_REQUIRE(screen.shows("waiting for a change\r\n"));
    there.write("a", "1");
    BOOST_REQUIRE(screen.shows("with status 1 "));
    BOOST_REQUIRE(screen.shows("change\r\n"));
    BOOST_TEST(
        lines_of(screen.screen())
            .starts_with("restat: TIME watching 1 file in .\n"
                         "restat: TIME the command exited after TIME; waiting for a change\n"
                         "restat: TIME modified a; restarting\n"
                         "restat: TIME the command exited with status 1 after TIME"),
        screen.screen());
    std::regex const colored{"\x1b\\[36mrestat: ..:..:..\x1b\\[m watching [^]*"
                             "\x1b\\[32mrestat: ..:..:..\x1b\\[m the command exited after[^]*"
                             "\x1b\\[36mrestat: ..:..:..\x1b\\[m modified a[^]*"
                             "\x1b\\[31mrestat: ..:..:..\x1b\\[m the command exited with[^]*"};
    BOOST_TEST(std::regex_match(screen.screen(), colored), screen.screen());
}

BOOST_AUTO_TEST_CASE(changes_on_a_narrow_terminal_fit_into_a_row) {
    temporary_directory const there;
    std::string const names[] = {"some-name-1", "some-name-2", "some-name-3"};
    for (auto const& name : names) there.write(name, "");
    terminal screen;
    screen.set_columns(60);
    running_program restat{restat_with({"-n", "50ms", "--quiet-period", "500ms", "--", "true"}),
                           at(screen, there, false)};
    BOOST_REQUIRE(screen.shows("waiting for a change\r\n"));
    for (auto const& name : names) there.write(name, "1");
    BOOST_TEST(screen.shows(" modified some-name-1 and 2 more; restarting\r\n"), screen.screen());
}

BOOST_AUTO_TEST_SUITE_END()
