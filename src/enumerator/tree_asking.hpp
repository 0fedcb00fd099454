#pragma once

#include "enumerator/tree_worker.hpp"
#include "enumerator/walked_directory.hpp"

// The questions of a worker to the matcher.
namespace restat::detail {

// Calls `on_directory` of the matcher for a directory, before any question about its names. Returns
// true if the rules of the directory changed.
template <class FileSystem>
bool tree_worker<FileSystem>::read_rules(level& in, state& now, bool listed) {
    now.ruled = false;
    if (!scan_->matcher.enters()) return false;
    walked_directory<FileSystem> reader{scan_->files, in.at, listed ? &listing_ : nullptr,
                                        scan_->number};
    bool const is_top = depth_ == 1 && is_root_;
    std::string_view path = path_;
    if (is_top) {
        path = root_;
    } else {
        path.remove_suffix(1);
    }
    candidate const entering{path, is_top ? path.size() : below_, file_type::directory};
    auto const told = scan_->matcher.on_directory(entering, reader);
    now.ruled = told != directory_rules::no_rules;
    in.rules_changed |= told == directory_rules::changed;
    return told == directory_rules::changed;
}

// Decides for the next names whether the walk checks them. Many questions in a row take the
// matcher half as long as questions between system calls.
template <class FileSystem>
void tree_worker<FileSystem>::ask_ahead(level const& in, state const& now) {
    auto const end = std::min<std::size_t>(listing_.size(), looked_ + wanted_.size());
    do {
        auto const found = listing_[asked_];
        path_.resize(in.path_size);
        path_ += found.name;
        bool const is_named =
            now.has_named && scan_->named.contains({in.id, std::string{found.name}});
        wanted_[asked_ % wanted_.size()] =
            !is_named && (may_lead_on(found.type) || asks(in, found.type));
    } while (++asked_ < end && !scan_->update.is_over());
}

// Returns whether the current path is in view. If rules or roots changed, also records each path
// revealed or hidden by this change alone.
template <class FileSystem>
bool tree_worker<FileSystem>::asks(level const& in, file_type type) {
    bool const may_be_root = type == file_type::directory || type == file_type::symlink;
    if (may_be_root && is_left_to_root()) return false;
    candidate const what{path_, below_, type};
    bool const in_view = watches(scan_->matcher(what));
    if (!in.rules_changed && !scan_->changed) return in_view;
    bool const was_followed = type == file_type::symlink && scan_->changed &&
                              scan_->changed.was_followed(known(), path_);
    if (was_followed) out_->hidden.push_back(path_);
    bool const was_in_view = was_followed     ? false
                             : scan_->changed ? scan_->changed.had(path_, type)
                                              : watches(scan_->matcher.previous_verdict(what));
    bool const was_there = in.known != no_directory || known() == nullptr;
    if (in_view && !was_in_view && was_there) out_->revealed.push_back(path_);
    if (was_in_view && !in_view && !replaces_known(in, type)) out_->hidden.push_back(path_);
    return in_view;
}

// Returns whether the directory or link at `path_` is a root itself: the walk of this root decides
// about the path.
template <class FileSystem>
bool tree_worker<FileSystem>::is_left_to_root() {
    if (!scan_->roots.has_nested()) return false;
    path_ += '/';
    bool const is_nested = scan_->roots.is_nested(path_);
    path_.pop_back();
    return is_nested;
}

// Returns whether the name changed from a directory to another type, or the other way round. The
// known object is then removed, whatever the rules.
template <class FileSystem>
bool tree_worker<FileSystem>::replaces_known(level const& in, file_type type) const {
    if (in.known == no_directory) return false;
    if (type != file_type::directory) return find_known(path_ + '/') != no_directory;
    auto const name = std::string_view{path_}.substr(in.path_size);
    return known()->find_row(in.known, name) != snapshot::contents::no_row;
}

} // namespace restat::detail
