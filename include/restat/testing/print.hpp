#pragma once

#include <restat/fwd.hpp>
#include <restat/time_point.hpp>

#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>

/// Prints the public values of the library. A test framework such as Boost.Test, GoogleTest or
/// Catch2 then shows the values of a failed check.
///
///     #include <restat/testing/print.hpp>
///     BOOST_TEST(reloader.poll().state == restat::poll_state::delivered);
///
/// Nothing else includes this header, so a program may define operators of its own instead.
namespace restat {

class hint_list;
struct change_history;
struct detection_latency;
struct event_coverage;
struct exit_status;
struct file_identity;
struct path_explanation;
struct pattern;
struct pattern_fault;
struct poll_result;
struct process_event;
struct process_name;
struct scan_span;
struct slice_result;
struct stamp;
struct supervision;
struct watch_hint;
struct watch_state;

/// Prints an enumerator, or a set of bits, by its `to_string`.
template <class Enum>
    requires std::is_enum_v<Enum> && requires(Enum of, std::ostream& to) { to << to_string(of); }
std::ostream& operator<<(std::ostream& to, Enum of) { return to << to_string(of); }

// Values with a sentence of their own print it; the other values print their members, and times
// in seconds.
std::ostream& operator<<(std::ostream& to, candidate const& of);
std::ostream& operator<<(std::ostream& to, change const& of);
std::ostream& operator<<(std::ostream& to, change_history const& of);
std::ostream& operator<<(std::ostream& to, change_set const& of);
std::ostream& operator<<(std::ostream& to, detection_latency const& of);
std::ostream& operator<<(std::ostream& to, entry const& of);
std::ostream& operator<<(std::ostream& to, event_coverage const& of);
std::ostream& operator<<(std::ostream& to, exit_status const& of);
std::ostream& operator<<(std::ostream& to, explanation const& of);
std::ostream& operator<<(std::ostream& to, file_identity const& of);
std::ostream& operator<<(std::ostream& to, finding const& of);
std::ostream& operator<<(std::ostream& to, hint_list const& of);
std::ostream& operator<<(std::ostream& to, path_explanation const& of);
std::ostream& operator<<(std::ostream& to, pattern_fault const& of);
std::ostream& operator<<(std::ostream& to, poll_result const& of);
std::ostream& operator<<(std::ostream& to, process_event const& of);
std::ostream& operator<<(std::ostream& to, process_name const& of);
std::ostream& operator<<(std::ostream& to, scan_span const& of);
std::ostream& operator<<(std::ostream& to, schedule const& of);
std::ostream& operator<<(std::ostream& to, slice_result const& of);
std::ostream& operator<<(std::ostream& to, snapshot const& of);
std::ostream& operator<<(std::ostream& to, stamp const& of);
std::ostream& operator<<(std::ostream& to, stat_record const& of);
std::ostream& operator<<(std::ostream& to, supervision const& of);
std::ostream& operator<<(std::ostream& to, watch_hint const& of);
std::ostream& operator<<(std::ostream& to, watch_state const& of);

/// Prints a pattern, and nothing that converts to a pattern.
template <std::same_as<pattern> Pattern>
std::ostream& operator<<(std::ostream& to, Pattern const& of) {
    return to << to_string(of.kind) << " '" << of.text << '\'';
}

namespace testing {

using restat::operator<<;

/// Returns a length of time in seconds, exactly: "0.075 s". The standard library owns the types
/// of times, so a test that wants them printed compares their texts.
std::string to_string(std::chrono::nanoseconds length);
/// Returns a time in seconds since the zero of its clock, exactly: "1000.075 s"; "never" for the
/// greatest time.
std::string to_string(time_point at);

} // namespace testing
} // namespace restat
