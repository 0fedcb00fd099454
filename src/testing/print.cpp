#include <restat/testing/print.hpp>

#include <restat/file_system/watches.hpp>
#include <restat/hint_list.hpp>
#include <restat/observer.hpp>
#include <restat/poll_result.hpp>
#include <restat/restart/process_event.hpp>
#include <restat/restart/restart_strategy.hpp>
#include <restat/watch_state.hpp>

#include "base/quoted.hpp"

#include <iomanip>

namespace restat {
namespace {

// Prints the elements between braces: "{a, b}".
template <class Range>
void print_all(std::ostream& to, Range const& of) {
    to << '{';
    bool first = true;
    for (auto const& each : of) {
        to << (first ? "" : ", ") << each;
        first = false;
    }
    to << '}';
}

void print_link(std::ostream& to, stat_record const& link) {
    if (link.type != file_type::none) to << ", link " << link;
}

} // namespace

std::ostream& operator<<(std::ostream& to, candidate const& of) {
    return to << detail::quoted(of.path) << " (" << to_string(of.type) << ", below " << of.below
              << (of.named ? ", named)" : ")");
}

std::ostream& operator<<(std::ostream& to, change const& of) { return to << to_string(of); }

std::ostream& operator<<(std::ostream& to, change_history const& of) {
    return to << to_string(of);
}

std::ostream& operator<<(std::ostream& to, change_set const& of) {
    if (of.batch() != 0) to << "batch " << of.batch() << ' ';
    print_all(to, of);
    return to;
}

std::ostream& operator<<(std::ostream& to, detection_latency const& of) {
    return to << "recent " << testing::to_string(of.recent) << ", elsewhere "
              << testing::to_string(of.elsewhere);
}

std::ostream& operator<<(std::ostream& to, entry const& of) {
    to << detail::quoted(of.path.str()) << ": " << of.record;
    print_link(to, of.link);
    return to << (of.incidental ? ", incidental" : "");
}

std::ostream& operator<<(std::ostream& to, event_coverage const& of) {
    to << of.watched << " of " << of.directories << " directories watched, " << of.partly
       << " partly, " << of.refused << " refused";
    if (of.checked > 0) to << ", " << of.checked << " checked";
    if (of.why) to << ": " << detail::quoted(of.why.message());
    return to;
}

std::ostream& operator<<(std::ostream& to, exit_status const& of) {
    if (of.signal == 0) return to << "status " << of.code;
    return to << "signal " << of.signal << (of.core ? " (core dumped)" : "");
}

std::ostream& operator<<(std::ostream& to, explanation const& of) {
    to << to_string(of.says);
    if (!of.rule.empty()) to << " by " << detail::quoted(of.rule);
    if (!of.origin.empty()) to << " of " << detail::quoted(of.origin);
    return to;
}

std::ostream& operator<<(std::ostream& to, file_identity const& of) {
    return to << "device " << of.device << " inode " << of.inode;
}

std::ostream& operator<<(std::ostream& to, finding const& of) { return to << to_string(of); }

std::ostream& operator<<(std::ostream& to, hint_list const& of) {
    if (of.is_lost()) return to << "lost";
    print_all(to << "files ", of.files());
    print_all(to << ", directories ", of.directories());
    return to;
}

std::ostream& operator<<(std::ostream& to, path_explanation const& of) {
    return to << to_string(of);
}

std::ostream& operator<<(std::ostream& to, pattern_fault const& of) {
    return of ? to << to_string(of) : to << "no fault";
}

std::ostream& operator<<(std::ostream& to, poll_result const& of) {
    return to << to_string(of.state) << ", next at " << testing::to_string(of.next);
}

std::ostream& operator<<(std::ostream& to, process_event const& of) {
    to << to_string(of.kind) << " in generation " << of.generation;
    if (of.pid != 0) to << ", pid " << of.pid;
    if (of.status != exit_status{}) to << ", " << of.status;
    if (of.error) to << ", error " << detail::quoted(of.error.message());
    if (!of.path.empty()) to << ", path " << detail::quoted(of.path);
    if (of.pause.count() != 0) to << ", pause " << testing::to_string(of.pause);
    if (of.step != stop_step::none) to << ", step " << to_string(of.step);
    if (!of.members.empty()) print_all(to << ", members ", of.members);
    if (!of.rule.empty()) to << ", rule " << detail::quoted(of.rule);
    return to << (of.interrupted ? ", interrupted" : "");
}

std::ostream& operator<<(std::ostream& to, process_name const& of) {
    return to << of.name << " (" << of.pid << ')';
}

std::ostream& operator<<(std::ostream& to, scan_span const& of) {
    return to << "from " << testing::to_string(of.began) << " to " << testing::to_string(of.ended)
              << ", since " << testing::to_string(of.since);
}

std::ostream& operator<<(std::ostream& to, schedule const& of) {
    return to << "interval " << testing::to_string(of.interval) << ", quiet_period "
              << testing::to_string(of.quiet_period) << ", max_wait "
              << testing::to_string(of.max_wait) << ", empty_period "
              << testing::to_string(of.empty_period) << ", cpu_share " << of.cpu_share
              << ", slice " << testing::to_string(of.slice);
}

std::ostream& operator<<(std::ostream& to, slice_result const& of) {
    return to << static_cast<poll_result const&>(of) << ", " << of.entries_checked
              << " entries checked, staleness " << testing::to_string(of.staleness)
              << (of.round_ended ? ", round ended" : "");
}

std::ostream& operator<<(std::ostream& to, snapshot const& of) {
    print_all(to, of);
    return to;
}

std::ostream& operator<<(std::ostream& to, stamp const& of) {
    auto const fill = to.fill('0');
    to << of.seconds << '.' << std::setw(9) << of.nanoseconds;
    to.fill(fill);
    return to;
}

std::ostream& operator<<(std::ostream& to, stat_record const& of) {
    if (of.type == file_type::none) return to << "none";
    auto const flags = to.flags();
    to << to_string(of.type) << " mode " << std::oct << of.mode;
    to.flags(flags);
    return to << " owner " << of.owner << ':' << of.group << " size " << of.size << " device "
              << of.device << " inode " << of.inode << " mtime " << of.mtime << " ctime "
              << of.ctime << " links " << of.links << (of.final ? "" : " not final");
}

std::ostream& operator<<(std::ostream& to, supervision const& of) {
    return to << to_string(of.now) << ", next at " << testing::to_string(of.next)
              << (of.done ? ", done" : "");
}

std::ostream& operator<<(std::ostream& to, watch_hint const& of) {
    to << to_string(of.kind);
    if (!of.name.empty()) to << ' ' << detail::quoted(of.name);
    return of.kind == watch_event::lost ? to : to << " in " << of.directory;
}

std::ostream& operator<<(std::ostream& to, watch_state const& of) { return to << to_string(of); }

namespace testing {

std::string to_string(std::chrono::nanoseconds length) {
    constexpr std::int64_t second = 1'000'000'000;
    auto const count = length.count();
    auto text = std::to_string(count / second);
    if (count < 0 && count > -second) text.insert(0, "-");
    if (auto const rest = count % second; rest != 0) {
        auto const digits = std::to_string(second + (rest < 0 ? -rest : rest)).substr(1);
        text += '.' + digits.substr(0, digits.find_last_not_of('0') + 1);
    }
    return text + " s";
}

std::string to_string(time_point at) {
    return at == (time_point::max)() ? "never" : to_string(at.time_since_epoch());
}

} // namespace testing
} // namespace restat
