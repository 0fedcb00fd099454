#include <restat/detail/exclusion_log.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace restat::testing;
using namespace std::chrono_literals;

namespace {

using memory_tree = basic_tree_enumerator<memory_file_system>;

/// Records the findings, and the number of files in the baseline.
class listener : public observer {
public:
    void on_finding(finding const& what) noexcept override { lines.push_back(to_string(what)); }
    void on_baseline(snapshot const& seen) noexcept override { files = seen.size(); }

    std::vector<std::string> lines;
    std::size_t files = 99;
};

/// Takes a baseline by polls or in slices. Returns an observer with its reports.
listener hear(manual_clock const& clock, memory_file_system const& files,
              std::vector<std::string> roots, any_matcher which, bool sliced) {
    basic_reloader reloader{memory_tree{std::move(roots), {}, files}, std::move(which), clock,
                            callback_restart{[](change_set const&) {}}};
    listener heard;
    reloader.observe(&heard);
    for (int i = 0; i < 10'000 && !reloader.has_baseline(); ++i) {
        sliced ? static_cast<void>(reloader.poll_for(0ns)) : static_cast<void>(reloader.poll());
        clock.advance(1ms);
    }
    reloader.observe(nullptr);
    return heard;
}

} // namespace

BOOST_AUTO_TEST_SUITE(nothing_is_watched)

BOOST_AUTO_TEST_CASE(rule_that_excludes_all_files_is_reported) {
    for (bool const sliced : {false, true}) {
        manual_clock clock;
        memory_file_system files;
        files.follow(clock);
        for (char const* name : {"src/a.c", "src/b.c", "src/deep/c.c"}) files.write(name, "1");
        clock.advance(1s);
        glob_matcher const c{std::vector<std::string>{"*.c"}, {.origins = {"mine"}}};
        auto const heard = hear(clock, files, {"src"}, !c, sliced);
        BOOST_TEST(heard.files == 0U);
        BOOST_REQUIRE(heard.lines.size() == 1U);
        BOOST_TEST(heard.lines[0] == "no files are watched: 3 files are ignored by '*.c' (mine)");
    }
}

// The baseline takes several scans, and the later scans list no unchanged directory.
BOOST_AUTO_TEST_CASE(rule_is_reported_although_the_baseline_waits_for_another_file) {
    for (bool const sliced : {false, true}) {
        manual_clock clock;
        memory_file_system files;
        files.follow(clock);
        files.write("src/a.c", "1");
        clock.advance(1min);
        files.write("other/new.txt", "1");
        glob_matcher const c{std::vector<std::string>{"*.c"}, {.origins = {"mine"}}};
        auto const heard = hear(clock, files, {"other", "src"}, !c, sliced);
        BOOST_TEST(heard.files == 1U);
        BOOST_TEST(heard.lines.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(filter_without_a_match_is_reported) {
    manual_clock clock;
    memory_file_system files;
    files.follow(clock);
    files.write("src/a.c", "1");
    clock.advance(1s);
    glob_matcher const cpp{std::vector<std::string>{"*.cpp"}, {.origins = {"wanted"}}};
    auto const heard = hear(clock, files, {"src"}, cpp, false);
    BOOST_REQUIRE(heard.lines.size() == 1U);
    BOOST_TEST(heard.lines[0] == "no files are watched: 1 file matches no rule of wanted");
}

BOOST_AUTO_TEST_CASE(root_without_watched_files_is_reported) {
    manual_clock clock;
    memory_file_system files;
    files.follow(clock);
    files.write("src/a.c", "1");
    files.write("docs/b.md", "1");
    files.make_directory("docs/deep");
    clock.advance(1s);
    glob_matcher const docs{std::vector<std::string>{"*.md", "deep"}};
    auto const heard = hear(clock, files, {"src", "docs"}, !docs, false);
    BOOST_TEST(heard.files == 1U);
    BOOST_REQUIRE(heard.lines.size() == 1U);
    BOOST_TEST(heard.lines[0] == "no files are watched in 'docs': 1 file is ignored by '*.md'");
}

BOOST_AUTO_TEST_CASE(watched_or_empty_root_is_no_finding) {
    manual_clock clock;
    memory_file_system files;
    files.follow(clock);
    files.write("src/a.c", "1");
    files.write("src/a.o", "1");
    files.make_directory("empty");
    clock.advance(1s);
    glob_matcher const object{std::vector<std::string>{"*.o"}};
    BOOST_TEST(hear(clock, files, {"src"}, !object, false).lines.empty());
    auto const empty = hear(clock, files, {"empty"}, !object, false);
    BOOST_TEST(empty.lines.empty());
    BOOST_TEST(empty.files == 0U);
}

BOOST_AUTO_TEST_CASE(many_excluded_paths_are_counted_up_to_a_limit) {
    detail::exclusion_log log;
    glob_matcher const all{std::vector<std::string>{"*"}};
    auto const rules = !all;
    for (int i = 0; i < 30'000; ++i) {
        auto const name = "f" + std::to_string(i);
        log.excluded({name, 0});
    }
    auto const told = log.report(snapshot{}, rules);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(to_string(told[0]) ==
               "no files are watched: 1000 files or more are ignored by '*'");
    log.clear();
    BOOST_TEST(log.report(snapshot{}, rules).empty());
}

BOOST_AUTO_TEST_SUITE_END()
