#pragma once

#include "enumerator/tree_worker.hpp"

// Returns a worker to an earlier directory: after a pause, from below, or in a later pass of the
// scan.
namespace restat::detail {

inline bool is_shortage(std::error_code const& error) noexcept {
    return error == std::errc::too_many_files_open ||
           error == std::errc::too_many_files_open_in_system;
}

// Continues at the place of the pause. An open directory may have been removed or replaced in the
// meantime: the worker then searches for the directory again by its name.
template <class FileSystem>
bool tree_worker<FileSystem>::resume() {
    if (depth_ == 0) return true;
    first_edit_ = std::min(first_edit_, out_->edits.size());
    level& in = lowest();
    std::string path = path_.substr(0, in.path_size);
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    bool const is_root = depth_ == 1 && is_root_;
    last_link how = is_root ? last_link::follow : in.link;
    std::error_code error;
    stat_record const now = scan_->paths.stat(path.empty() ? "." : path.c_str(), how, error);
    bool const same = !error && object_id{now.device, now.inode} == in.id;
    if (!same && error != std::errc::filename_too_long) {
        for (std::size_t i = 0; i < depth_; ++i) levels_[i].at = {};
        path_.resize(in.path_size);
        if (step_ != step::done && !is_open()) abandon_look(in); // else opened for its next name
        if (step_ == step::listing) listing_.clear();
    }
    return go_on();
}

// Gives up the check of the lowest level after a failure recorded by `leave_unfinished`. The
// directory may be in no snapshot so far, so the parent has to be listed again.
template <class FileSystem>
void tree_worker<FileSystem>::abandon_look(level& in) {
    if (step_ != step::done && depth_ > 1) {
        out_->unfinished.emplace_back(path_, 0, levels_[depth_ - 2].path_size);
    }
    if (step_ == step::listed || step_ == step::comparing) {
        row_store& fresh = out_->fresh;
        fresh.rows.resize(first_row_);
        fresh.names.resize(first_name_);
        fresh.paths.resize(fresh.directories.back().path);
        fresh.directories.pop_back();
    }
    step_ = step::done;
    in.next = in.below.size();
}

template <class FileSystem>
void tree_worker<FileSystem>::close_above() {
    if (depth_ > window && (depth_ - 1 - window > 0 || is_root_)) {
        levels_[depth_ - 1 - window].at = {};
    }
}

template <class FileSystem>
void tree_worker<FileSystem>::keep_known(std::uint32_t top) {
    if (top == no_directory) return;
    auto& fates = scan_->delta.fates;
    bool const by_old_rules = scan_->list_all || (depth_ > 0 && lowest().rules_changed);
    for_each_below(top, [&](std::uint32_t i) {
        if (fates[i] != fate::gone) return;
        fates[i] = fate::kept;
        if (!scan_->delta.scoped) scan_->note_kept(id_of(known()->directories[i].mark), i);
        if (by_old_rules) out_->unfinished.emplace_back(known()->path(i));
    });
}

// Keeps what is known at and below a directory, given by its key. A directory above a root file
// may be unknown itself.
template <class FileSystem>
void tree_worker<FileSystem>::keep_at(std::string_view key) {
    auto const at = find_known(key);
    if (at != no_directory || !known()) return keep_known(at);
    auto const& all = known()->directories;
    auto top = key;
    if (top.size() > 1) top.remove_suffix(1);
    for (auto i = known()->directories_before(key); i < all.size(); i = all[i].end) {
        auto const path = known()->path(i);
        bool const is_below = is_within(path, top.empty() ? "." : top);
        if (!is_below && !top.empty()) return;
        if (is_below && !scan_->roots.is_nested(path)) keep_known(i);
    }
}

template <class FileSystem>
void tree_worker<FileSystem>::keep_below(level const& in, std::size_t index) {
    keep_at(path_.substr(0, in.path_size) + std::string{in.below[index].name} + '/');
}

// Calls `act` for a known directory and for each directory below, except for other roots and
// their subtrees: the walks of these roots decide about them.
template <class FileSystem>
template <class Act>
void tree_worker<FileSystem>::for_each_below(std::uint32_t top, Act act) const {
    auto const& all = known()->directories;
    bool const has_all =
        known()->path(top).empty(); // includes absolute paths, but these are not below
    for (auto i = top; i < all[top].end;) {
        auto const path = known()->path(i);
        bool const is_other =
            i != top && (scan_->roots.is_nested(path) || (has_all && !is_within(path, ".")));
        if (!is_other) act(i);
        i = is_other ? std::max(all[i].end, i + 1) : i + 1;
    }
}

// Opens the current directory again, if necessary. After a failure, gives up the remaining names:
// as removed if the directory is gone, else as unreadable.
template <class FileSystem>
bool tree_worker<FileSystem>::is_open() {
    std::size_t const last = depth_ - 1;
    std::size_t index = last;
    while (index > 0 && !levels_[index].at) --index;
    std::error_code error;
    for (; index <= last && !error; ++index) {
        if (!levels_[index].at) reopen(index, error);
    }
    if (error) leave_unfinished(error);
    return !error;
}

template <class FileSystem>
void tree_worker<FileSystem>::leave_unfinished(std::error_code error) {
    level& in = lowest();
    list_again();
    if (!is_absence(error)) {
        path_.resize(in.path_size);
        if (path_.size() > 1) path_.pop_back();
        fail(error, "open");
        path_.resize(in.path_size, '/');
        if (step_ != step::done) return keep_known(in.known);
        if (in.current < in.below.size()) keep_below(in, in.current);
        for (auto i = in.next; i < in.below.size(); ++i) keep_below(in, i);
    }
    in.next = in.below.size();
}

template <class FileSystem>
void tree_worker<FileSystem>::reopen(std::size_t index, std::error_code& error) {
    directory opened;
    if (index == 0) {
        opened = open_top(error);
    } else {
        level const& parent = levels_[index - 1];
        char const* const name = parent.below[parent.current].name.data();
        opened = open_in(index - 1, name, levels_[index].link, error);
    }
    if (error) return;
    stat_record const record = scan_->files.stat(opened, error);
    if (error) return;
    if (object_id{record.device, record.inode} != levels_[index].id) {
        error.assign(ESTALE, std::generic_category()); // another directory in its place
        return;
    }
    levels_[index].at = std::move(opened);
    if (index >= window && (index > window || is_root_)) levels_[index - window].at = {};
}

// Opens the directory of the task, from its root downwards. Follows no links except the links
// already followed on the way of the walk.
template <class FileSystem>
auto tree_worker<FileSystem>::open_top(std::error_code& error) -> directory {
    directory opened = scan_->paths.open(root_.c_str(), error);
    for (std::size_t at = below_; at < top_ && !error;) {
        auto const end = std::min(path_.find('/', at), top_);
        bool const is_link = std::find(links_.begin(), links_.end(), end) != links_.end();
        auto const link = is_link ? last_link::follow : last_link::keep;
        opened = scan_->files.open(opened, path_.substr(at, end - at).c_str(), link, error);
        at = end + 1;
    }
    return opened;
}

// Leaves the current directory for a later pass of the scan.
template <class FileSystem>
void tree_worker<FileSystem>::enter_later(last_link link) {
    auto const lock = scan_->share();
    detour& made = scan_->detours.add();
    made.path.assign(path_);
    made.links = links_;
    if (link == last_link::follow) made.links.push_back(path_.size());
    made.number = number_;
    made.below = below_;
    made.device = device_;
    made.rules_changed = lowest().rules_changed;
    made.is_root = false;
}

template <class FileSystem>
bool tree_worker<FileSystem>::enter(task& what) {
    leave();
    root_ = what.root;
    path_ = what.path;
    below_ = what.below;
    top_ = path_.size();
    links_ = what.links;
    is_root_ = false;
    what.by_detour = true;
    std::error_code error;
    what.at = open_top(error);
    if (!error) return run(what);
    list_again();
    if (is_absence(error)) return true;
    fail(error, "open");
    keep_at(path_ + '/');
    return true;
}

// Opens a subdirectory. If no descriptors are left, closes the levels above and tries again; with
// several workers, gives up the scan.
template <class FileSystem>
auto tree_worker<FileSystem>::open_in(std::size_t parent, char const* name, last_link link,
                                      std::error_code& error) -> directory {
    directory opened = scan_->files.open(levels_[parent].at, name, link, error);
    if (!is_shortage(error)) return opened;
    if (!scan_->alone) {
        scan_->given_up = true;
        return opened;
    }
    for (std::size_t i = 0; i < parent; ++i) levels_[i].at = {};
    return scan_->files.open(levels_[parent].at, name, link, error);
}

} // namespace restat::detail
