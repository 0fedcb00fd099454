#include <restat/testing/trace_recorder.hpp>

#include <restat/basic_reloader.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>

#include <boost/test/unit_test.hpp>

using namespace restat;
using namespace std::chrono_literals;
using namespace restat::testing;

namespace {

verdict everything(candidate const&) noexcept { return verdict::none; }

struct stage {
    stage() {
        files.follow(clock);
        reloader.observe(&recorder);
    }
    ~stage() { reloader.observe(nullptr); }

    void poll_after(std::chrono::nanoseconds pause) {
        clock.advance(pause);
        reloader.poll();
    }

    manual_clock clock;
    memory_file_system files;
    recording_restart restart;
    std::vector<std::string> lines;
    trace_recorder recorder{[this](std::string_view line) { lines.emplace_back(line); }};
    basic_reloader<basic_tree_enumerator<memory_file_system>,
                   verdict (*)(candidate const&) noexcept, manual_clock, recording_restart>
        reloader{basic_tree_enumerator<memory_file_system>{"d", {}, files}, everything, clock,
                 restart};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_trace, stage)

BOOST_AUTO_TEST_CASE(records_observations_deliveries_and_their_reasons) {
    files.set_time(1s + 1ns);
    files.write("d/a");
    clock.advance(10ms);
    poll_after(0s);
    files.write("d/a", "12");
    poll_after(1s);
    poll_after(75ms);
    poll_after(1s);
    BOOST_REQUIRE(lines.size() == 8U);
    BOOST_TEST(lines[0] == R"({"restat_trace":1,"schedule":{"interval":1000000000,)"
                           R"("quiet_period":75000000,"max_wait":1000000000,)"
                           R"("empty_period":500000000,"share":0.1,"slice":0}})"
                           "\n");
    BOOST_TEST(lines[1] == R"({"n":1,"scan":{"began":3600010000000,"ended":3600010000000,)"
                           R"("there":[{"path":"d/a","type":"regular","device":1,"inode":3,)"
                           R"("size":1,"mtime":[1,1],"ctime":[1,1],"mode":420,"owner":0,)"
                           R"("group":0,"links":1}]}})"
                           "\n");
    BOOST_TEST(lines[2] == R"({"n":2,"watching":{"files":1}})"
                           "\n");
    BOOST_TEST(lines[3].starts_with(R"({"n":3,"scan":{"began":3601010000000,)"), lines[3]);
    BOOST_TEST(lines[4] == R"({"n":4,"scan":{"began":3601085000000,"ended":3601085000000}})"
                           "\n");
    BOOST_TEST(lines[5] == R"({"n":5,"delivering":{"batch":1,"at":3601085000000,"changes":[)"
                           R"({"kind":"modified","path":"d/a","fields":["ctime","mtime","size"],)"
                           R"("seen":3601010000000,"moved":3601010000000,"waited":["quiet"]}]}})"
                           "\n");
    BOOST_TEST(lines[6] == R"({"n":6,"delivered":{"at":3601085000000,"result":"restarted"}})"
                           "\n");
    BOOST_TEST(lines[7].starts_with(R"({"n":7,"scan":{)"), lines[7]);
    BOOST_TEST(recorder.is_whole());
}

BOOST_AUTO_TEST_CASE(records_unreadable_and_removed_paths) {
    files.write("d/a");
    files.write("d/e/b");
    clock.advance(10ms);
    poll_after(0s);
    files.remove("d/a");
    files.fail_at("d/e", file_call::open, std::errc::permission_denied);
    poll_after(1s);
    BOOST_REQUIRE(lines.size() == 5U);
    auto const denied = R"({"path":"d/e","operation":"open","error":{"category":"generic",)"
                        R"("value":13,"message":"Permission denied"}})";
    BOOST_TEST(
        lines[3].ends_with(R"(,"gone":["d/a"],"unread":[)" + std::string{denied} + "]}}\n"),
        lines[3]);
    BOOST_TEST(lines[4] == R"({"n":4,"found":)" + std::string{denied} + "}\n");
}

BOOST_AUTO_TEST_CASE(writes_invalid_utf_8_as_base64_in_ascii) {
    files.write("d/\xff\n");
    files.write("d/\xe2\x80\xae\x1b");
    poll_after(10ms);
    files.remove("d/\xff\n");
    poll_after(1s);
    BOOST_TEST(lines[1].find(R"("path_base64":"ZC//Cg==")") != std::string::npos, lines[1]);
    BOOST_TEST(lines[1].find(R"("path":"d/\u202e\u001b")") != std::string::npos, lines[1]);
    BOOST_TEST(lines[3].find(R"("gone":[{"path_base64":"ZC//Cg=="}])") != std::string::npos,
               lines[3]);
    for (auto const& line : lines) {
        auto const is_plain = [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); };
        BOOST_TEST(std::all_of(line.begin(), line.end(), is_plain), line);
        BOOST_TEST(line.find('\n') == line.size() - 1);
    }
}

BOOST_AUTO_TEST_CASE(ends_where_the_sink_fails) {
    std::vector<std::string> taken;
    trace_recorder failing{[&](std::string_view line) {
        if (taken.size() == 2) throw std::bad_alloc{};
        taken.emplace_back(line);
    }};
    files.write("d/a");
    clock.advance(10ms);
    reloader.observe(&failing);
    for (int i = 0; i < 3; ++i) poll_after(1s);
    BOOST_TEST(taken.size() == 2U);
    BOOST_TEST(!failing.is_whole());
}

BOOST_AUTO_TEST_SUITE_END()
