#pragma once

#include "base/plain_path.hpp"
#include "base/unread.hpp"
#include "snapshot_contents.hpp"
#include "view_tops.hpp"

#include <restat/snapshot_builder.hpp>

#include <algorithm>

namespace restat::detail {

/// Gives the library's own code access to the parts of a snapshot.
struct snapshot_access {
    /// Returns the contents; null for an empty snapshot.
    static snapshot::contents const* contents(snapshot const& of) noexcept {
        return of.contents_ ? &*of.contents_ : nullptr;
    }
    static snapshot::contents* contents(snapshot& of) noexcept {
        return of.contents_ ? &*of.contents_ : nullptr;
    }
    /// Returns the nearest known directory above a path: `.` for the directory with the empty
    /// path, or "" if no directory above the path is known.
    static std::string_view known_above(snapshot const& of, std::string_view path) noexcept {
        auto const* const all = contents(of);
        while (all && !path.empty()) {
            path = directory_above(path);
            bool const known = all->find_directory(path) != directory_row::no_directory;
            if (known) return path.empty() ? "." : path;
        }
        return "";
    }
    static void fill(snapshot& to, snapshot::contents&& with) {
        to.contents_ = make_owned<snapshot::contents>(std::move(with));
    }
    static void exchange(snapshot& to, owned<snapshot::contents>& with) noexcept {
        std::swap(to.contents_, with);
    }
    static void set_view(snapshot& of, std::vector<finding> findings,
                         std::vector<std::string> revealed, std::vector<std::string> hidden,
                         std::vector<std::string> steady) noexcept {
        of.findings_ = std::move(findings);
        of.revealed_ = std::move(revealed);
        of.hidden_ = std::move(hidden);
        of.steady_ = std::move(steady);
    }
    /// Returns the roots with a successful read, though they lie below a path with a read error.
    static std::vector<std::string>& readable(snapshot& of) noexcept { return of.readable_; }
    static std::vector<std::string> const& readable(snapshot const& of) noexcept {
        return of.readable_;
    }
    /// Returns true if a path is a root itself, not an entry of a listing.
    static bool is_named(snapshot const& of, std::string_view path) noexcept {
        auto const* const all = contents(of);
        auto const row = all ? all->find_row(path) : snapshot::contents::no_row;
        return row != snapshot::contents::no_row && all->kinds[all->rows[row].kind].named;
    }
    /// Returns whether a finding makes a path unreadable. The finding is a read error of the path
    /// itself, or of a directory above without a readable root in between.
    static bool is_unread(snapshot const& of, std::string_view path, finding const& by) noexcept {
        return is_unread(of, path, by, of.readable_);
    }
    static bool is_unread(snapshot const& of, std::string_view path, finding const& by,
                          std::vector<std::string> const& readable) noexcept {
        if (is_absence(by.error) || !is_within(path, by.path)) return false;
        if (path == by.path) return true;
        if (is_named(of, path)) return false;
        return std::none_of(readable.begin(), readable.end(), [&](auto const& root) {
            return root != by.path && is_within(std::string_view{root}, by.path) &&
                   is_within(path, root);
        });
    }
    static std::vector<std::string>& revealed(snapshot& of) noexcept { return of.revealed_; }
    static std::vector<std::string> const& revealed(snapshot const& of) noexcept {
        return of.revealed_;
    }
    static std::vector<std::string>& hidden(snapshot& of) noexcept { return of.hidden_; }
    static std::vector<std::string> const& hidden(snapshot const& of) noexcept {
        return of.hidden_;
    }
    /// Paths below those, with subtrees neither revealed nor hidden by the scan.
    static std::vector<std::string> const& steady(snapshot const& of) noexcept {
        return of.steady_;
    }
    /// Former and new names of subtrees with other names since this scan: below each, an entry
    /// of a single scan is neither added nor removed.
    static std::vector<std::string>& renamed(snapshot& of) noexcept { return of.renamed_; }
    static std::vector<std::string> const& renamed(snapshot const& of) noexcept {
        return of.renamed_;
    }
    /// Returns whether rules or roots alone hid a path under its present name.
    static bool is_hidden(snapshot const& of, split_path path) noexcept {
        return is_covered(of.hidden_, of.steady_, path);
    }
    /// Returns whether rules or roots alone revealed a path, whatever its name.
    static bool is_revealed(snapshot const& of, split_path path) noexcept {
        return is_covered(of.revealed_, of.steady_, path);
    }
    /// Adds a finished snapshot to a builder, which then makes an equal one.
    static void add_finished(snapshot_builder& into, snapshot const& all) {
        into.add_finished(all);
    }
};

} // namespace restat::detail
