#pragma once

#include <restat/change_set.hpp>
#include <restat/error.hpp>
#include <restat/observer.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_builder.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

// The values of a trace as JSON, and back. What is not as it was written is refused.
namespace restat::testing::trace {

inline constexpr int version = 1;

using written = nlohmann::ordered_json;
using read = nlohmann::json;

/// Says what a line of a trace should have been.
struct malformed {
    std::string reason;
};

/// The order of paths, for containers.
struct path_order {
    using is_transparent = void;
    bool operator()(split_path a, split_path b) const noexcept { return path_less(a, b); }
};

/// What is remembered of one path.
struct known_entry {
    stat_record record;
    stat_record link;
    bool incidental = false;
};
using known_entries = std::map<std::string, known_entry, path_order>;

written to_json(schedule const& when);
written to_json(finding const& what);
written to_json(change_set const& changes);
written to_json(std::error_code error);
written to_json(time_point when);
written to_json(scan_span when);
std::string_view to_string(restart_result result) noexcept;

/// Adds to `line` what turns one snapshot into the next; whether that is anything.
bool put_difference(written& line, snapshot const& before, snapshot const& after);

schedule schedule_of(read const& from);
scan_span span_of(read const& from);
time_point time_of(read const& from);
restart_result result_of(read const& from);
/// The new names of what a delivery tells as renamed.
std::vector<std::string> renamed_in(read const& delivery);

/// A snapshot as a trace tells it, line by line.
class told_tree {
public:
    /// Takes in what `put_difference` added to a line.
    void apply(read const& line);
    /// Hands all of it to a builder.
    void add_to(snapshot_builder& into) const;

    std::error_code error_of(read const& from);

private:
    struct category;

    known_entries entries_;
    std::vector<finding> unread_;
    std::vector<std::string> revealed_;
    std::vector<std::string> hidden_;
    std::vector<std::shared_ptr<category>> categories_; // those that are not known here
};

} // namespace restat::testing::trace
