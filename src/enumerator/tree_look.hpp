#pragma once

#include "enumerator/tree_asking.hpp"
#include "enumerator/tree_comparison.hpp"
#include "enumerator/tree_worker.hpp"

// The check of a single directory by a worker.
namespace restat::detail {

template <class FileSystem>
bool tree_worker<FileSystem>::may_skip(level const& in, state const& now) const {
    if (in.known == no_directory || scan_->list_all || in.rules_changed || now.has_named) {
        return false;
    }
    listing_mark const& old = known()->directories[in.known].mark;
    return old.known == listing::whole && old.device == now.record.device &&
           old.inode == now.record.inode && old.mtime == now.record.mtime &&
           old.ctime == now.record.ctime && scan_->trusts(in.at, now.record.device);
}

template <class FileSystem>
void tree_worker<FileSystem>::look_into(level& in) {
    auto const named = scan_->named.lower_bound({in.id, ""});
    now_.has_named = named != scan_->named.end() && named->first == in.id;
    skips_ = may_skip(in, now_);
    if (!skips_) return list(in);
    now_.ruled = known()->directories[in.known].mark.ruled;
    if (now_.ruled && read_rules(in, now_, false)) return list(in);
    first_edit_ = out_->edits.size();
    first_finding_ = out_->findings.size();
    looked_ = 0;
    until_ = static_cast<std::uint32_t>(known()->rows_of(in.known).size());
    shares_rows_ = lists_again_ = false;
    step_ = step::known;
}

template <class FileSystem>
void tree_worker<FileSystem>::list(level& in) {
    in.below.clear();
    in.known_below.clear();
    listing_.clear();
    step_ = step::listing;
}

// Continues the check of the lowest level. Returns false if the scan has to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::look_on(level& in) {
    if (step_ == step::part_of_known) {
        look_at_known(in);
    } else if (step_ == step::known) {
        auto const came = look_at_known(in);
        if (came == progress::paused) return false;
        if (came == progress::done) {
            looked_ = in.known + 1;
            step_ = step::known_below;
        } else {
            list(in);
        }
    }
    if (step_ == step::known_below && !add_known_below(in)) return false;
    if (step_ == step::listing && !read_names(in, now_)) return false;
    if (step_ == step::sorting && !sort_names(in, now_)) return false;
    if (step_ == step::completing && !add_unlisted(in)) return false;
    if (step_ == step::sorting_all && !sort_all(in)) return false;
    if (step_ == step::listed && !look_at_listed(in)) return false;
    if (step_ == step::comparing && !compare_listed(in, now_)) return false;
    step_ = step::done;
    path_.resize(in.path_size);
    close_above();
    return true;
}

// Reads the names in a directory. Returns false if the scan has to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::read_names(level& in, state& now) {
    std::error_code error;
    do {
        if (scan_->update.is_over()) return false;
    } while (!stopped() && scan_->files.list(in.at, listing_, error));
    // A directory removed while open has no names any more.
    is_whole_ = !error || is_absence(error);
    if (!is_whole_) {
        now.unfinished = true;
        std::size_t const size = path_.size();
        if (size > 1) path_.pop_back();
        fail(error, "list");
        path_.resize(size, '/');
    }
    step_ = step::sorting;
    return true;
}

// Sorts the names. Returns false if the scan has to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::sort_names(level& in, state& now) {
    do {
        if (scan_->update.is_over()) return false;
    } while (listing_.sort_some());
    if (!skips_ || !in.rules_changed) read_rules(in, now, true);
    if (is_whole_ || in.known == no_directory) {
        begin_listed(in);
        return true;
    }
    listed_ = listing_.size();
    looked_ = 0;
    until_ = in.known + 1;
    step_ = step::completing;
    return true;
}

template <class FileSystem>
void tree_worker<FileSystem>::begin_listed(level& in) {
    row_store& fresh = out_->fresh;
    first_name_ = fresh.names.size();
    first_row_ = fresh.rows.size();
    first_edit_ = out_->edits.size();
    // Otherwise the rows of a large directory would be moved again and again, in one step each.
    auto const rows = first_row_ + listing_.size();
    if (rows > fresh.rows.capacity())
        fresh.rows.reserve(std::max(rows, 2 * fresh.rows.capacity()));
    fresh.begin({path_.data(), in.path_size});
    looked_ = 0;
    asked_ = 0;
    step_ = step::listed;
}

// Adds the known names not listed before the listing broke off. Returns false if the scan has to
// pause.
template <class FileSystem>
bool tree_worker<FileSystem>::add_unlisted(level& in) {
    auto const rows = known()->rows_of(in.known);
    for (; looked_ < rows.size(); ++looked_) {
        if ((looked_ & 127U) == 127 && scan_->update.is_over()) return false;
        row const& old = rows[looked_];
        if (!is_root(in, old)) add_unless_listed(known()->name(in.known, old));
    }
    auto const& all = known()->directories;
    for (std::uint32_t count = 1; until_ < all[in.known].end; ++count) {
        if (count % 64 == 0 && scan_->update.is_over()) return false;
        auto const at = std::exchange(until_, all[until_].end);
        if (all[at].parent != in.known) continue;
        auto name = known()->path(at).substr(in.path_size);
        name.remove_suffix(1);
        auto const row = known()->find_row(in.known, name);
        bool const is_added =
            row != snapshot::contents::no_row && !is_root(in, known()->rows[row]);
        if (!is_added) add_unless_listed(name);
    }
    step_ = step::sorting_all;
    return true;
}

template <class FileSystem>
void tree_worker<FileSystem>::add_unless_listed(std::string_view name) {
    std::size_t first = 0;
    for (std::size_t end = listed_; first < end;) {
        std::size_t const middle = first + (end - first) / 2;
        listing_[middle].name < name ? first = middle + 1 : end = middle;
    }
    if (first == listed_ || listing_[first].name != name) listing_.add(name, file_type::none);
}

template <class FileSystem>
bool tree_worker<FileSystem>::sort_all(level& in) {
    do {
        if (scan_->update.is_over()) return false;
    } while (listing_.sort_some());
    begin_listed(in);
    return true;
}

// Checks the known files of a directory. After a failed check, the directory has to be listed
// after all: at once, or in the next scan if other workers check a part of the files. A missing
// name was removed after the read of the directory's record.
template <class FileSystem>
auto tree_worker<FileSystem>::look_at_known(level& in) -> progress {
    auto const& all = *known();
    auto const first = all.directories[in.known].rows;
    for (; looked_ < until_; ++looked_) {
        if (scan_->update.is_over()) return progress::paused;
        if (all.kinds[all.rows[first + looked_].kind].named) continue;
        if ((looked_ & 255U) == 255) {
            if (stopped()) return progress::done;
            share_rows(in);
        }
        if (compare_known(in, first + looked_)) continue;
        if (shares_rows_) {
            if (!std::exchange(lists_again_, true)) list_again();
            continue;
        }
        out_->edits.resize(std::min(first_edit_, out_->edits.size()));
        out_->findings.resize(first_finding_);
        return progress::failed;
    }
    return progress::done;
}

// Adds the known subdirectories. Leaves out directories never listed, which hold only files that
// are roots. Also leaves out directories that are roots themselves. Returns false if the scan has
// to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::add_known_below(level& in) {
    auto const& all = *known();
    for (std::uint32_t count = 1; looked_ < all.directories[in.known].end; ++count) {
        if (count % 256 == 0 && scan_->update.is_over()) return false;
        auto const at = std::exchange(looked_, all.directories[looked_].end);
        directory_row const& below = all.directories[at];
        bool const was_entered = below.parent == in.known && below.mark.known != listing::none;
        if (!was_entered || scan_->roots.is_nested(all.path(at))) continue;
        auto name = all.path(at).substr(in.path_size);
        name.remove_suffix(1);
        in.below.add(name, below.mark.followed ? file_type::symlink : file_type::directory);
        in.known_below.push_back(at);
    }
    scan_->delta.fates[in.known] = fate::same;
    return true;
}

template <class FileSystem>
bool tree_worker<FileSystem>::compare_known(level& in, std::uint32_t at) {
    row const& old = known()->rows[at];
    char const* const name = known()->name(in.known, old);
    std::error_code error;
    last_link itself = last_link::keep;
    bool const is_directory = known()->kinds[old.kind].type == file_type::directory;
    stat_record const record = is_directory
                                   ? read_identity(scan_->files, error, in.at, name)
                                   : read_record(scan_->files, error, in.at, name, itself);
    ++entries_checked_;
    if (error) {
        if (is_absence(error)) return false;
        path_.resize(in.path_size);
        path_ += name;
        fail(error, "stat");
        path_.resize(in.path_size);
        return true;
    }
    if (known()->kinds.holds(old, record)) return true;
    if (record.type != known()->kinds[old.kind].type) return false;
    out_->edits.push_back({at, out_->fresh.kinds.pack({{}, record})});
    return true;
}

// Checks the listed names. Returns false if the scan has to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::look_at_listed(level& in) {
    for (; looked_ < listing_.size() && !stopped(); ++looked_) {
        if (scan_->update.is_over()) return false;
        if (looked_ == asked_) ask_ahead(in, now_);
        path_.resize(in.path_size);
        path_ += listing_[looked_].name;
        if (wanted_[looked_ % wanted_.size()]) visit(in, now_, listing_[looked_]);
    }
    path_.resize(in.path_size);
    looked_ = compared_ = 0;
    step_ = step::comparing;
    return true;
}

// Returns whether the type of a name leaves open how to check the object: unknown, or a link to
// be followed.
template <class FileSystem>
bool tree_worker<FileSystem>::may_lead_on(file_type type) const noexcept {
    bool const follows = scan_->how.links == tree_options::symlinks::follow;
    return type == file_type::none || (type == file_type::symlink && follows);
}

template <class FileSystem>
void tree_worker<FileSystem>::visit(level& in, state& now, listed_name const& found) {
    if (found.type == file_type::directory) return add_directory(in, now, found);
    bool const follows = scan_->how.links == tree_options::symlinks::follow;
    if (follows && may_lead_on(found.type)) now.unfinished = true;
    look_at(in, now, found);
}

// Adds a subdirectory. The walk finds the current type of the name on entry.
template <class FileSystem>
void tree_worker<FileSystem>::add_directory(level& in, state& now, listed_name const& found) {
    add_below(in, found);
    if (!reports_directories()) return;
    std::error_code error;
    stat_record const record = read_identity(scan_->files, error, in.at, found.name.data());
    if (!error && record.type == file_type::directory) return add(in, record);
    now.unfinished = true;
    if (error && !is_absence(error)) keep_row(in, found.name);
}

template <class FileSystem>
void tree_worker<FileSystem>::look_at(level& in, state& now, listed_name const& found) {
    std::error_code error;
    char const* const name = found.name.data();
    last_link itself = last_link::keep;
    stat_record const record = read_record(scan_->files, error, in.at, name, itself);
    ++entries_checked_;
    if (error) {
        now.unfinished = true;
        if (is_absence(error)) return;
        fail(error, "stat");
        keep_entry(in, found.name);
    } else if (record.type == file_type::directory) {
        if (asks(in, file_type::directory))
            add_directory(in, now, {found.name, file_type::directory});
    } else if (record.type == file_type::symlink &&
               scan_->how.links == tree_options::symlinks::follow) {
        look_through_link(in, now, name, record);
    } else if (record.type == found.type || asks(in, record.type)) {
        add(in, record);
    }
}

template <class FileSystem>
void tree_worker<FileSystem>::look_through_link(level& in, state& now, char const* name,
                                                stat_record const& link) {
    std::error_code error;
    look const seen = look_through(scan_->files, link, error, in.at, name);
    now.unfinished = true;
    if (error) {
        fail(error, "stat");
        keep_entry(in, name);
    } else if (seen.record.type == file_type::directory) {
        if (asks(in, file_type::directory)) add_below(in, {name, file_type::symlink});
    } else if (asks(in, seen.record.type)) {
        add(in, seen.record, seen.link);
    }
}

template <class FileSystem>
void tree_worker<FileSystem>::add(level& in, stat_record const& record, stat_record const& link) {
    auto const name = std::string_view{path_}.substr(in.path_size);
    out_->fresh.add(name, out_->fresh.kinds.pack({{}, record, link}));
}

template <class FileSystem>
void tree_worker<FileSystem>::add_below(level& in, listed_name const& found) {
    in.below.add(found.name, found.type);
    std::size_t const size = path_.size();
    path_ += '/';
    bool const may_be_known = in.known != no_directory;
    in.known_below.push_back(may_be_known ? find_known(path_) : no_directory);
    path_.resize(size);
}

// Returns whether a known row of a directory is a root of this scan.
template <class FileSystem>
bool tree_worker<FileSystem>::is_root(level const& in, row const& of) const {
    if (!known()->kinds[of.kind].named) return false;
    auto const path = std::string{known()->path(in.known)} + known()->name(in.known, of);
    return scan_->roots.has(path);
}

// Keeps everything known of an unreadable name, with its subtree.
template <class FileSystem>
void tree_worker<FileSystem>::keep_entry(level& in, std::string_view name) {
    keep_row(in, name);
    keep_at(path_ + '/');
}

template <class FileSystem>
void tree_worker<FileSystem>::keep_row(level& in, std::string_view name) {
    if (in.known == no_directory) return;
    auto const at = known()->find_row(in.known, name);
    if (at == snapshot::contents::no_row || is_root(in, known()->rows[at])) return;
    out_->fresh.add(name, out_->fresh.kinds.pack(known()->kinds.unpack(known()->rows[at], {})));
}

} // namespace restat::detail
