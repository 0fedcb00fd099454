#pragma once

#include "enumerator/worker_parts.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace restat::detail {

/// Limits a worker to the scope of its scan: the worker goes down to each directory in scope and
/// no further, unless an object there is new or was replaced. Everything outside the scope stays
/// as known. Within the scope, each name keeps its subtree separately, so a removed name loses its
/// whole subtree.
template <class FileSystem>
class walk_scope {
public:
    explicit walk_scope(worker_parts<FileSystem>& of) noexcept
        : scan_{of.scan}, chain_{of.chain}, known_{of.known}, questions_{of.questions} {}

    /// Returns the scope in the lowest directory. Keeps the directory with its subtree if the walk
    /// only passes through.
    directory_scope of_level() {
        auto const& in = chain_.lowest();
        auto const* const above = chain_.parent();
        if (!scan_->delta.scoped) return directory_scope::whole;
        if (above && above->scope == directory_scope::whole) return directory_scope::whole;
        if (in.known == directory_row::no_directory || in.rules_changed)
            return directory_scope::whole;
        if (id_of(scan_.known()->directories[in.known].mark) != in.id)
            return directory_scope::whole;
        if (scan_->delta.is_in_scope(chain_.path())) return directory_scope::itself;
        known_.keep(in.known);
        return directory_scope::nothing;
    }

    /// For a directory outside the scope, adds the subdirectories on the way to the scope.
    void add_below() {
        auto const& scope = scan_->delta.scope;
        std::string const level{chain_.level_path()};
        auto const end = scope.end();
        auto at = std::upper_bound(scope.begin(), end, level, path_less);
        while (at != end && at->starts_with(level)) {
            auto const below = at->substr(0, at->find('/', level.size()) + 1);
            at = std::partition_point(
                at, end, [&](std::string const& path) { return path.starts_with(below); });
            add_if_in_view(std::string_view{below}.substr(level.size()));
        }
        chain_.go_back();
    }

    /// Returns whether the current subdirectory stays as known, because the directory lies outside
    /// the scope. A directory known only for its root files was never listed, so the scan enters
    /// it. `at` is the known directory.
    bool stays_as_known(std::uint32_t at) {
        auto const& in = chain_.lowest();
        if (in.scope == directory_scope::whole || at == directory_row::no_directory) return false;
        if (scan_.known()->directories[at].mark.known == listing::none) return false;
        bool const leads_on = scan_->delta.is_on_the_way(chain_.path()) || in.rules_changed;
        leads_on ? known_.release(at) : known_.keep(at);
        return !leads_on;
    }

private:
    // Takes a name with its slash.
    void add_if_in_view(std::string_view name) {
        name.remove_suffix(1);
        if (name.empty() || name == "..") return; // of another root
        chain_.go_to(name);
        if (questions_.is_in_view(file_type::directory)) add(name);
    }
    void add(std::string_view name) {
        auto const at = chain_.find_known();
        bool const was_followed =
            at != directory_row::no_directory && scan_.known()->directories[at].mark.followed;
        auto const type = was_followed ? file_type::symlink : file_type::directory;
        chain_.lowest().add_below(name, type, at);
    }

    worker_scan<FileSystem> const& scan_;
    open_chain<FileSystem>& chain_;
    known_subtrees<FileSystem>& known_;
    rule_questions<FileSystem>& questions_;
};

} // namespace restat::detail
