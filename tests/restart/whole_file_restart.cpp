#include <restat/restart/whole_file_restart.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace restat;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

std::string this_program() {
    std::ifstream file{"/proc/self/exe", std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

struct ears : observer {
    std::vector<finding> heard;
    void on_finding(finding const& what) noexcept override { heard.push_back(what); }
};

struct fixture {
    // Returns a change of this age.
    change changed(std::string const& name, nanoseconds ago = 0ms) const {
        change what{.path = tree / name};
        what.after.type =
            std::filesystem::exists(what.path) ? file_type::regular : file_type::none;
        if (what.after.type == file_type::none)
            what.kind = change_kind::removed;
        else
            what.after.size = std::filesystem::file_size(what.path);
        what.history.last_changed = time_point{1h};
        what.history.delivered = what.history.last_changed + ago;
        return what;
    }
    restart_result restart(std::vector<change> changes) {
        return strategy.restart(change_set{std::move(changes)}, error);
    }
    std::size_t count_of_last() const { return strategy.then().seen().back().size(); }

    testing::temp_tree tree;
    ears listener;
    std::error_code error;
    whole_file_restart<testing::recording_restart> strategy{
        testing::recording_restart{}, {.limit = 10s, .report_to = &listener}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(whole_file_restarts, fixture)

BOOST_AUTO_TEST_CASE(incomplete_module_is_refused_until_complete) {
    auto const all = this_program();
    tree.write("game.so", all.substr(0, all.size() / 2));
    tree.write("notes", "text");
    BOOST_TEST((restart({changed("game.so"), changed("notes")}) == restart_result::refused));
    BOOST_TEST((error == errc::incomplete));
    BOOST_TEST(strategy.then().seen().empty());
    tree.write("game.so", all);
    BOOST_TEST((restart({changed("game.so"), changed("notes")}) == restart_result::restarted));
    BOOST_TEST(count_of_last() == 2U);
}

BOOST_AUTO_TEST_CASE(an_empty_module_is_waited_for_and_an_empty_text_is_not) {
    tree.write("game.so.1", "");
    BOOST_TEST((restart({changed("game.so.1")}) == restart_result::refused));
    tree.write("notes", "");
    BOOST_TEST((restart({changed("notes"), changed("gone")}) == restart_result::restarted));
    BOOST_TEST(count_of_last() == 2U);
}

BOOST_AUTO_TEST_CASE(unreadable_file_is_forwarded_after_the_limit) {
    tree.write("file", "text");
    auto what = changed("file");
    std::filesystem::remove(what.path);
    std::filesystem::create_symlink("file",
                                    what.path); // leads to itself: unreadable, also by root
    BOOST_TEST((restart({what}) == restart_result::refused));
    what.history.delivered += 10s;
    BOOST_TEST((restart({what}) == restart_result::restarted));
    BOOST_TEST(count_of_last() == 1U);
}

BOOST_AUTO_TEST_CASE(relative_module_is_judged_after_a_change_of_directory) {
    auto const before = std::filesystem::current_path();
    std::filesystem::current_path(tree.path());
    whole_file_restart<testing::recording_restart> made{testing::recording_restart{}};
    std::filesystem::current_path(before);
    tree.write("game.so", this_program().substr(0, 1000));
    auto what = changed("game.so");
    what.path = "game.so";
    BOOST_TEST((made.restart(change_set{{what}}, error) == restart_result::refused));
    BOOST_TEST((error == errc::incomplete));
}

BOOST_AUTO_TEST_CASE(incomplete_module_delays_other_changes_up_to_the_limit) {
    tree.write("game.so", this_program().substr(0, 1000));
    tree.write("notes", "text");
    BOOST_TEST((restart({changed("game.so", 9s), changed("notes")}) == restart_result::refused));
    BOOST_TEST(listener.heard.empty());
    BOOST_TEST(
        (restart({changed("game.so", 10s), changed("notes")}) == restart_result::restarted));
    BOOST_TEST(count_of_last() == 1U);
    BOOST_TEST_REQUIRE(listener.heard.size() == 1U);
    BOOST_TEST(listener.heard[0].path == tree / "game.so");
    BOOST_TEST((listener.heard[0].error == errc::incomplete));
    BOOST_TEST((restart({changed("game.so", 10s)}) == restart_result::declined));
    BOOST_TEST(!error); // only a refusal has a reason
    BOOST_TEST(listener.heard.size() == 2U);
}

// Writes like a linker with a large output: in four parts, with a quiet time after each.
BOOST_AUTO_TEST_CASE(module_written_for_seconds_is_delivered_once_and_complete) {
    auto const all = this_program();
    auto const path = tree / "game.so";
    tree.write("game.so", all);
    int told = 0;
    std::size_t size = 0;
    testing::manual_clock clock;
    auto const load = [&](change_set const&) {
        ++told;
        size = std::filesystem::file_size(path);
    };
    basic_reloader reloader{list_enumerator{path},
                            [](candidate const&) noexcept { return verdict::none; }, clock,
                            whole_file_restart{callback_restart{load}}};
    while (reloader.poll().state == poll_state::starting) clock.advance(10ms);
    tree.write("game.so", "");
    for (std::size_t part = 0; part < 4; ++part) {
        auto const begin = part * all.size() / 4;
        tree.append("game.so", all.substr(begin, (part + 1) * all.size() / 4 - begin));
        for (int i = 0; i < 40;) {
            reloader.poll();
            if (has(reloader.watch_state_of(path).waits_for, awaited::final_record))
                continue; // a real tick
            clock.advance(10ms);
            ++i;
        }
        if (part == 2) {
            auto const stands = reloader.watch_state_of(path);
            BOOST_TEST((stands.is == watch_state::state::pending));
            BOOST_TEST((stands.refusal == errc::incomplete));
            BOOST_TEST(to_string(stands).find("the file is incomplete") != std::string::npos);
        }
        if (part < 3) BOOST_TEST(told == 0);
    }
    BOOST_TEST(told == 1);
    BOOST_TEST(size == all.size());
}

BOOST_AUTO_TEST_SUITE_END()
