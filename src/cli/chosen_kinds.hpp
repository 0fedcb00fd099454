#pragma once

#include <restat/change_set.hpp>
#include <restat/restart/forwarding_restart.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::cli {

/// The kinds of `--kinds`; all kinds if empty.
using chosen_kinds = std::vector<change_kind>;

/// Parses a list such as `added, removed`. Returns no value for an empty element or an unknown
/// kind.
std::optional<chosen_kinds> parse_kinds(std::string_view list);

/// Returns the changes of these kinds. A rename that is not chosen as a rename counts as the
/// removal of the former name and the addition of the new name.
change_set changes_of(chosen_kinds const& kinds, change_set const& all);

/// A `restart_strategy` that forwards only the changes of these kinds, and declines a set without
/// such a change.
template <class Restart>
class kind_filter : public forwarding_restart<Restart> {
public:
    kind_filter(Restart then, chosen_kinds kinds)
        : forwarding_restart<Restart>{std::move(then)}, kinds_{std::move(kinds)} {}

    restart_result restart(change_set const& all, std::error_code& error) {
        if (kinds_.empty()) return this->then().restart(all, error);
        auto const changes = changes_of(kinds_, all);
        if (changes.empty()) return restart_result::declined;
        return this->then().restart(changes, error);
    }

private:
    chosen_kinds kinds_;
};

} // namespace restat::cli
