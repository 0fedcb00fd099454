#include "restart/self_trigger.hpp"

#include <algorithm>
#include <iterator>

namespace restat::detail {
namespace {

using paths = std::vector<std::string>;

paths paths_of(change_set const& changes) {
    paths all;
    for (change const& what : changes) all.push_back(what.path);
    std::sort(all.begin(), all.end());
    return all;
}

paths in_both(paths const& a, paths const& b) {
    paths both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

} // namespace

void self_trigger::started(time_point now) {
    auto both = row_ == 0 ? seen_ : in_both(suspects_, seen_);
    bool const goes_on = !both.empty();
    row_ = goes_on ? row_ + 1 : seen_.empty() ? 0 : 1;
    suspects_ = goes_on ? std::move(both) : std::move(seen_);
    seen_.clear();
    if (!goes_on) hold_ = soon;
    started_ = now;
    holding_ = false;
}

bool self_trigger::holds(change_set const& changes, time_point now) {
    auto const seen = paths_of(changes);
    bool const comes_soon = started_ != time_point::max() && now < started_ + soon;
    if (comes_soon || holding_) note(seen);
    if (holding_ && !is_suspected(seen)) {
        reset(); // it is not the program alone that changes things
        return false;
    }
    holding_ = holding_ || (comes_soon && is_suspected(seen));
    return holding_;
}

void self_trigger::let_go() noexcept {
    holding_ = false;
    hold_ = std::min<std::chrono::nanoseconds>(hold_ * 2, longest_hold);
}

void self_trigger::reset() { *this = {}; }

void self_trigger::note(paths const& seen) {
    paths all;
    std::set_union(seen_.begin(), seen_.end(), seen.begin(), seen.end(), std::back_inserter(all));
    seen_ = std::move(all);
}

bool self_trigger::is_suspected(paths const& seen) const {
    auto const known = in_both(suspects_, seen);
    if (known.empty()) return false;
    return row_ + 1 >= (known.size() == seen.size() ? patience : long_patience);
}

std::string glob_of(std::string_view path) {
    constexpr std::string_view special = "*?[{\\";
    std::string glob;
    for (char const letter : path) {
        if (special.find(letter) != special.npos) glob += '\\';
        glob += letter;
    }
    return glob;
}

} // namespace restat::detail
