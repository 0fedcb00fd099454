#pragma once

#include "directory_states.hpp"

#include <restat/error.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace restat::detail {

/// Returns the key of a directory: its path as delivered, with a final slash; empty for ".".
inline std::string directory_key(std::string_view directory) {
    if (directory == ".") return "";
    std::string key;
    key.reserve(directory.size() + 1);
    key = directory;
    if (!key.ends_with('/')) key += '/';
    return key;
}

/// The state that a matcher keeps for a directory entered by a scan.
struct entered_directory {
    std::string key;
    std::size_t root = 0;      // length of the root in the key
    std::uint64_t scanned = 0; // number of the scan that made this state
    bool is_first = false;     // in the first scan of its root; there, new rules are no change
};

/// The directories for which a matcher keeps state, each an immutable `Entered`. When a scan
/// enters a directory, the states of removed subdirectories are dropped.
///
///     each verdict   ask
///     faults         faults
///     on_directory   old = visit_directory(directory, reader)
///                    if !is_listed(reader): whether a file of rules may exist is as in `old`
///                    if none may exist and !old: return no_rules
///                    made = make(directory, reader)
///                    made->before = old of the same scan ? old->before : old->now
///                    made->now = the rules read; after an error old->now, and add_faults
///                    put(made), or erase(made->key) if both are empty
///                    return changed if both differ, else rules or no_rules
///
/// Rules that also apply below their directory need a link outwards: a member `outer`, set to
/// nearest(directory), or to null at a root. A verdict then follows `outer`, innermost rules first.
/// A state is also put anew if only `outer` differs. In a first scan (`is_first`) such rules are
/// no change. `gitignore_matcher.cpp` has such states.
///
/// \threads any
template <std::derived_from<entered_directory> Entered>
class entered_directories {
public:
    using pointer = std::shared_ptr<Entered const>;

    entered_directories() = default;
    /// Copies the current states for another enumerator, which numbers its scans independently.
    entered_directories(entered_directories const& other) : states_{other.states_} {}

    static bool is_root(candidate const& directory) noexcept {
        return directory.relative().empty();
    }

    /// Returns whether the names in a directory are known; if so, the empty name is absent.
    /// Otherwise the names are those of the previous scan.
    static bool is_listed(directory_reader const& reader) noexcept {
        return !reader.may_hold({});
    }

    /// Calls `decide` with the nearest state of the path's directories, from its own up to its
    /// root, or with null, and with the path's name. A file named by the user always gets null,
    /// because other roots decide whether its directory is entered. `decide` must not call this
    /// object again.
    template <class Decide>
    auto ask(candidate const& path, Decide decide) const {
        if (path.named) return decide(nullptr, path.path);
        return states_.ask(path, decide);
    }
    /// Returns this nearest state, or null.
    pointer nearest(candidate const& path) const { return states_.nearest(path); }

    void put(pointer made) { states_.put(std::move(made)); }
    void erase(std::string const& key) { states_.erase(key); }

    /// Returns the state of a directory that a scan enters, or null. Drops the states below names
    /// that the directory no longer holds.
    pointer visit_directory(candidate const& directory, directory_reader const& reader) {
        if (states_.is_unused()) return nullptr;
        return states_.visit(directory_key(directory.path), reader, is_listed(reader));
    }

    /// Makes a new state for a directory that a scan enters.
    std::shared_ptr<Entered> make(candidate const& directory, directory_reader const& reader) {
        auto made = std::make_shared<Entered>();
        made->key = directory_key(directory.path);
        made->root = is_root(directory) ? made->key.size() : directory.below;
        std::string const root = made->key.substr(0, made->root);
        made->scanned = reader.scan();
        std::lock_guard const lock{mutex_};
        made->is_first = first_.try_emplace(root, made->scanned).first->second == made->scanned;
        return made;
    }
    /// Returns whether the old state is from the same scan, because the scan started over or
    /// entered the directory twice. In this case the previous rules of the old state are still
    /// valid.
    static bool is_of_same_scan(Entered const& old, Entered const& made) noexcept {
        return old.scanned == made.scanned && old.root == made.root;
    }

    /// Stores faults until the next call of `faults`.
    void add_faults(std::vector<finding> const& found) {
        if (found.empty()) return;
        std::lock_guard const lock{mutex_};
        faults_.insert(faults_.end(), found.begin(), found.end());
    }
    void faults(std::vector<finding>& into) {
        std::lock_guard const lock{mutex_};
        into.insert(into.end(), faults_.begin(), faults_.end());
        faults_.clear();
    }

private:
    directory_states<Entered> states_;
    std::mutex mutex_;                                     // guards the members below
    std::unordered_map<std::string, std::uint64_t> first_; // number of the first scan of each
                                                           // root
    std::vector<finding> faults_;
};

} // namespace restat::detail
