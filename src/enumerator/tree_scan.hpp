#pragma once

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/snapshot_update.hpp>

#include "enumerator/based_files.hpp"
#include "enumerator/checked_path.hpp"
#include "enumerator/root_change.hpp"
#include "enumerator/root_list.hpp"
#include "enumerator/tree_detours.hpp"
#include "enumerator/worker_pool.hpp"
#include "values/snapshot_delta.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace restat::detail {

inline bool is_shortage(std::error_code const& error) noexcept {
    return error == std::errc::too_many_files_open ||
           error == std::errc::too_many_files_open_in_system;
}

/// The options, the roots, and the base directory of a scan.
struct tree_plan {
    tree_options how;
    std::vector<std::string> const& roots;
    base_directory const& base;
};

/// The root of a walk, and the way from this root to the top of a task.
struct walk_origin {
    std::string root;               ///< as reported
    std::vector<std::size_t> links; ///< see `detour::links`
    detour_count count;             ///< on this way
    std::size_t below = 0;          ///< offset of the part below the root, in every path
    std::size_t number = 0;         ///< of the root
    std::uint64_t device = 0;       ///< of the root
    bool is_root = true;            ///< the top is the root
    bool by_detour = false;         ///< see tree_detours.hpp
    bool rules_changed = false;     ///< in the parent of the top
};

/// The directories visited by a scan, each with its root.
class visited_directories {
public:
    /// Forgets all directories. \cost the same for any number of directories, because even a
    /// slice without work begins with this call
    void clear() noexcept {
        count_ = 0;
        if (++turn_ != 0) return;
        std::fill(slots_.begin(), slots_.end(), slot{});
        turn_ = 1;
    }
    /// Adds a directory. If the directory was visited before, returns the number of the root of
    /// the first visit.
    std::optional<std::size_t> visit(object_id id, std::size_t root) {
        if ((count_ + 1) * 2 > slots_.size()) grow();
        slot& at = find(id);
        if (at.turn == turn_) return at.root;
        at = {id, root, turn_};
        ++count_;
        return std::nullopt;
    }

private:
    struct slot {
        object_id id;
        std::size_t root = 0;
        std::uint32_t turn = 0; // of the scan with this visit
    };

    slot& find(object_id id) noexcept {
        std::size_t const mask = slots_.size() - 1;
        std::size_t at = place_of(id) & mask;
        while (slots_[at].turn == turn_ && slots_[at].id != id) at = (at + 1) & mask;
        return slots_[at];
    }
    void grow() {
        auto const old = std::exchange(
            slots_, std::vector<slot>(std::max<std::size_t>(64, slots_.size() * 2)));
        for (slot const& one : old) {
            if (one.turn == turn_) find(one.id) = one;
        }
    }

    std::vector<slot> slots_;
    std::size_t count_ = 0;
    std::uint32_t turn_ = 1;
};

template <class FileSystem>
class tree_watches;

/// The state shared by all workers of a scan.
template <class FileSystem>
struct tree_scan {
    using directory = typename FileSystem::directory;

    /// A directory to visit with its subtree. With `names`, the task covers only these
    /// subdirectories, each with its subtree. With rows, the task covers only these known files.
    struct task : walk_origin {
        directory at;
        object_id id;
        name_list names;
        std::vector<std::uint32_t> known_names;
        std::string path; // as reported
        std::uint32_t known = directory_row::no_directory;
        std::uint32_t first_row = 0; // range of the known files
        std::uint32_t end_row = 0;
        last_link link = last_link::follow;

        /// Makes this the task of a whole directory. The caller sets its path.
        void take(std::string const& of_root, std::size_t of_number) {
            root = of_root;
            number = of_number;
            known = directory_row::no_directory;
            names.clear();
            known_names.clear();
            first_row = end_row = 0;
        }
    };

    /// Makes the index of the known directories, unless there is one or the scan needs none.
    /// Returns false if the scan has to pause.
    bool index_known() {
        while (delta.index_some()) {
            if (update.is_over()) return false;
        }
        return true;
    }

    bool visit(object_id id, std::size_t root, bool& elsewhere) {
        auto const lock = share();
        auto const before = visited.visit(id, root);
        if (!before) return true;
        elsewhere = *before != root;
        return false;
    }

    void note_led_out() {
        auto const lock = share();
        delta.led_out = true;
    }
    void note_kept(object_id id, std::uint32_t at) {
        auto const lock = share();
        kept.emplace(id, at);
    }
    /// Returns the known directory with this identity, if the scan could not visit the directory.
    std::optional<std::uint32_t> find_kept(object_id id) {
        auto const lock = share();
        auto const at = kept.find(id);
        return at == kept.end() ? std::nullopt : std::optional{at->second};
    }

    bool trusts(directory const& at, std::uint64_t device) {
        auto const lock = share();
        for (auto const& [one, trusted] : devices) {
            if (one == device) return trusted;
        }
        bool const trusted = trusts_stamps(files, at);
        devices.emplace_back(device, trusted);
        return trusted;
    }

    /// Locks the shared state against the other workers, unless the scan has a single worker.
    std::unique_lock<std::mutex> share() {
        return alone.load(std::memory_order_relaxed) ? std::unique_lock<std::mutex>{}
                                                     : std::unique_lock{guard};
    }

    /// Claims a file for its given name, so the walk of its directory does not find the file once
    /// more. Returns false for a second claim of the same name.
    bool claim(std::string const& path) {
        std::size_t const name = name_offset(path);
        std::string const parent =
            name == 0 ? "." : path.substr(0, std::max<std::size_t>(name - 1, 1));
        std::error_code error;
        stat_record const in = paths.stat(parent.c_str(), last_link::follow, error);
        if (error) return true;
        return named.insert({{in.device, in.inode}, path.substr(name)}).second;
    }

    /// Returns whether the scan has work at or below a path. Always true for an unlimited scan.
    bool is_within_reach(std::string_view path) const {
        return !delta.scoped || delta.is_on_the_way(path) || delta.is_beside(path);
    }

    FileSystem& files;
    based_files<FileSystem> paths; // for calls with whole paths
    root_list const& roots;
    root_change changed; // the difference to the roots of the previous scan
    tree_options how;
    matcher_ref matcher;
    snapshot_update& update;
    snapshot_delta& delta;
    visited_directories& visited;
    worker_pool<task>& workers;
    detour_list& detours;
    std::vector<std::pair<std::uint64_t, bool>>& devices; // each: are its stamps trusted?
    tree_watches<FileSystem>* watches = nullptr;          // null without events
    std::uint64_t number = 0;                             // see `directory_reader::scan`
    bool list_all = false;
    std::set<std::pair<object_id, std::string>> named{};
    std::map<object_id, std::uint32_t> kept{}; // known directories that could not be visited
    std::atomic<bool> alone{true};             // a single worker does the scan
    std::atomic<bool> given_up{false};         // several workers cannot do the scan
    alignas(64) std::mutex guard{};            // away from the read-only members
};

/// Returns the known directories that are roots below other roots, in order.
template <class FileSystem>
std::vector<std::uint32_t> find_nested_roots(tree_scan<FileSystem> const& scan) {
    std::vector<std::uint32_t> found;
    auto const* known = scan.delta.known;
    if (known && scan.roots.has_nested()) {
        scan.roots.for_each_nested([&](std::string_view key) {
            auto const at = known->find_directory(key);
            if (at != directory_row::no_directory) found.push_back(at);
        });
        std::sort(found.begin(), found.end());
    }
    return found;
}

/// Keeps the files that were roots, if a scan has them in view and could not read them.
template <class FileSystem>
void keep_former_roots(tree_scan<FileSystem>& scan, root_list const& before) {
    snapshot_delta& delta = scan.delta;
    auto const* known = delta.known;
    bool const has_former = known && known->named > 0 && before.all() != scan.roots.all();
    if (!has_former || delta.scoped) return;
    for (std::string const& one : before.all()) {
        auto const path = scan.roots.name_of(one);
        if (scan.roots.has(path)) continue;
        auto const at = known->find_row(path);
        if (at == snapshot::contents::no_row) continue;
        auto const& kind = known->kinds[known->rows[at].kind];
        bool const is_kept =
            kind.named && delta.is_unread(path, at) && scan.changed.reaches_now(path, kind.type);
        if (is_kept) delta.harvests[0].loose.add(known->kinds.unpack(known->rows[at], path));
    }
}

/// Returns the error of a path that a scan could not read for lack of descriptors, or none.
inline std::error_code shortage_in(snapshot_delta const& of) {
    for (scan_harvest const& one : of.harvests) {
        for (finding const& found : one.findings) {
            if (is_shortage(found.error)) return found.error;
        }
    }
    return {};
}

/// Returns the largest number of threads for a scan.
template <class FileSystem>
std::size_t threads_for(tree_options how) noexcept {
    if constexpr (is_concurrent<FileSystem>) {
        return std::min(how.threads > 0 ? how.threads : detail::usable_cores(), most_workers);
    }
    return 1;
}

} // namespace restat::detail
