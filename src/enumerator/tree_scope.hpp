#pragma once

#include "enumerator/tree_worker.hpp"

// Limits a worker to some directories: the worker goes down to each of them and no further,
// unless an object there is new or was replaced. Everything outside the scope stays as known.
// Within the scope, the worker keeps the subtree of each name separately, so a removed name loses
// its whole subtree.
namespace restat::detail {

// Returns whether the walk visits an opened directory, and under this name.
template <class FileSystem>
bool tree_worker<FileSystem>::is_wanted(level& made, state& now) {
    std::error_code error;
    now.record = read_record(scan_->files, error, made.at);
    if (error) {
        fail(error, "stat");
        list_again();
        std::string const path = path_.empty() || path_.ends_with('/') ? path_ : path_ + '/';
        keep_at(path);
        return false;
    }
    made.id = {now.record.device, now.record.inode};
    bool const is_top = depth_ == 0 && is_root_;
    bool const mounted = !is_top && made.id.device != device_;
    bool elsewhere = false;
    if (mounted && scan_->how.mounts == tree_options::file_systems::stay) {
        list_again();
        return false;
    }
    if (depth_ > 0 && is_mount_point(scan_->files, made.at)) {
        enter_later(last_link::keep);
        return false;
    }
    bool const comes_first = scan_->visit(made.id, number_, elsewhere);
    bool const is_kept = comes_first && is_kept_elsewhere(made);
    elsewhere |= is_kept;
    bool const leads_out = comes_first && scan_->delta.scoped && is_known_elsewhere(made);
    if (comes_first && !leads_out && !is_kept) return true;
    if (leads_out) scan_->note_led_out();
    bool const is_first = depth_ == 0; // of its task: all before it are done
    if (!elsewhere && !is_first && !scan_->alone) scan_->given_up = true;
    list_again();
    return false;
}

template <class FileSystem>
auto tree_worker<FileSystem>::reach_of(level const& made) -> reach {
    auto const& delta = scan_->delta;
    if (!delta.scoped) return reach::whole;
    if (depth_ > 0 && levels_[depth_ - 1].wanted == reach::whole) return reach::whole;
    if (made.known == no_directory || made.rules_changed) return reach::whole;
    listing_mark const& old = known()->directories[made.known].mark;
    if (id_of(old) != made.id) return reach::whole;
    if (delta.is_in_scope(path_)) return reach::itself;
    keep_known(made.known);
    return reach::beyond;
}

// For a directory outside the scope, adds the subdirectories on the way to the scope.
template <class FileSystem>
void tree_worker<FileSystem>::add_scoped_below(level& in) {
    auto const& scope = scan_->delta.scope;
    std::string_view last;
    for (std::string const& path : scope) {
        if (path.size() <= in.path_size || !path.starts_with(path_)) continue;
        auto const name = std::string_view{path}.substr(
            in.path_size, path.find('/', in.path_size) - in.path_size);
        if (name.empty() || name == ".." || name == last) continue; // of another root
        last = name;
        path_ += name;
        if (asks(in, file_type::directory)) {
            path_ += '/';
            auto const at = find_known(path_);
            bool const followed = at != no_directory && known()->directories[at].mark.followed;
            in.below.add(name, followed ? file_type::symlink : file_type::directory);
            in.known_below.push_back(at);
        }
        path_.resize(in.path_size);
    }
}

// Returns whether the next directory stays as known, because the directory lies outside a limited
// scan. A directory known only for its root files was never listed, so the scan enters it.
template <class FileSystem>
bool tree_worker<FileSystem>::stays_as_known(level const& in, std::size_t index) {
    if (in.wanted == reach::whole) return false;
    auto const at = in.known_below[index];
    if (at == no_directory || known()->directories[at].mark.known == listing::none) return false;
    bool const leads_on = scan_->delta.is_on_the_way(path_) || in.rules_changed;
    if (leads_on) {
        release_known(at); // removed unless visited
    } else {
        keep_known(at);
    }
    return !leads_on;
}

template <class FileSystem>
void tree_worker<FileSystem>::release_known(std::uint32_t top) {
    if (top == no_directory) return;
    auto& fates = scan_->delta.fates;
    for_each_below(top, [&](std::uint32_t i) {
        if (fates[i] == fate::kept) fates[i] = fate::gone;
    });
}

// Returns whether a directory found by a limited scan is known under another path outside the
// scope. A known path that the last scan could not read does not count, because a scan of the
// whole tree does not read this path either; only a detour does not visit a directory that may
// still be there.
template <class FileSystem>
bool tree_worker<FileSystem>::is_known_elsewhere(level const& made) const {
    if (!known()) return false;
    bool const bare = path_.empty() || path_.ends_with('/');
    auto const own =
        made.known != no_directory ? made.known : find_known(bare ? path_ : path_ + '/');
    auto const& all = known()->directories;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        bool const same = id_of(all[i].mark) == made.id;
        if (!same || i == own || scan_->delta.fates[i] != fate::kept) continue;
        if (!was_unread(i) || (by_detour_ && may_still_be_at(i))) return true;
    }
    return false;
}

template <class FileSystem>
bool tree_worker<FileSystem>::was_unread(std::uint32_t at) const {
    auto const* unread = scan_->delta.unread;
    auto const path = known()->path(at);
    return unread && std::any_of(unread->begin(), unread->end(), [&](finding const& one) {
               return !is_absence(one.error) && is_within(path, one.path);
           });
}

// Returns whether the target of a detour is known under a path with an unreadable directory. The
// arrival or removal of a link or a mount changes nothing in the target. The detour visits the
// target only if the directory has left the known path, as far as a check of this path is
// possible.
template <class FileSystem>
bool tree_worker<FileSystem>::is_kept_elsewhere(level const& made) {
    if (!by_detour_ || !known()) return false;
    auto const kept = scan_->find_kept(made.id);
    return kept && *kept != made.known && may_still_be_at(*kept);
}

// Returns whether a known directory is at its path, as far as a check of this path is possible.
template <class FileSystem>
bool tree_worker<FileSystem>::may_still_be_at(std::uint32_t at) const {
    auto const& all = known()->directories;
    for (auto i = at; i != no_directory; i = all[i].parent) {
        std::string path{known()->path(i)};
        if (path.size() > 1 && path.ends_with('/')) path.pop_back();
        if (path.empty()) path = ".";
        std::error_code error;
        auto const now = scan_->paths.stat(path.c_str(), last_link::follow, error);
        if (!error) return object_id{now.device, now.inode} == id_of(all[i].mark);
        if (is_absence(error)) return false;
    }
    return true;
}

} // namespace restat::detail
