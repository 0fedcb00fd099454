#include "settling.hpp"

#include "values/snapshot_access.hpp"
#include "values/snapshot_delta.hpp"

#include <algorithm>
#include <utility>

// Gives pending and delivered paths their new names after a change of the roots.
namespace restat::detail {

void settling::adopt_names(snapshot_delta& of) {
    if (!of.respelled || of.respelled->adopted) return;
    auto const& names = of.respelled->names;
    auto const renamed = [&](std::string const& path) {
        return new_name(path, !snapshot_access::is_named(latest_, path), names);
    };
    items due;
    for (auto const& [path, one] : due_) {
        item copy = one;
        copy.what.path = renamed(path);
        auto name = copy.what.path;
        due.try_emplace(std::move(name), std::move(copy));
    }
    path_set owed;
    for (auto const& path : owed_) owed.insert(renamed(path));
    auto told = told_;
    for (auto& one : told) one.path = renamed(one.path);
    auto unread = unread_;
    for (auto& one : unread) one.path = renamed(one.path);
    // Nothing after this line can fail.
    due_.swap(due);
    owed_.swap(owed);
    told_.swap(told);
    unread_.swap(unread);
    auto const is_unfinal = [](auto const& one) { return !one.second.final; };
    auto const is_name = [](auto const& one) { return one.second.named; };
    unfinal_ = static_cast<std::size_t>(std::count_if(due_.begin(), due_.end(), is_unfinal));
    named_ = static_cast<std::size_t>(std::count_if(due_.begin(), due_.end(), is_name));
    of.adopt_names(latest_);
}

} // namespace restat::detail
