#pragma once

#include "enumerator/tree_worker.hpp"

// Splits the remaining work of a worker.
//
//     levels_   root [a b|c d e]      the later half of the topmost level with enough left: by
//               b    [f|g]            the number of known files, else by the number of names
//               b/f  [h i j]
//
// So there are few splits with large parts, and the worker with such a part splits the part in
// turn.
//
// A worker also splits the remaining known files of a large directory, and gives away the later
// half. Measured (2 cores, Linux 6.18, ext4, 200,000 files in a single directory, medians of 25
// rescans): a single thread uses a core for 252 ms, the busier of two threads for 135 ms. The
// files of a first scan are not split: the worker with the listing stores them in the order of
// their names.
namespace restat::detail {

// Gives part of the work to an idle worker, but keeps the last directory. Otherwise the workers
// would pass the directory around and never walk its contents.
template <class FileSystem>
bool tree_worker<FileSystem>::give() {
    std::size_t left = 0;
    for (std::size_t i = 0; i < depth_; ++i) left += levels_[i].below.size() - levels_[i].next;
    if (left < 2) return false;
    for (std::size_t i = 0; i < depth_; ++i) {
        level& in = levels_[i];
        if (in.at && in.next < in.below.size() && is_worth_giving(in)) return give_from(in);
    }
    return false;
}

// Returns the number of the first row of a known directory.
template <class FileSystem>
std::size_t tree_worker<FileSystem>::first_row_of(std::uint32_t one) const noexcept {
    auto const& all = known()->directories;
    return one < all.size() ? all[one].rows : known()->rows.size();
}

// Returns whether a split pays off: the help of another worker costs about as much as `enough`
// checks.
template <class FileSystem>
bool tree_worker<FileSystem>::is_worth_giving(level const& in) const {
    constexpr std::size_t enough = 32;
    auto const first = in.known_below[in.next];
    auto const last = in.known_below.back();
    if (first == no_directory || last == no_directory) return true;
    auto const end = known()->directories[last].end;
    return first_row_of(end) - first_row_of(first) + (end - first) >= enough;
}

template <class FileSystem>
std::size_t tree_worker<FileSystem>::first_to_give(level const& in) const {
    auto const first = in.known_below.begin() + static_cast<std::ptrdiff_t>(in.next);
    auto const count = in.below.size() - in.next;
    if (count < 2) return in.next;
    if (std::find(first, in.known_below.end(), no_directory) != in.known_below.end()) {
        return in.next + count / 2;
    }
    auto const end = known()->directories[in.known_below.back()].end;
    auto const middle = (first_row_of(*first) + first_row_of(end)) / 2;
    auto const at = std::partition_point(first + 1, in.known_below.end() - 1,
                                         [&](auto one) { return first_row_of(one) < middle; });
    return static_cast<std::size_t>(at - in.known_below.begin());
}

template <class FileSystem>
bool tree_worker<FileSystem>::give_from(level& in) {
    std::size_t const end = in.below.size();
    std::size_t const from = first_to_give(in);
    task& made = given_;
    made.names.clear();
    made.known_names.clear();
    for (std::size_t i = from; i < end; ++i) {
        auto const found = in.below[i];
        made.names.add(found.name, found.type);
        made.known_names.push_back(in.known_below[i]);
    }
    made.first_row = made.end_row = 0;
    if (!give_to_others(in)) return false;
    in.below.keep_first(from);
    in.known_below.resize(from);
    return true;
}

// Completes a task with the data of its directory, and gives the task to an idle worker.
template <class FileSystem>
bool tree_worker<FileSystem>::give_to_others(level& in) {
    task& made = given_;
    std::error_code error;
    made.at = scan_->files.open(in.at, ".", last_link::keep, error);
    if (error) return false; // this worker keeps the part
    made.id = in.id;
    made.path.assign(path_, 0, in.path_size);
    made.root = root_;
    made.links = links_;
    made.below = below_;
    made.number = number_;
    made.known = in.known;
    made.device = device_;
    made.link = in.link;
    made.is_root = false;
    made.by_detour = by_detour_;
    made.rules_changed = in.rules_changed;
    if (scan_->crew.give(made)) return true;
    made.at = {};
    return false;
}

// Gives away the later half of the known files still to be checked.
template <class FileSystem>
void tree_worker<FileSystem>::share_rows(level& in) {
    constexpr std::uint32_t enough = 512;
    if (pause) pause(pause_for);
    while (scan_->crew.is_hungry() && until_ - looked_ >= enough) {
        given_.names.clear();
        given_.known_names.clear();
        auto const from = looked_ + (until_ - looked_) / 2;
        given_.first_row = from;
        given_.end_row = until_;
        if (!give_to_others(in)) return;
        until_ = from;
        shares_rows_ = true;
    }
}

// Continues with a part split off by another worker.
template <class FileSystem>
void tree_worker<FileSystem>::take_over(task& what) {
    level& in = levels_[0];
    in.at = std::move(what.at);
    in.id = what.id;
    in.link = what.link;
    in.path_size = path_.size();
    in.known = what.known;
    in.wanted = reach::whole;
    std::swap(in.below, what.names);
    std::swap(in.known_below, what.known_names);
    what.names.clear();
    what.known_names.clear();
    in.next = 0;
    in.current = 0;
    depth_ = 1;
    if (what.first_row == what.end_row) return;
    looked_ = what.first_row;
    until_ = what.end_row;
    shares_rows_ = true;
    lists_again_ = false;
    step_ = step::part_of_known;
}

} // namespace restat::detail
