#include <restat/testing/replay_trace.hpp>

#include "support/late_successor.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/testing/recording_restart.hpp>
#include <restat/testing/temp_tree.hpp>
#include <restat/testing/trace_recorder.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <random>
#include <stdexcept>

using namespace restat;
using namespace std::chrono_literals;
using namespace restat::testing;

namespace {

verdict everything(candidate const&) noexcept { return verdict::none; }

struct own_category : std::error_category {
    char const* name() const noexcept override { return "own"; }
    std::string message(int) const override { return "of this program alone"; }
} const own;

// Random results of an enumerator: links, incidental files, changing rules, errors.
class random_files {
public:
    random_files(std::shared_ptr<std::mt19937> dice, manual_clock clock)
        : dice_{std::move(dice)}, clock_{std::move(clock)} {}

    void enumerate(matcher_ref, snapshot_builder& into, std::error_code& error) {
        error.clear();
        while (one_in(2)) change();
        for (auto const& [path, known] : known_) {
            into.add(entry{path, known.record, known.link, known.incidental});
        }
        if (one_in(4)) into.add_error(path(), std::make_error_code(std::errc::io_error), "list");
        if (one_in(8)) into.add_error(path(), {7, own}, "look");
        if (one_in(8)) into.add_error(path(), {2, std::generic_category()}, "find");
        if (one_in(6)) into.reveal(path());
        if (one_in(6)) into.hide(path());
        clock_.advance(std::chrono::microseconds{below(30'000)});
    }

private:
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>((*dice_)() % n); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }
    std::string path() {
        static constexpr char const* names[] = {"a", "a/b", "a/b/c", "b", "\xff\n", "b/\"\\"};
        return names[below(std::size(names))];
    }
    stat_record record(file_type type) {
        return {.device = 1,
                .inode = below(3) + (std::uint64_t{1} << 63),
                .size = below(2),
                .mtime = {-5, below(2)},
                .ctime = {9, 999'999'999},
                .links = 1 + below(2),
                .type = type,
                .final = !one_in(4)};
    }
    void change() {
        auto const at = path();
        if (one_in(3)) {
            known_.erase(at);
        } else {
            known_[at] = {{}, record(file_type::regular), {}, one_in(4)};
            if (one_in(3)) known_[at].link = record(file_type::symlink);
        }
    }

    std::shared_ptr<std::mt19937> dice_;
    manual_clock clock_;
    std::map<std::string, entry> known_;
};

struct random_answers {
    std::shared_ptr<std::mt19937> dice;
    manual_clock clock;

    restart_result restart(change_set const&, std::error_code& error) {
        clock.advance(std::chrono::milliseconds{(*dice)() % 200});
        switch ((*dice)() % 6) {
        case 0: throw std::runtime_error{"no"};
        case 1: error = {7, own}; return restart_result::refused;
        case 2: error = {26, std::system_category()}; return restart_result::refused;
        case 3: return restart_result::declined;
        default: return restart_result::restarted;
        }
    }
};

// Returns the trace of a reloader with random files, errors, answers and times.
std::string random_trace(unsigned seed, int polls = 60) {
    auto const dice = std::make_shared<std::mt19937>(seed);
    manual_clock const clock;
    std::string trace;
    trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    basic_reloader reloader{random_files{dice, clock}, &everything, clock,
                            random_answers{dice, clock},
                            schedule{.quiet_period = 50ms, .max_wait = 300ms}};
    reloader.observe(&recorder);
    for (int i = 0; i < polls; ++i) {
        clock.advance(std::chrono::milliseconds{(*dice)() % 100});
        try {
            reloader.poll();
        } catch (std::runtime_error const&) {
        }
    }
    BOOST_TEST(recorder.is_whole());
    return trace;
}

std::vector<std::string> lines_of(std::string_view trace) {
    std::vector<std::string> lines;
    for (; !trace.empty(); trace.remove_prefix(trace.find('\n') + 1)) {
        lines.emplace_back(trace.substr(0, trace.find('\n') + 1));
    }
    return lines;
}

std::string joined(std::vector<std::string> const& lines) {
    std::string trace;
    for (auto const& line : lines) trace += line;
    return trace;
}

// Renumbers the lines, as if to hide missing lines.
std::string renumbered(std::vector<std::string> lines) {
    for (std::size_t i = 1; i < lines.size(); ++i) {
        lines[i].replace(5, lines[i].find(',') - 5, std::to_string(i));
    }
    return joined(lines);
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// Returns a trace with a single delivery of two files.
std::string small_trace() {
    std::map<std::string, stat_record> files{{"a", {.size = 1, .type = file_type::regular}}};
    struct told_files {
        std::map<std::string, stat_record>* of;
        void enumerate(matcher_ref, snapshot_builder& into, std::error_code&) {
            for (auto const& [path, record] : *of) into.add(path, record);
        }
    };
    manual_clock const clock;
    std::string trace;
    trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    basic_reloader reloader{told_files{&files}, &everything, clock, recording_restart{}};
    reloader.observe(&recorder);
    reloader.poll();
    files = {{"a", {.size = 2, .type = file_type::regular}},
             {"b", {.size = 3, .type = file_type::regular}}};
    for (int i = 0; i < 7; ++i) {
        clock.advance(40ms);
        reloader.poll();
    }
    return trace;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    auto const at = text.find(what);
    BOOST_REQUIRE(at != text.npos);
    return text.replace(at, what.size(), with);
}

std::string difference_of(std::string const& trace) { return replay_trace(trace).difference; }

} // namespace

BOOST_AUTO_TEST_SUITE(a_replay)

BOOST_AUTO_TEST_CASE(repeats_the_recorded_deliveries) {
    auto const again = replay_trace(small_trace());
    BOOST_TEST(again.difference == "");
    BOOST_TEST(again.scans == 8U);
    BOOST_REQUIRE(again.deliveries.size() == 1U);
    auto const& changes = again.deliveries[0];
    BOOST_REQUIRE(changes.size() == 2U);
    BOOST_TEST(changes[0].path == "a");
    BOOST_TEST((changes[0].changed == fields::size));
    BOOST_TEST(changes[1].path == "b");
    BOOST_TEST((changes[1].history.delivered - changes[1].history.first_seen == 80ms));
}

BOOST_AUTO_TEST_CASE(makes_the_same_decisions_for_random_files_and_answers) {
    std::size_t deliveries = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        auto const again = replay_trace(random_trace(seed));
        BOOST_TEST(again.difference == "", "seed " << seed << ": " << again.difference);
        BOOST_TEST(again.scans == 60U);
        deliveries += again.deliveries.size();
    }
    BOOST_TEST(deliveries > 300U);
}

BOOST_AUTO_TEST_CASE(makes_the_same_decisions_for_a_real_tree_and_clock) {
    temp_tree const tree;
    for (auto const* name : {"a", "d/b", "d/e/c"}) tree.write(name);
    std::string trace;
    trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    recording_restart told;
    sleep_clock clock;
    basic_reloader reloader{tree_enumerator{{tree.path(), tree / "missing"}}, &everything, clock,
                            told, schedule{.quiet_period = 10ms, .max_wait = 40ms}};
    reloader.observe(&recorder);
    reloader.baseline();
    for (int i = 0; i < 40; ++i) {
        if (i % 9 == 0) tree.write("d/b", std::to_string(i));
        if (i % 13 == 0) tree.rename("a", "d/a");
        if (i % 13 == 7) tree.rename("d/a", "a");
        if (i % 20 == 19) tree.write("missing");
        clock.wait_until(clock.now() + 5ms, {});
        reloader.poll();
    }
    auto const again = replay_trace(trace);
    BOOST_TEST(again.difference == "");
    BOOST_TEST(again.deliveries.size() == told.seen().size());
    BOOST_TEST(!told.seen().empty());
}

// The enumerator alone knows which of these paths are roots.
BOOST_AUTO_TEST_CASE(makes_the_same_decisions_for_roots_below_an_unreadable_directory) {
    manual_clock const clock;
    memory_file_system files;
    files.follow(clock);
    for (auto const* name : {"t/a/b/f", "t/a/g", "t/a/h"}) files.write(name);
    std::string trace;
    trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    recording_restart told;
    basic_reloader reloader{
        basic_tree_enumerator<memory_file_system>{{"t/a/b", "t/a/g", "t"}, {}, files},
        &everything, clock, told};
    reloader.observe(&recorder);
    auto const settle = [&] {
        for (int i = 0; i < 12; ++i) {
            reloader.poll();
            clock.advance(40ms);
        }
    };
    settle();
    files.fail_at("t/a", file_call::open, std::errc::permission_denied);
    for (auto const* name : {"t/a/b/f", "t/a/g"}) {
        files.write(name, "22");
        settle();
        BOOST_TEST(told.seen().size() == (name == std::string_view{"t/a/g"} ? 2U : 1U));
    }
    auto const again = replay_trace(trace);
    BOOST_TEST(again.difference == "");
    BOOST_TEST(again.deliveries.size() == 2U);
}

// The list keeps the file in view when the rules hide its directory.
BOOST_AUTO_TEST_CASE(makes_the_same_decisions_for_a_listed_file_in_a_hidden_directory) {
    struct listed_file {
        int* scans;
        void enumerate(matcher_ref, snapshot_builder& into, std::error_code&) {
            int const scan = ++*scans;
            stat_record const record{.size = scan < 3 ? 1U : 2U, .type = file_type::regular};
            into.add(entry{"d/a", record, {}, true});
            if (scan <= 4) into.add("d/a", record); // in the tree, too
            if (scan == 4) into.hide("d");
        }
    };
    int scans = 0;
    manual_clock const clock;
    std::string trace;
    trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    basic_reloader reloader{listed_file{&scans}, &everything, clock, recording_restart{}};
    reloader.observe(&recorder);
    for (int i = 0; i < 12; ++i) {
        reloader.poll();
        clock.advance(40ms);
    }
    BOOST_TEST(has(trace, R"("hidden":["d"],"steady":["d/a"])"));
    auto const again = replay_trace(trace);
    BOOST_TEST(again.difference == "");
    BOOST_TEST(again.deliveries.size() == 1U);
}

// The tree changed between two scans.
BOOST_AUTO_TEST_CASE(makes_the_same_decisions_after_a_late_handoff) {
    struct busy_file {
        std::shared_ptr<stat_record> now;
        void enumerate(matcher_ref, snapshot_builder& into, std::error_code&) {
            into.add("a", *now);
        }
    };
    auto const now = std::make_shared<stat_record>();
    now->type = file_type::regular;
    snapshot_builder before;
    before.add("a", *now);
    now->size = 2;
    now->final = false;
    manual_clock const clock;
    std::string trace;
    trace_recorder recorder{[&](std::string_view line) { trace += line; }};
    basic_reloader reloader{busy_file{now}, &everything, clock,
                            support::late_successor{before.finish()}};
    reloader.observe(&recorder);
    for (int i = 0; i < 12; ++i) {
        reloader.poll();
        clock.advance(40ms);
        now->final = i > 4;
    }
    auto const again = replay_trace(trace);
    BOOST_TEST(again.difference == "");
    BOOST_TEST(again.scans == 11U);
    BOOST_REQUIRE(again.deliveries.size() == 1U);
    BOOST_TEST((again.deliveries[0][0].changed == fields::size));
}

BOOST_AUTO_TEST_CASE(replay_of_an_incomplete_trace_ends_with_it) {
    auto const trace = small_trace();
    auto const whole = lines_of(trace)[0].size();
    for (std::size_t end = whole; end <= trace.size(); ++end) {
        auto const again = difference_of(trace.substr(0, end));
        BOOST_TEST(again == "", end << ": " << again);
    }
    BOOST_TEST(difference_of(trace.substr(0, whole - 5)) == "the text contains no trace");
}

BOOST_AUTO_TEST_CASE(replays_successive_traces) {
    auto const again = replay_trace(small_trace() + small_trace());
    BOOST_TEST(again.difference == "");
    BOOST_TEST(again.deliveries.size() == 2U);
    auto const first_cut = joined([] {
        auto lines = lines_of(small_trace());
        lines.resize(6); // the process ended during a delivery, like a process replacing itself
        return lines;
    }());
    BOOST_TEST(difference_of(first_cut + small_trace()) == "");
}

BOOST_AUTO_TEST_CASE(reports_a_missing_line) {
    auto const lines = lines_of(random_trace(3));
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
        auto fewer = lines;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        auto const again = difference_of(joined(fewer));
        auto const number = std::to_string(i + 1);
        auto const own = "line " + std::to_string(i + 1) + ": ";
        BOOST_TEST(again.starts_with("line "), again);
        BOOST_TEST(has(again, own + "has the number " + number + " where " + std::to_string(i)),
                   again);
    }
}

BOOST_AUTO_TEST_CASE(detects_missing_lines_despite_correct_numbers) {
    auto const lines = lines_of(random_trace(5));
    std::size_t hidden = 0;
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
        bool const decides = has(lines[i], "\"delivering\"") || has(lines[i], "\"watching\"");
        auto fewer = lines;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        auto const again = difference_of(renumbered(fewer));
        if (!decides) continue;
        ++hidden;
        BOOST_TEST(has(again, "line " + std::to_string(i + 1) + ": the trace has "), again);
    }
    BOOST_TEST(hidden > 5U);
}

BOOST_AUTO_TEST_CASE(reports_the_line_of_a_manipulation) {
    auto const trace = small_trace();
    auto const seen = lines_of(trace)[3]; // the scan that first saw the changes
    struct row {
        char const* what;
        char const* with;
        char const* sentence;
    };
    for (
        auto const& [what, with, sentence] : {
            row{R"("quiet_period":75)", R"("quiet_period":85)",
                "line 7: the trace has a delivery of modified a, added b where the replay has "
                "none"},
            row{R"("quiet_period":75)", R"("quiet_period":35)",
                "line 6: the trace has a scan where the replay has a delivery of modified a"},
            row{R"("files":1)", R"("files":2)",
                "line 3: watching/files is 2 in the trace and 1 in the replay"},
            row{R"({"began":3600040000000,"ended":3600040000000)",
                R"({"began":3600030000000,"ended":3600030000000)",
                "changes/0/moved is 3600040000000 in the trace and 3600030000000 in the replay"},
            row{R"({"kind":"added","path":"b")", R"({"kind":"added","path":"c")",
                R"(line 7: delivering/changes/1/path is "c" in the trace and "b" in the replay)"},
            row{R"("kind":"modified")", R"("kind":"removed")", "delivering/changes/0/kind is"},
            row{R"("size":2)", R"("size":1)", R"(line 4: scan/there/0/path is "a" in the trace)"},
            row{R"("batch":1)", R"("batch":2)", "line 7: delivering/batch is 2"},
            row{R"("waited":["quiet"])", R"("waited":[])",
                R"(line 7: delivering/changes/0/waited is [] in the trace and ["quiet"] in)"},
            row{R"("result":"restarted")", R"("result":"refused")",
                "line 12: the trace has a scan where the replay has a delivery"},
        }) {
        auto const again = difference_of(replaced(trace, what, with));
        BOOST_TEST(has(again, sentence), with << ": " << again);
    }
}

BOOST_AUTO_TEST_CASE(refuses_malformed_traces) {
    auto const trace = small_trace();
    auto const lines = lines_of(trace);
    struct row {
        std::string trace;
        char const* sentence;
    };
    for (auto const& [text, sentence] : {
             row{"", "the text contains no trace"},
             row{"\n", "line 1: is not a JSON object"},
             row{lines[1], "line 1: no trace begins here"},
             row{lines[0] + "[1]\n", "line 2: is not a JSON object"},
             row{lines[0] + "{}\n", "line 2: has no number"},
             row{lines[0] + "{\"n\":1}\n", "line 2: the trace has another line"},
             row{replaced(trace, "trace\":1", "trace\":2"), "line 1: has the unknown version 2"},
             row{replaced(trace, ",\"ended\"", ",\"end\""), "line 2: 'ended' is missing"},
             row{replaced(trace, "\"began\":", "\"began\":1.5e3,\"x\":"),
                 "is not a valid number"},
             row{replaced(trace, "\"began\":36", "\"began\":30000036"), "is out of range"},
             row{replaced(trace, "\"size\":1", "\"size\":-1"), "'size' is not a valid number"},
             row{replaced(trace, "\"mode\":0", "\"mode\":4294967296"),
                 "'mode' is not a valid number"},
             row{replaced(trace, "\"regular\"", "\"odd\""), "unknown type of file 'odd'"},
             row{replaced(trace, "\"path\":\"a\"", "\"path\":7"), "'path' is not a string"},
             row{replaced(trace, "\"path\":\"a\"", "\"path_base64\":\"?\""), "is not base64"},
             row{replaced(trace, "\"there\":", "\"gone\":[\"z\"],\"there\":"), "did not exist"},
             row{replaced(trace, "\"there\":[", "\"there\":7,\"x\":["), "a value is not a list"},
             row{replaced(trace, "\"interval\"", "\"pause\""), "line 1: 'interval' is missing"},
             row{replaced(trace, "\"restarted\"", "\"odd\""),
                 "unknown result of a restart 'odd'"},
             row{replaced(trace, "{\"at\":36", "{\"at\":35"), "ends before it begins"},
         }) {
        auto const again = difference_of(text);
        BOOST_TEST(has(again, sentence), sentence << ", but: " << again);
    }
}

BOOST_AUTO_TEST_CASE(ends_for_any_bytes) {
    auto const trace = random_trace(9, 20);
    std::mt19937 dice{1};
    std::size_t noticed = 0;
    for (int i = 0; i < 600; ++i) {
        auto broken = trace;
        for (int n = 0; n < 3; ++n)
            broken[dice() % broken.size()] = "0\"{}[]:,\n-9\xff"[dice() % 12];
        noticed += !difference_of(broken).empty();
    }
    BOOST_TEST(noticed > 400U);
}

BOOST_AUTO_TEST_SUITE_END()
