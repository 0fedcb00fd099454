#pragma once

#include "enumerator/tree_worker.hpp"

// The comparison of a listed directory with the known rows, at the end of its check.
namespace restat::detail {

// Ends the check of a listed directory. Returns false if the scan has to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::compare_listed(level& in, state const& now) {
    if (in.known == no_directory) {
        replace_known(in, now);
        return true;
    }
    auto const same = is_as_known(in);
    if (!same) return false;
    *same ? keep_listing(in, now) : replace_known(in, now);
    return true;
}

// Returns whether the directory has the same names as before, and notes each file with another
// record. Returns no answer if the scan has to pause.
template <class FileSystem>
std::optional<bool> tree_worker<FileSystem>::is_as_known(level const& in) {
    row_store const& fresh = out_->fresh;
    std::size_t const made = fresh.directories.size() - 1;
    auto const listed = fresh.rows_of(made);
    auto const old = known()->rows_of(in.known);
    auto const first = known()->directories[in.known].rows;
    for (; looked_ < old.size(); ++looked_) {
        if ((looked_ & 127U) == 127 && scan_->update.is_over()) return std::nullopt;
        row const& was = old[looked_];
        if (known()->kinds[was.kind].named) continue;
        if (compared_ == listed.size()) return false;
        row const& is = listed[compared_];
        if (std::string_view{fresh.name(made, is)} != known()->name(in.known, was)) return false;
        ++compared_;
        if (!is_alike(known()->kinds.unpack(was, {}), fresh.kinds.unpack(is, {})))
            out_->edits.push_back({first + looked_, is});
    }
    return compared_ == listed.size();
}

template <class FileSystem>
void tree_worker<FileSystem>::replace_known(level const& in, state const& now) {
    out_->edits.resize(std::min(first_edit_, out_->edits.size()));
    out_->fresh.directories.back().mark = mark_of(in, now);
    if (in.known != no_directory) scan_->delta.fates[in.known] = fate::replaced;
}

// Drops the listing, since the directory has the known names.
template <class FileSystem>
void tree_worker<FileSystem>::keep_listing(level const& in, state const& now) {
    row_store& fresh = out_->fresh;
    fresh.rows.resize(first_row_);
    fresh.names.resize(first_name_);
    fresh.paths.resize(fresh.directories.back().path);
    fresh.directories.pop_back();
    scan_->delta.fates[in.known] = fate::same;
    note_mark(in, now);
}

template <class FileSystem>
listing_mark tree_worker<FileSystem>::mark_of(level const& in, state const& now) const {
    bool const is_whole = now.record.final && !now.unfinished && !now.has_named && !stopped();
    return {.device = now.record.device,
            .inode = now.record.inode,
            .mtime = now.record.mtime,
            .ctime = now.record.ctime,
            .known = is_whole ? listing::whole : listing::unfinished,
            .followed = in.link == last_link::follow,
            .ruled = now.ruled};
}

template <class FileSystem>
void tree_worker<FileSystem>::note_mark(level const& in, state const& now) {
    listing_mark const mark = mark_of(in, now);
    if (known()->directories[in.known].mark != mark) out_->marks.push_back({in.known, mark});
}

} // namespace restat::detail
