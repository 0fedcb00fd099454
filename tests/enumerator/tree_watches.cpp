#include "enumerator/tree_watches.hpp"

#include "enumerator/scanning.hpp"

#include <restat/testing/conformance.hpp>

#include <algorithm>
#include <functional>
#include <random>

// Trees with events. Each test asks for the hints after a scan or after an edit.
using namespace restat;
using namespace scanning;
using testing::file_call;
using testing::memory_file_system;

namespace {

using walk_in_memory = basic_tree_enumerator<memory_file_system>;

tree_options with_events(tree_options how = {}) {
    how.events = event_use::automatic;
    how.threads = 1;
    return how;
}

std::string told(hint_list const& hints) {
    std::string text;
    for (auto const& path : hints.files()) text += "check " + path + "; ";
    for (auto const& path : hints.directories()) text += "list " + path + "; ";
    return text + (hints.is_lost() ? "lost; " : "");
}

struct watched_tree {
    explicit watched_tree(tree_options how = {}, std::vector<std::string> roots = {"t"})
        : walk{std::move(roots), with_events(how), files} {
        for (auto const* path : {"t/a/x", "t/b/x", "t/b/in/x", "t/ignored/x"}) files.write(path);
        files.advance(std::chrono::seconds{1});
    }

    void scan(std::vector<std::string> scope = {}) {
        update.begin(known);
        if (!scope.empty()) update.limit_to(std::move(scope));
        std::error_code error;
        walk.refresh(rules, update, error);
        BOOST_TEST_REQUIRE(!error);
        has_led_out = update.delta().led_out;
        update.apply(known);
    }
    std::string hints() {
        hint_list into;
        walk.take_hints(known, into);
        return told(into);
    }
    /// Scans the hinted places alone, unless these do not suffice.
    void follow_hints() {
        hint_list into;
        walk.take_hints(known, into);
        std::vector<std::string> scope{into.directories().begin(), into.directories().end()};
        for (auto const& path : into.files()) scope.push_back(path.substr(0, path.rfind('/')));
        if (into.is_lost()) return scan();
        if (!scope.empty()) scan(std::move(scope));
        if (has_led_out) scan();
    }
    std::string left() {
        auto const before = known;
        scan();
        return listed(diff(before, known));
    }

    memory_file_system files;
    without rules{"ignored"};
    walk_in_memory walk;
    snapshot_update update;
    snapshot known;
    bool has_led_out = false;
};

} // namespace

BOOST_AUTO_TEST_SUITE(a_tree_with_events)

BOOST_FIXTURE_TEST_CASE(each_visited_directory_is_watched_once, watched_tree) {
    scan();
    BOOST_TEST(files.watched() == 4U); // t, t/a, t/b, t/b/in
    BOOST_TEST(files.calls(file_call::add) == 4U);
    scan();
    scan({"t/b"});
    BOOST_TEST(files.calls(file_call::add) == 4U);
    BOOST_TEST(hints() == "");
    event_coverage const expected{.directories = 4, .watched = 4, .checked = 1};
    BOOST_TEST((walk.coverage() == expected));
}

BOOST_AUTO_TEST_CASE(tree_without_events_watches_nothing) {
    watched_tree t;
    tree_options how = with_events();
    how.events = event_use::off;
    walk_in_memory walk{"t", how, t.files};
    auto const known = scanning::scan(walk, {}, everything{});
    bring_up_to_date(walk, t.known);
    t.files.write("t/a/x", "2");
    hint_list into;
    walk.take_hints(t.known, into);
    BOOST_TEST(into.empty());
    BOOST_TEST(walk.hint_descriptor() == -1);
    BOOST_TEST(walk.coverage().watched == 0U);
    BOOST_TEST(t.files.calls(file_call::open_watches) == 0U);
    BOOST_TEST(t.files.calls(file_call::add) == 0U);
}

BOOST_FIXTURE_TEST_CASE(event_names_the_file_or_the_directory, watched_tree) {
    scan();
    files.write("t/a/x", "2");
    BOOST_TEST(hints() == "check t/a/x; ");
    BOOST_TEST(hints() == "");
    files.write("t/b/in/new");
    BOOST_TEST(hints() == "list t/b/in; ");
    files.remove("t/b/in/x");
    BOOST_TEST(hints() == "list t/b/in; ");
    files.remove("t/b/in");
    BOOST_TEST(hints().find("list t/b; ") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(lost_events_are_hints_about_everything, watched_tree) {
    scan();
    files.set_watch_faults({.losses = 1});
    BOOST_TEST(hints() == "lost; ");
    BOOST_TEST(walk.coverage().watched == 0U);
    scan();
    BOOST_TEST(hints() == "");
    BOOST_TEST(walk.coverage().watched == 4U);
}

BOOST_FIXTURE_TEST_CASE(excluded_name_is_no_hint, watched_tree) {
    scan();
    files.write("t/a/ignored", "1");
    files.write("t/a/ignored", "2");
    files.write("t/ignored/new");
    BOOST_TEST(hints() == "");
}

BOOST_FIXTURE_TEST_CASE(hint_of_a_renamed_directory_has_its_new_path, watched_tree) {
    scan();
    files.rename("t/a", "t/c");
    files.rename("t/b", "t/a");
    files.rename("t/c", "t/b");
    scan();
    hints();
    files.write("t/a/x", "2");
    BOOST_TEST(hints() == "check t/a/x; ");
    files.write("t/b/x", "2");
    BOOST_TEST(hints() == "check t/b/x; ");
}

BOOST_FIXTURE_TEST_CASE(directory_that_moved_out_is_forgotten_after_the_scan, watched_tree) {
    scan();
    files.rename("t/b", "outside");
    scan();
    files.write("outside/x", "2");
    scan();
    scan();
    BOOST_TEST(hints().find("outside") == std::string::npos);
    BOOST_TEST(files.watched() == 2U); // t, t/a
}

BOOST_FIXTURE_TEST_CASE(hint_of_an_unknown_directory_waits_for_the_next_scan, watched_tree) {
    scan();
    files.write("t/new/x");
    update.begin(known);
    std::error_code error;
    walk.refresh(rules, update, error);
    hints();
    files.write("t/new/x", "2");
    BOOST_TEST(hints() == "");
    update.apply(known);
    BOOST_TEST(hints() == "list t/new; ");
}

BOOST_FIXTURE_TEST_CASE(hint_without_any_directory_is_dropped_after_two_scans, watched_tree) {
    scan();
    files.report({.directory = {9, 9}, .name = "x", .kind = watch_event::names});
    for (int i = 0; i < 4; ++i) {
        BOOST_TEST(hints() == "");
        scan();
    }
}

BOOST_FIXTURE_TEST_CASE(root_is_checked_without_an_event, watched_tree) {
    scan();
    hints();
    auto const check = [&] {
        hint_list into;
        restat::check_unwatched(walk, matcher_ref{rules}, known, into);
        return into;
    };
    BOOST_TEST(check().empty());
    files.rename("t", "old");
    files.write("t/x");
    BOOST_TEST(check().is_lost());
    BOOST_TEST(check().empty());
}

BOOST_AUTO_TEST_CASE(refused_directory_is_scanned_and_counted) {
    for (std::size_t k = 1; k <= 4; ++k) {
        watched_tree t;
        t.files.fail(file_call::add, std::errc::no_space_on_device, k);
        t.scan();
        BOOST_TEST(t.known.size() == 3U);
        t.hints();
        event_coverage const expected{.directories = 4,
                                      .watched = 3,
                                      .checked = 1,
                                      .refused = 1,
                                      .why = std::make_error_code(std::errc::no_space_on_device)};
        BOOST_TEST((t.walk.coverage() == expected), "at " << k);
        t.scan(); // tries again
        t.hints();
        BOOST_TEST(t.walk.coverage().watched == 4U, "at " << k);
    }
}

BOOST_AUTO_TEST_CASE(missing_queue_leaves_all_to_the_scans) {
    watched_tree t;
    t.files.fail(file_call::open_watches, std::errc::too_many_files_open);
    t.scan();
    BOOST_TEST(t.known.size() == 3U);
    BOOST_TEST(t.walk.hint_descriptor() == -1);
    BOOST_TEST(t.hints() == "");
    event_coverage const expected{.directories = 4,
                                  .refused = 4,
                                  .why = std::make_error_code(std::errc::too_many_files_open)};
    BOOST_TEST((t.walk.coverage() == expected));
    BOOST_TEST(t.files.calls(file_call::add) == 0U);
}

BOOST_AUTO_TEST_CASE(other_file_system_left_out_is_not_watched) {
    watched_tree t{{.mounts = tree_options::file_systems::stay}};
    t.files.mount("t/b", 77);
    t.scan();
    BOOST_TEST(t.files.watched() == 2U); // t, t/a
}

BOOST_AUTO_TEST_CASE(events_of_a_server_are_counted_apart) {
    watched_tree t;
    t.files.mount("t/b/in", 77);
    t.files.trust_events(77, watch_trust::some);
    t.scan();
    t.hints();
    BOOST_TEST(t.walk.coverage().watched == 3U);
    BOOST_TEST(t.walk.coverage().partly == 1U);
}

// An edit at any moment of a scan is either in the result or in a hint.
BOOST_AUTO_TEST_CASE(no_edit_falls_between_the_watch_and_the_scan) {
    std::vector<std::function<void(memory_file_system const&)>> const edits{
        [](auto const& files) { files.write("t/b/new"); },
        [](auto const& files) { files.write("t/b/in/x", "other"); },
        [](auto const& files) { files.remove("t/b/in"); },
        [](auto const& files) { files.rename("t/b/in", "t/a/in"); },
    };
    std::size_t hinted = 0;
    for (bool const is_first : {true, false}) {
        for (auto const call :
             {file_call::open, file_call::add, file_call::stat, file_call::list}) {
            for (std::size_t nth = 1; nth <= 12; ++nth) {
                for (auto const& edit : edits) {
                    watched_tree t;
                    if (!is_first) { // a scan that watches nothing
                        t.files.fail(file_call::add, std::errc::no_space_on_device, 1, 4);
                        t.scan();
                    }
                    t.files.before(call, nth, [&] { edit(t.files); });
                    t.scan();
                    t.files.heal();
                    t.files.advance(std::chrono::seconds{1});
                    auto const before = t.known;
                    t.follow_hints();
                    hinted += diff(before, t.known).empty() ? 0 : 1;
                    BOOST_TEST_REQUIRE(t.left() == "", to_string(call) << " " << nth);
                }
            }
        }
    }
    BOOST_TEST(hinted > 20U);
}

BOOST_FIXTURE_TEST_CASE(tree_with_events_fulfills_its_concept, watched_tree) {
    auto const wrong = testing::check_hints(
        walk, {[&] { files.write("t/a/x", "2"); }, [&] { files.write("t/b/new/in/x"); },
               [&] { files.remove("t/b/in"); }, [&] { files.rename("t/a", "t/c"); }});
    for (auto const& sentence : wrong) BOOST_ERROR(sentence);
    BOOST_TEST(wrong.empty());
}

BOOST_FIXTURE_TEST_CASE(hints_find_each_edit_of_a_random_tree, watched_tree) {
    std::mt19937 dice{17};
    auto const pick = [&](std::size_t n) { return dice() % n; };
    auto const random_path = [&] {
        std::string path = "t/";
        for (auto depth = pick(4); depth > 0; --depth) path += "ab"[pick(2)] + std::string{"/"};
        return path + "abxy"[pick(4)];
    };
    scan();
    for (int i = 0; i < 2000; ++i) {
        for (auto n = 1 + pick(3); n > 0; --n) {
            auto const path = random_path();
            auto const other = random_path();
            bool const is_above = (path + "/").starts_with(other + "/");
            try {
                switch (pick(4)) {
                case 0: files.remove(path); break;
                case 1:
                    if (!is_above) files.rename(path, other);
                    break;
                default:
                    if (files.record(path).type != file_type::directory)
                        files.write(path, std::to_string(i));
                }
            } catch (reload_error const&) {
                // A file occupies the name of a directory, or nothing is at the path.
            }
        }
        files.advance(std::chrono::milliseconds{pick(10)});
        follow_hints();
        follow_hints(); // of directories that this scan did not know before
        BOOST_TEST_REQUIRE(left() == "", "after " << i);
    }
}

BOOST_AUTO_TEST_SUITE_END()
