#pragma once

#include "enumerator/checked_path.hpp"
#include "enumerator/open_chain.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// The known directories that a worker does not visit, each with its subtree. A known directory
/// counts as removed unless the scan visits or keeps this directory.
template <class FileSystem>
class known_subtrees {
public:
    using level = tree_level<FileSystem>;

    known_subtrees(worker_scan<FileSystem> const& scan, open_chain<FileSystem>& chain) noexcept
        : scan_{scan}, chain_{chain} {}

    /// Marks a known directory and its subtree as kept: unreadable, or outside the scope.
    void keep(std::uint32_t top) {
        if (top == directory_row::no_directory) return;
        auto& fates = scan_->delta.fates;
        bool const is_limited = scan_->delta.scoped;
        bool const by_old_rules =
            scan_->list_all || (!chain_.empty() && chain_.lowest().rules_changed);
        if (!is_limited || by_old_rules) {
            for_each(top, [&](std::uint32_t i) {
                if (fates[i] != fate::gone) return;
                if (!is_limited) keep_one(i);
                if (by_old_rules) scan_.found().unfinished.emplace_back(known().path(i));
            });
        }
        if (is_limited) fates.keep(top);
    }
    /// Keeps what is known at and below a directory, given by its key. A directory above a root
    /// file may be unknown itself.
    void keep_at(std::string_view key) {
        auto const at = scan_.find_known(key);
        if (at != directory_row::no_directory || !scan_.known()) return keep(at);
        auto const& all = known().directories;
        auto top = key;
        if (top.size() > 1) top.remove_suffix(1);
        for (auto i = known().directories_before(key); i < all.size(); i = all[i].end) {
            auto const path = known().path(i);
            bool const is_below = is_within(path, top.empty() ? "." : top);
            if (!is_below && !top.empty()) return;
            if (is_below && !scan_->roots.is_nested(path)) keep(i);
        }
    }
    /// Keeps what is known at and below the current path.
    void keep_current() {
        auto const& path = chain_.path();
        bool const has_slash = path.empty() || path.ends_with('/');
        keep_at(has_slash ? path : path + '/');
    }
    /// In a limited scan, marks a directory and its subtree as removed unless the scan visits or
    /// keeps them.
    void release(std::uint32_t top) {
        if (top != directory_row::no_directory) scan_->delta.fates.release(top);
    }

    /// Returns whether a directory found by a limited scan is known under another path outside
    /// the scope. A known path that the last scan could not read does not count, because a scan of
    /// the whole tree does not read this path either; only a detour does not visit a directory
    /// that may still be there.
    bool is_known_elsewhere(level const& made) {
        if (!scan_.known()) return false;
        auto const own =
            made.known != directory_row::no_directory ? made.known : chain_.find_known();
        return known().index.get()->any_of(known(), made.id, [&](std::uint32_t i) {
            bool const is_other = i != own && scan_->delta.fates[i] == fate::kept;
            return is_other && (!was_unread(i) || (by_detour() && may_still_be_at(i)));
        });
    }
    /// Returns whether the target of a detour is known under a path with an unreadable directory.
    /// The arrival or removal of a link or a mount changes nothing in the target. The detour
    /// visits the target only if the directory has left the known path, as far as a check of this
    /// path is possible.
    bool is_kept_elsewhere(level const& made) const {
        if (!by_detour() || !scan_.known()) return false;
        auto const kept = scan_->find_kept(made.id);
        return kept && *kept != made.known && may_still_be_at(*kept);
    }

private:
    snapshot::contents const& known() const noexcept { return *scan_.known(); }
    object_id id_of(std::uint32_t one) const noexcept {
        return detail::id_of(known().directories[one].mark);
    }
    void keep_one(std::uint32_t directory) {
        scan_->delta.fates.set(directory, fate::kept);
        scan_->note_kept(id_of(directory), directory);
    }
    bool by_detour() const noexcept { return chain_.origin().by_detour; }

    // Calls `act` for a known directory and for each directory below, except for other roots and
    // their subtrees: the walks of these roots decide about them.
    template <class Act>
    void for_each(std::uint32_t top, Act act) const {
        auto const& all = known().directories;
        bool const has_all =
            known().path(top).empty(); // includes absolute paths, but these are not below
        for (auto i = top; i < all[top].end;) {
            auto const path = known().path(i);
            bool const is_other =
                i != top && (scan_->roots.is_nested(path) || (has_all && !is_within(path, ".")));
            if (!is_other) act(i);
            i = is_other ? std::max(all[i].end, i + 1) : i + 1;
        }
    }

    bool was_unread(std::uint32_t at) const {
        auto const* unread = scan_->delta.unread;
        auto const path = known().path(at);
        return unread && std::any_of(unread->begin(), unread->end(), [&](finding const& one) {
                   return !is_absence(one.error) && is_within(path, one.path);
               });
    }

    // Returns whether a known directory is at its path, as far as a check of this path is
    // possible.
    bool may_still_be_at(std::uint32_t at) const {
        for (auto i = at; i != directory_row::no_directory; i = known().directories[i].parent) {
            std::string path{known().path(i)};
            if (path.size() > 1 && path.ends_with('/')) path.pop_back();
            if (path.empty()) path = ".";
            std::error_code error;
            auto const now = scan_->paths.stat(path.c_str(), last_link::follow, error);
            if (!error) return object_id{now.device, now.inode} == id_of(i);
            if (is_absence(error)) return false;
        }
        return true;
    }

    worker_scan<FileSystem> const& scan_;
    open_chain<FileSystem>& chain_;
};

} // namespace restat::detail
