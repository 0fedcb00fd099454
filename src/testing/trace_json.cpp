#include "testing/trace_json.hpp"

#include "base/utf8.hpp"
#include "testing/base64.hpp"
#include "values/snapshot_access.hpp"
#include "values/view_tops.hpp"

#include <restat/field_names.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace restat::testing::trace {
namespace {

using restat::detail::is_absence;
using restat::detail::is_within;
using restat::detail::snapshot_access;
using restat::detail::sort_unique;

// Far from the clock's limits, so sums of times cannot overflow.
constexpr std::int64_t latest_time = std::numeric_limits<std::int64_t>::max() / 4;

// Returns the value with this name; of an enumeration without gaps, up to `last`.
template <class Enum>
Enum from_name(read const& from, Enum last, char const* what) {
    auto const name = from.is_string() ? from.get_ref<std::string const&>() : std::string{};
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
        if (to_string(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
    }
    throw malformed{"unknown " + std::string{what} + " '" + name + "'"};
}

read const& member(read const& of, char const* name) {
    auto const at = of.is_object() ? of.find(name) : of.end();
    if (!of.is_object() || at == of.end())
        throw malformed{"'" + std::string{name} + "' is missing"};
    return *at;
}

read const* optional(read const& of, char const* name) {
    auto const at = of.find(name);
    return at == of.end() ? nullptr : &*at;
}

template <class Number>
Number number(read const& from, char const* name) {
    using limits = std::numeric_limits<Number>;
    auto const& value = name ? member(from, name) : from;
    bool fits = false;
    if (value.is_number_unsigned()) {
        fits = value.get<std::uint64_t>() <= static_cast<std::uint64_t>(limits::max());
    } else if (value.is_number_integer()) {
        fits =
            std::is_signed_v<Number> && value.get<std::int64_t>() >= std::int64_t{limits::min()};
    }
    if (!fits)
        throw malformed{"'" + std::string{name ? name : "a number"} + "' is not a valid number"};
    return value.get<Number>();
}

bool truth(read const& of, char const* name) {
    auto const* const value = optional(of, name);
    if (value && !value->is_boolean())
        throw malformed{"'" + std::string{name} + "' is not a boolean"};
    return value && value->get<bool>();
}

std::string const& text(read const& from, char const* name) {
    auto const& value = member(from, name);
    if (!value.is_string()) throw malformed{"'" + std::string{name} + "' is not a string"};
    return value.get_ref<std::string const&>();
}

read const& list(read const& from) {
    if (!from.is_array()) throw malformed{"a value is not a list"};
    return from;
}

std::int64_t nanoseconds(read const& from, char const* name) {
    auto const value = number<std::int64_t>(from, name);
    if (value < -latest_time || value > latest_time) {
        throw malformed{"'" + std::string{name ? name : "a time"} + "' is out of range"};
    }
    return value;
}

// --- paths

void put_path(written& to, std::string const& path) {
    if (restat::detail::is_utf8(path)) {
        to["path"] = path;
    } else {
        to["path_base64"] = base64(path);
    }
}

written path_of(std::string const& path) {
    written made;
    put_path(made, path);
    return made.contains("path") ? made["path"] : made;
}

// Reads the member "path" or "path_base64".
std::string path_in(read const& from) {
    if (from.is_object() && from.contains("path")) return text(from, "path");
    auto path = from_base64(text(from, "path_base64"));
    if (!path) throw malformed{"'path_base64' is not base64"};
    return *std::move(path);
}

// Reads an item of a list of paths.
std::string path_at(read const& from) {
    return from.is_string() ? from.get<std::string>() : path_in(from);
}

// --- records

void put(written& to, stat_record const& record) {
    to["type"] = to_string(record.type);
    to["device"] = record.device;
    to["inode"] = record.inode;
    to["size"] = record.size;
    to["mtime"] = {record.mtime.seconds, record.mtime.nanoseconds};
    to["ctime"] = {record.ctime.seconds, record.ctime.nanoseconds};
    to["mode"] = record.mode;
    to["owner"] = record.owner;
    to["group"] = record.group;
    to["links"] = record.links;
    if (!record.final) to["final"] = false;
}

stamp stamp_of(read const& from) {
    if (!from.is_array() || from.size() != 2)
        throw malformed{"a timestamp is not a pair of numbers"};
    return {number<std::int64_t>(from[0], nullptr), number<std::uint32_t>(from[1], nullptr)};
}

stat_record record_of(read const& from) {
    stat_record made;
    made.type = from_name(member(from, "type"), file_type::unknown, "type of file");
    made.device = number<std::uint64_t>(from, "device");
    made.inode = number<std::uint64_t>(from, "inode");
    made.size = number<std::uint64_t>(from, "size");
    made.mtime = stamp_of(member(from, "mtime"));
    made.ctime = stamp_of(member(from, "ctime"));
    made.mode = number<std::uint32_t>(from, "mode");
    made.owner = number<std::uint32_t>(from, "owner");
    made.group = number<std::uint32_t>(from, "group");
    made.links = number<std::uint32_t>(from, "links");
    made.final = !optional(from, "final") || truth(from, "final");
    return made;
}

bool same(stat_record const& a, stat_record const& b) noexcept {
    return changed_fields(a, b) == fields::none && a.final == b.final;
}

bool same(entry const& a, entry const& b) noexcept {
    return same(a.record, b.record) && same(a.link, b.link) && a.incidental == b.incidental;
}

written entry_json(entry const& what) {
    written made;
    put_path(made, what.path.str());
    put(made, what.record);
    if (what.link.type != file_type::none) put(made["link"], what.link);
    if (what.incidental) made["incidental"] = true;
    return made;
}

// Returns the roots with a successful read below a read error. Includes root files: a replay does
// not know the roots.
std::vector<std::string> readable_paths(snapshot const& of) {
    auto paths = snapshot_access::readable(of);
    for (finding const& one : of.findings()) {
        if (is_absence(one.error)) continue;
        bool const is_dot = one.path == "."; // its subtree is in several places of the order
        for (auto i = is_dot ? 0 : of.lower_bound(one.path); i < of.size(); ++i) {
            bool const is_below = is_within(of.path(i), one.path);
            if (!is_below && !is_dot) break;
            auto path = of.path(i).str();
            bool const is_root =
                is_below && path != one.path && snapshot_access::is_named(of, path);
            if (is_root) paths.push_back(std::move(path));
        }
    }
    sort_unique(paths);
    return paths;
}

written paths_json(std::vector<std::string> const& paths) {
    auto made = written::array();
    for (auto const& path : paths) made.push_back(path_of(path));
    return made;
}

std::vector<std::string> paths_of(read const* from) {
    std::vector<std::string> paths;
    if (!from) return paths;
    for (auto const& one : list(*from)) paths.push_back(path_at(one));
    return paths;
}

written waits_of(awaited waited) {
    using enum awaited;
    auto made = written::array();
    for (awaited const one : {quiet, content, final_record, retry, guard}) {
        if (has(waited, one)) made.push_back(to_string(one));
    }
    return made;
}

written change_json(change const& what) {
    written made{{"kind", to_string(what.kind)}};
    put_path(made, what.path);
    if (what.kind == change_kind::renamed) made["from"] = path_of(what.from);
    if (what.changed != fields::none) made["fields"] = field_names(what.changed);
    made["seen"] = to_json(what.history.first_seen);
    made["moved"] = to_json(what.history.last_changed);
    made["waited"] = waits_of(what.history.waited_for);
    if (what.history.forced) made["hurried"] = true;
    if (what.history.redelivered) made["again"] = true;
    return made;
}

} // namespace

written to_json(time_point when) { return when.time_since_epoch().count(); }

written to_json(scan_span when) {
    written made{{"began", to_json(when.began)}, {"ended", to_json(when.ended)}};
    if (when.since != when.began) made["since"] = to_json(when.since);
    return made;
}

written to_json(schedule const& when) {
    return {{"interval", when.interval.count()}, {"quiet_period", when.quiet_period.count()},
            {"max_wait", when.max_wait.count()}, {"empty_period", when.empty_period.count()},
            {"share", when.cpu_share}, // for readers; a replay scans at the recorded times
            {"slice", when.slice.count()}};
}

written to_json(std::error_code error) {
    return {{"category", error.category().name()},
            {"value", error.value()},
            {"message", error.message()}};
}

written to_json(hint_list const& hints) {
    written made = written::object();
    for (std::string const& path : hints.files()) made["files"].push_back(path_of(path));
    for (std::string const& path : hints.directories())
        made["directories"].push_back(path_of(path));
    if (hints.is_lost()) made["lost"] = true;
    return made;
}

written to_json(finding const& what) {
    written made;
    put_path(made, what.path);
    made["operation"] = what.operation;
    made["error"] = to_json(what.error);
    return made;
}

written to_json(change_set const& changes) {
    auto made = written::array();
    for (change const& one : changes) made.push_back(change_json(one));
    written const at = changes.empty() ? written{} : to_json(changes[0].history.delivered);
    return {{"batch", changes.batch()}, {"at", at}, {"changes", made}};
}

bool put_difference(written& line, snapshot const& before, snapshot const& after) {
    auto gone = written::array();
    auto there = written::array();
    auto old = before.begin();
    for (entry const e : after) {
        for (; old != before.end() && path_less((*old).path, e.path); ++old) {
            gone.push_back(path_of((*old).path.str()));
        }
        bool const was_there = old != before.end() && (*old).path == e.path;
        if (!was_there || !same(*old, e)) there.push_back(entry_json(e));
        if (was_there) ++old;
    }
    for (; old != before.end(); ++old) gone.push_back(path_of((*old).path.str()));
    bool const any = !gone.empty() || !there.empty();
    auto unread = written::array();
    for (finding const& one : after.findings()) unread.push_back(to_json(one));
    auto const put_some = [&](char const* name, written&& what) {
        if (!what.empty()) line[name] = std::move(what);
    };
    put_some("gone", std::move(gone));
    put_some("there", std::move(there));
    put_some("unread", std::move(unread));
    put_some("revealed", paths_json(snapshot_access::revealed(after)));
    put_some("hidden", paths_json(snapshot_access::hidden(after)));
    put_some("steady", paths_json(snapshot_access::steady(after)));
    put_some("renamed", paths_json(snapshot_access::renamed(after)));
    put_some("readable", paths_json(readable_paths(after)));
    return any;
}

schedule schedule_of(read const& from) {
    auto const time = [&](char const* name) {
        return std::chrono::nanoseconds{nanoseconds(from, name)};
    };
    return {time("interval"), time("quiet_period"), time("max_wait"), time("empty_period")};
}

time_point time_of(read const& from) {
    return time_point{std::chrono::nanoseconds{nanoseconds(from, nullptr)}};
}

scan_span span_of(read const& from) {
    auto const began = time_of(member(from, "began"));
    auto const since = from.contains("since") ? time_of(from.at("since")) : began;
    return {began, time_of(member(from, "ended")), since};
}

std::vector<std::string> renamed_in(read const& delivery) {
    std::vector<std::string> paths;
    for (auto const& one : list(member(delivery, "changes"))) {
        if (one.is_object() && one.contains("from")) paths.push_back(path_in(one));
    }
    return paths;
}

restart_result result_of(read const& from) {
    return from_name(member(from, "result"), restart_result::suspended, "result of a restart");
}

// --- the tree

/// Replaces an error category unknown to this program.
struct recorded_tree::category : std::error_category {
    category(std::string own_name, std::string own_message)
        : name_{std::move(own_name)}, message_{std::move(own_message)} {}
    char const* name() const noexcept override { return name_.c_str(); }
    std::string message(int) const override { return message_; }

    std::string name_;
    std::string message_;
};

std::error_code recorded_tree::error_of(read const& from) {
    auto const& name = text(from, "category");
    auto const value = number<int>(from, "value");
    for (auto const* const known :
         {&std::generic_category(), &std::system_category(), &reload_category()}) {
        if (name == known->name()) return {value, *known};
    }
    categories_.push_back(std::make_shared<category>(name, text(from, "message")));
    return {value, *categories_.back()};
}

void recorded_tree::apply(read const& line) {
    for (auto const& path : paths_of(optional(line, "gone"))) {
        if (entries_.erase(path) == 0) throw malformed{"a removed path did not exist"};
    }
    static read const nothing = read::array();
    auto const items = [&](char const* name) -> read const& {
        auto const* const found = optional(line, name);
        return found ? list(*found) : nothing;
    };
    for (auto const& one : items("there")) {
        known_entry made{record_of(one), {}, truth(one, "incidental")};
        if (auto const* link = optional(one, "link")) made.link = record_of(*link);
        entries_.insert_or_assign(path_in(one), made);
    }
    unread_.clear();
    for (auto const& one : items("unread")) {
        unread_.push_back({path_in(one), error_of(member(one, "error")), text(one, "operation")});
    }
    revealed_ = paths_of(optional(line, "revealed"));
    hidden_ = paths_of(optional(line, "hidden"));
    steady_ = paths_of(optional(line, "steady"));
    renamed_ = paths_of(optional(line, "renamed"));
    readable_ = paths_of(optional(line, "readable"));
}

void recorded_tree::add_to(snapshot_builder& into) const {
    snapshot_builder builder;
    for (auto const& [path, known] : entries_) {
        builder.add(entry{path, known.record, known.link, known.incidental});
    }
    auto seen = builder.finish();
    snapshot_access::set_view(seen, unread_, revealed_, hidden_, steady_);
    snapshot_access::renamed(seen) = renamed_;
    snapshot_access::readable(seen) = readable_;
    snapshot_access::add_finished(into, seen);
}

} // namespace restat::testing::trace
