#pragma once

#include <restat/change_set.hpp>
#include <restat/error.hpp>
#include <restat/hint_list.hpp>
#include <restat/observer.hpp>
#include <restat/schedule.hpp>
#include <restat/snapshot_builder.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

// Converts the values of a trace to JSON and back. Rejects values in any other form.
namespace restat::testing::trace {

inline constexpr int version = 1;

using written = nlohmann::ordered_json;
using read = nlohmann::json;

/// Thrown with the expected form of a line.
struct malformed {
    std::string reason;
};

/// The order of paths, for containers.
struct path_order {
    using is_transparent = void;
    bool operator()(split_path a, split_path b) const noexcept { return path_less(a, b); }
};

/// The remembered state of a path.
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
written to_json(hint_list const& hints);
written to_json(time_point when);
written to_json(scan_span when);

/// Adds the difference between two snapshots to `line`. Returns false if there is none.
bool put_difference(written& line, snapshot const& before, snapshot const& after);

schedule schedule_of(read const& from);
scan_span span_of(read const& from);
time_point time_of(read const& from);
restart_result result_of(read const& from);
/// Returns the new names of the renames in a delivery.
std::vector<std::string> renamed_in(read const& delivery);

/// A snapshot rebuilt from a trace, line by line.
class recorded_tree {
public:
    /// Applies the differences from a line, as added by `put_difference`.
    void apply(read const& line);
    /// Adds all entries to a builder.
    void add_to(snapshot_builder& into) const;

    std::error_code error_of(read const& from);

private:
    struct category;

    known_entries entries_;
    std::vector<finding> unread_;
    std::vector<std::string> revealed_;
    std::vector<std::string> hidden_;
    std::vector<std::string> steady_;
    std::vector<std::string> renamed_;
    std::vector<std::string> readable_;
    std::vector<std::shared_ptr<category>> categories_; // unknown to this program
};

} // namespace restat::testing::trace
