#include "cli/progress.hpp"

#include "pseudo_terminal.hpp"

#include <restat/matcher/name_matcher.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace restat::cli;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(progress)

BOOST_AUTO_TEST_CASE(text_has_count_rate_and_directory) {
    scan_state now{91000, 2s, "src/lib"};
    BOOST_TEST(progress_text(now, 0) ==
               "restat: scanning: 91000 paths, 45500 per second, in src/lib");
    now.directory.clear();
    BOOST_TEST(progress_text(now, 0) == "restat: scanning: 91000 paths, 45500 per second");
    now.directory = "a\nb";
    BOOST_TEST(progress_text(now, 0) ==
               "restat: scanning: 91000 paths, 45500 per second, in a\\nb");
}

BOOST_AUTO_TEST_CASE(directory_is_shortened_to_the_row_of_the_terminal) {
    std::string const start = "restat: scanning: 91000 paths, 45500 per second";
    scan_state const now{91000, 2s, "src/some/longer/name"};
    for (std::size_t columns = 1; columns < 100; ++columns) {
        auto const text = progress_text(now, columns);
        BOOST_TEST(text.starts_with(start));
        BOOST_TEST((text == start || text.size() < columns), columns << " " << text);
    }
    BOOST_TEST(progress_text(now, 68) == start + ", in .../longer/name");
    BOOST_TEST(progress_text(now, 67) == start + ", in .../name");
    BOOST_TEST(progress_text(now, 58) == start);
}

BOOST_AUTO_TEST_CASE(long_scan_shows_its_progress_on_a_terminal_and_removes_the_line) {
    terminal screen;
    int const descriptor = screen.open_slave();
    counting_matcher const matcher{restat::name_matcher{{.files = {"x"}}}};
    std::optional<scan_progress> shown{std::in_place, matcher, descriptor};
    auto const end = std::chrono::steady_clock::now() + running_program::patience;
    auto const scan = [&] { matcher({"src/lib", 0, restat::file_type::directory}); };
    while (screen.screen().find("in src/lib") == std::string::npos) {
        BOOST_REQUIRE(std::chrono::steady_clock::now() < end);
        scan();
        screen.refresh(10);
    }
    BOOST_TEST(screen.screen().starts_with("\r\x1b[Krestat: scanning: "), screen.screen());
    shown.reset();
    while (!screen.screen().ends_with("\r\x1b[K")) {
        BOOST_REQUIRE(std::chrono::steady_clock::now() < end);
        screen.refresh(10);
    }
    ::close(descriptor);
}

BOOST_AUTO_TEST_SUITE_END()
