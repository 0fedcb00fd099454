#include <restat/testing/print.hpp>

#include <restat/file_system/watches.hpp>
#include <restat/observer.hpp>
#include <restat/pattern.hpp>
#include <restat/poll_result.hpp>
#include <restat/restart/command_options.hpp>
#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/testing/memory_file_system.hpp>
#include <restat/watch_state.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace restat;
using namespace std::chrono_literals;

namespace {

template <class Value>
std::string printed(Value const& of) {
    std::ostringstream to;
    to << of;
    return to.str();
}

stat_record file() {
    stat_record made;
    made.type = file_type::regular;
    made.mode = 0644;
    made.size = 10;
    made.inode = 7;
    made.mtime = {1000, 5};
    return made;
}

constexpr auto text_of_file = "regular mode 644 owner 0:0 size 10 device 0 inode 7 mtime "
                              "1000.000000005 ctime 0.000000000 links 0";

} // namespace

BOOST_AUTO_TEST_SUITE(print)

BOOST_AUTO_TEST_CASE(enumerators_print_their_names) {
    BOOST_TEST(printed(poll_state::settling) == "settling");
    BOOST_TEST(printed(watch_state::state::pruned) == "pruned");
    BOOST_TEST(printed(after_exit::wait) == "wait");
    BOOST_TEST(printed(testing::file_call::list) == "list");
    BOOST_TEST(printed(fields::size | fields::mtime) == "mtime, size");
    BOOST_TEST(printed(awaited::nothing) == "nothing");
}

BOOST_AUTO_TEST_CASE(framework_prints_the_values_of_a_failed_check) {
    using boost::test_tools::tt_detail::print_helper;
    std::ostringstream to;
    to << print_helper(wake::hint) << ' ' << print_helper(exit_status{2}) << ' '
       << print_helper(testing::file_call::read);
    BOOST_TEST(to.str() == "hint status 2 read");
}

BOOST_AUTO_TEST_CASE(record_prints_each_field) {
    auto record = file();
    BOOST_TEST(printed(record) == text_of_file);
    record.final = false;
    BOOST_TEST(printed(record) == std::string{text_of_file} + " not final");
    BOOST_TEST(printed(stat_record{}) == "none");
}

BOOST_AUTO_TEST_CASE(printing_leaves_the_format_of_the_stream) {
    std::ostringstream to;
    to << file() << ' ' << 10 << std::string(1, to.fill());
    BOOST_TEST(to.str() == std::string{text_of_file} + " 10 ");
}

BOOST_AUTO_TEST_CASE(snapshot_prints_its_entries) {
    snapshot_builder found;
    found.add({split_path{"a\n"}, file(), {}, true});
    found.add("b", file(), file());
    std::string const text = text_of_file;
    BOOST_TEST(printed(found.finish()) ==
               "{'a\\n': " + text + ", incidental, 'b': " + text + ", link " + text + '}');
    BOOST_TEST(printed(snapshot{}) == "{}");
}

BOOST_AUTO_TEST_CASE(change_set_prints_its_batch_and_its_changes) {
    change_set const changes{{{.kind = change_kind::added, .path = "a"},
                              {.kind = change_kind::renamed, .path = "c", .from = "b"}},
                             2};
    BOOST_TEST(printed(changes) == "batch 2 {'a' added, 'c' renamed from 'b'}");
    BOOST_TEST(printed(changes[0]) == "'a' added");
    BOOST_TEST(printed(change_set{}) == "{}");
}

BOOST_AUTO_TEST_CASE(poll_results_print_their_state_and_next_time) {
    poll_result const settling{poll_state::settling, time_point{12s + 75ms}};
    BOOST_TEST(printed(settling) == "settling, next at 12.075 s");
    BOOST_TEST(printed(slice_result{settling, 3, 1s, true}) ==
               "settling, next at 12.075 s, 3 entries checked, staleness 1 s, round ended");
    BOOST_TEST(printed(supervision{}) == "idle, next at never");
    BOOST_TEST(printed(scan_span{time_point{1s}, time_point{2s}}) ==
               "from 1 s to 2 s, since 1 s");
    BOOST_TEST(printed(detection_latency{1s, 2500ms}) == "recent 1 s, elsewhere 2.5 s");
    BOOST_TEST(printed(schedule{}) == "interval 1 s, quiet_period 0.075 s, max_wait 1 s, "
                                      "empty_period 0.5 s, cpu_share 0.1, slice 0 s");
}

BOOST_AUTO_TEST_CASE(hints_and_their_coverage_print_their_members) {
    hint_list hints;
    hints.check_file("a\n");
    hints.list("d");
    BOOST_TEST(printed(hints) == "files {a\n}, directories {d}");
    hints.lost();
    BOOST_TEST(printed(hints) == "lost");
    event_coverage const some{.directories = 3,
                              .watched = 1,
                              .partly = 1,
                              .refused = 1,
                              .why = std::make_error_code(std::errc::no_space_on_device)};
    BOOST_TEST(printed(some) == "1 of 3 directories watched, 1 partly, 1 refused: "
                                "'No space left on device'");
    BOOST_TEST(printed(event_coverage{}) == "0 of 0 directories watched, 0 partly, 0 refused");
}

BOOST_AUTO_TEST_CASE(answers_of_matchers_print_their_rule) {
    BOOST_TEST(printed(explanation{verdict::exclude, "*.o", "-i"}) == "exclude by '*.o' of '-i'");
    BOOST_TEST(printed(explanation{}) == "none");
    BOOST_TEST(printed(path_explanation{"a", {}, {}}) ==
               to_string(path_explanation{"a", {}, {}}));
    BOOST_TEST(printed(candidate{"src/a", 4}) == "'src/a' (regular, below 4)");
    BOOST_TEST(printed(regex("a+")) == "regex 'a+'");
    BOOST_TEST(printed(pattern_fault{}) == "no fault");
    BOOST_TEST(printed(pattern_fault{errc::bad_pattern, "a[b", 1, "missing ]"}) ==
               "bad pattern 'a[b' at byte 1: missing ]");
}

BOOST_AUTO_TEST_CASE(hints_print_their_kind_name_and_directory) {
    file_identity const at{1, 2};
    BOOST_TEST(printed(at) == "device 1 inode 2");
    BOOST_TEST(printed(watch_hint{at, "a\n", watch_event::file}) ==
               "file 'a\\n' in device 1 inode 2");
    BOOST_TEST(printed(watch_hint{at, {}, watch_event::gone}) == "gone in device 1 inode 2");
    BOOST_TEST(printed(watch_hint{}) == "lost");
    BOOST_TEST(printed(watch_trust::some) == "some");
}

BOOST_AUTO_TEST_CASE(sentences_print_as_they_are) {
    finding const fault{"a", make_error_code(errc::incomplete), "read"};
    BOOST_TEST(printed(fault) == to_string(fault));
    watch_state const outside{.is = watch_state::state::outside, .path = "a"};
    BOOST_TEST(printed(outside) == to_string(outside));
    change_history const history{time_point{}, time_point{}, time_point{80ms}};
    BOOST_TEST(printed(history) == "first seen 80 ms before");
}

BOOST_AUTO_TEST_CASE(process_event_prints_only_the_members_with_a_value) {
    process_event event{.generation = 1};
    BOOST_TEST(printed(event) == "started in generation 1");
    event = {.kind = process_event_kind::killed,
             .generation = 2,
             .pid = 12,
             .status = {.signal = 9, .core = true},
             .error = make_error_code(errc::not_ready),
             .path = "/p",
             .pause = 250ms,
             .step = stop_step::kill,
             .members = {{3, "sh"}, {4, "cat"}},
             .rule = "*.o",
             .interrupted = true};
    BOOST_TEST(printed(event) ==
               "killed in generation 2, pid 12, signal 9 (core dumped), error 'the run did not "
               "report ready in time', path '/p', pause 0.25 s, step kill, members {sh (3), cat "
               "(4)}, rule '*.o', interrupted");
}

BOOST_AUTO_TEST_CASE(times_are_exact_texts) {
    BOOST_TEST(testing::to_string(0ns) == "0 s");
    BOOST_TEST(testing::to_string(1ns) == "0.000000001 s");
    BOOST_TEST(testing::to_string(-1500ms) == "-1.5 s");
    BOOST_TEST(testing::to_string(-1ms) == "-0.001 s");
    BOOST_TEST(testing::to_string((std::chrono::nanoseconds::min)()) ==
               "-9223372036.854775808 s");
    BOOST_TEST(testing::to_string(time_point{75ms}) == "0.075 s");
    BOOST_TEST(testing::to_string((time_point::max)()) == "never");
}

BOOST_AUTO_TEST_SUITE_END()
