#pragma once

#include <restat/file_system/watches.hpp>
#include <restat/hint_list.hpp>

#include "enumerator/root_checks.hpp"
#include "enumerator/tree_scan.hpp"
#include "values/snapshot_access.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace restat::detail {

/// The watches of a tree.
///
/// A scan watches each directory on its way, in this order: open, add, read the status, name, list.
/// So each change is either in the listing or in an event. A directory that has a watch needs no
/// other call. An event carries the identity of its directory, and `take_hints` finds the path:
///
///     event {1,7} "x"  ->  index of the snapshot  ->  t/a/  ->  check t/a/x
///
/// An identity without a known directory stays for the next scan, since a scan may know the
/// directory already. If a later scan does not know the directory either, its watch ends.
template <class FileSystem>
class tree_watches {
public:
    using directory = typename FileSystem::directory;

    /// Where paths lead.
    struct place {
        FileSystem& files;
        base_directory const& base;
    };

    /// Begins a scan with this matcher, which must live until the next scan. Opens the queue, once.
    void begin(place const& of, root_list const& roots, matcher_ref matcher,
               std::uint64_t number) {
        matcher_ = matcher;
        scan_ = number;
        if (!std::exchange(is_begun_, true)) {
            std::error_code error;
            watches_ = restat::open_watches(of.files, error);
            why_ = error;
        }
        if (!watches_) return;
        based_files<FileSystem> based{of.files, of.base};
        roots_.begin(based, roots);
    }
    /// Adds each root that differs without an event.
    void check_roots(place const& of, root_list const& roots, hint_list& into) {
        if (!watches_) return;
        based_files<FileSystem> based{of.files, of.base};
        roots_.compare(based, roots, into);
    }
    explicit operator bool() const noexcept { return static_cast<bool>(watches_); }
    /// Closes the queue for good if a scan has lacked a descriptor. Unread events are lost. Returns
    /// false if there is no such error, or no queue.
    bool give_up(std::error_code shortage) {
        if (!watches_ || !shortage) return false;
        watches_ = {};
        is_lost_ = is_taken_;
        note(shortage);
        return true;
    }

    bool has(object_id id) const { return watches_.has({id.device, id.inode}); }
    /// Watches an open directory. Returns false if the watch is refused.
    bool add(directory& at) {
        std::error_code error;
        auto const trust = watches_.add(at, error);
        if (trust == watch_trust::none) note(error);
        return trust != watch_trust::none;
    }
    /// Names a directory after its status was read. Only then is the trust in its events known.
    void name(directory& at, object_id id) {
        auto const trust = watches_.name(at, {id.device, id.inode});
        std::lock_guard const lock{guard_};
        is_counted_ = false;
        if (trust == watch_trust::some && !is_partly(id.device)) partly_.push_back(id.device);
    }
    /// Ends the watch of a directory that the scan does not visit.
    void turn_away(directory& at, object_id id) {
        if (has(id)) return;
        watches_.name(at, {id.device, id.inode});
        watches_.forget({id.device, id.inode});
    }
    /// Notes the removed directories of a finished scan.
    void note_removed(snapshot_delta const& found) {
        if (!found.known || !found.restructured) return;
        is_counted_ = false;
        auto const& all = found.known->directories;
        for (std::uint32_t i = 0; i < all.size() && removed_.size() < most_removed; ++i) {
            if (found.fates[i] == fate::gone) removed_.push_back({id_of(all[i].mark), scan_});
        }
    }

    /// Adds the places of the events since the last call.
    void take_hints(snapshot const& latest, root_list const& roots, hint_list& into) {
        auto const* known = snapshot_access::contents(latest);
        if (!known) return;
        is_taken_ = true;
        if (std::exchange(is_lost_, false)) into.lost();
        if (!watches_) return count_once(*known);
        tree const of{latest, roots, *matcher_};
        make_index(*known);
        resolve(*known, into);
        auto const error = watches_.take([&](watch_hint const& hint) { take(of, hint, into); });
        if (error) note(error);
        count_once(*known);
    }
    int descriptor() const { return watches_.descriptor(); }
    event_coverage coverage() const { return coverage_; }

private:
    static constexpr std::size_t most_removed = 4096;
    static constexpr std::size_t most_unknown = 1024;
    struct tree {
        snapshot const& latest;
        root_list const& roots;
        matcher_ref matcher;
    };
    struct waiting {
        object_id id;
        std::uint64_t scan; ///< the last scan begun when it was noted
    };

    static file_identity identity(object_id id) noexcept { return {id.device, id.inode}; }

    void note(std::error_code error) {
        std::lock_guard const lock{guard_};
        why_ = error;
        is_counted_ = false;
    }
    bool is_partly(std::uint64_t device) const {
        return std::find(partly_.begin(), partly_.end(), device) != partly_.end();
    }

    static void make_index(snapshot::contents const& known) {
        if (known.index.get()) return;
        auto made = std::make_unique<directory_index>(known);
        while (made->add_some(known)) continue;
        known.index.set(std::move(made));
    }
    template <class Act>
    static bool for_each(snapshot::contents const& known, object_id id, Act act) {
        bool found = false;
        known.index.get()->any_of(known, id, [&](std::uint32_t at) {
            found = true;
            act(at);
            return false;
        });
        return found;
    }

    // Lists the directories that a scan knows by now. Two scans later, ends the watches of the
    // others.
    void resolve(snapshot::contents const& known, hint_list& into) {
        auto const is_over = [&](waiting const& one) { return scan_ >= one.scan + 2; };
        std::erase_if(unknown_, [&](waiting const& one) {
            auto const list = [&](std::uint32_t at) { into.list(path_of(known, at)); };
            if (for_each(known, one.id, list)) return true;
            if (is_over(one)) watches_.forget(identity(one.id));
            return is_over(one);
        });
        std::erase_if(removed_, [&](waiting const& one) {
            if (scan_ <= one.scan) return false;
            if (!for_each(known, one.id, [](std::uint32_t) {})) watches_.forget(identity(one.id));
            return true;
        });
    }

    void take(tree const& of, watch_hint const& hint, hint_list& into) {
        if (hint.kind == watch_event::lost || hint.kind == watch_event::gone) is_counted_ = false;
        if (hint.kind == watch_event::lost) return into.lost();
        auto const& known = *snapshot_access::contents(of.latest);
        object_id const id{hint.directory.device, hint.directory.inode};
        bool const is_known =
            for_each(known, id, [&](std::uint32_t at) { add(of, at, hint, into); });
        if (!is_known && hint.kind != watch_event::gone) keep(id, into);
    }
    void keep(object_id id, hint_list& into) {
        for (waiting const& one : unknown_) {
            if (one.id == id) return;
        }
        if (unknown_.size() == most_unknown) {
            unknown_.clear();
            return into.lost();
        }
        unknown_.push_back({id, scan_});
    }

    // Changed rules hold for everything below their directory, so a hint about a hidden file, which
    // may hold rules, leads to a scan of everything.
    void add(tree const& of, std::uint32_t at, watch_hint const& hint, hint_list& into) {
        auto const& known = *snapshot_access::contents(of.latest);
        auto const path = path_of(known, at);
        if (hint.kind == watch_event::gone) return into.list(above(known, at));
        if (hint.name.empty()) return into.list(path);
        std::string const key{known.path(at)};
        std::string const whole = key + std::string{hint.name};
        bool const is_file = known.find_row(at, hint.name) != snapshot::contents::no_row;
        bool const holds_rules = of.matcher.enters() && known.directories[at].mark.ruled;
        if (holds_rules && hint.name.starts_with('.')) return into.lost();
        if (hint.kind == watch_event::file && is_file)
            return holds_rules ? into.list(path) : into.check_file(whole);
        bool const is_directory =
            known.find_directory(whole + '/') != directory_row::no_directory;
        if (is_file || is_directory || !is_excluded(of, at, whole, hint.kind)) into.list(path);
    }

    // Returns whether the matcher excludes a name that is not known. A new name may hold rules, and
    // so may a changed file in a directory with rules.
    static bool is_excluded(tree const& of, std::uint32_t at, std::string_view path,
                            watch_event kind) {
        auto const& mark = snapshot_access::contents(of.latest)->directories[at].mark;
        if (of.matcher.enters() && (mark.ruled || kind != watch_event::file)) return false;
        auto const below = of.roots.root_prefix(path);
        if (below == path.npos) return false;
        auto const is_wanted = [&](file_type type) {
            return restat::watches(of.matcher({path, below, type}));
        };
        return !is_wanted(file_type::regular) && !is_wanted(file_type::directory);
    }

    static std::string path_of(snapshot::contents const& known, std::uint32_t at) {
        std::string path{known.path(at)};
        if (path.size() > 1) path.pop_back();
        return path.empty() ? "." : path;
    }
    static std::string above(snapshot::contents const& known, std::uint32_t at) {
        auto const parent = known.directories[at].parent;
        return path_of(known, parent == directory_row::no_directory ? at : parent);
    }

    void count_once(snapshot::contents const& known) {
        bool const was_begun = watches_ || why_; // with events
        if (was_begun && !std::exchange(is_counted_, true)) count(known);
    }
    void count(snapshot::contents const& known) {
        coverage_ = {.checked = watches_ ? roots_.size() : 0};
        for (directory_row const& one : known.directories) {
            if (one.mark.known == listing::none) continue;
            ++coverage_.directories;
            auto const id = id_of(one.mark);
            if (has(id)) {
                ++(is_partly(id.device) ? coverage_.partly : coverage_.watched);
            } else if (why_) {
                ++coverage_.refused;
            }
        }
        if (coverage_.refused > 0) coverage_.why = why_;
    }

    restat::watches_of<FileSystem> watches_;
    root_checks<FileSystem> roots_;
    std::optional<matcher_ref> matcher_; // of the last scan
    bool is_begun_ = false;
    bool is_taken_ = false; // hints were taken
    bool is_lost_ = false;  // by `give_up`
    std::uint64_t scan_ = 0;
    std::vector<waiting> unknown_; // identities of hints
    std::vector<waiting> removed_;
    event_coverage coverage_{.directories = 1};
    std::mutex guard_;                  // for the members below
    std::vector<std::uint64_t> partly_; // devices with events that may lack changes
    std::error_code why_;               // of the last refusal
    bool is_counted_ = false;           // the coverage is up to date
};

} // namespace restat::detail
