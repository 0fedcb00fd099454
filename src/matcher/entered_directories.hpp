#pragma once

#include "last_component.hpp"
#include "per_thread_rwlock.hpp"

#include <restat/error.hpp>
#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <new>
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
/// Consecutive paths mostly lie in the same directory, so each thread caches its last answer.
/// \threads any
template <std::derived_from<entered_directory> Entered>
class entered_directories {
public:
    using pointer = std::shared_ptr<Entered const>;

    entered_directories() = default;
    /// Copies the current states for another enumerator, which numbers its scans independently.
    entered_directories(entered_directories const& other)
        : all_{other.all()}, any_{!all_.empty()} {}

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
        if (path.named || !any_.load(std::memory_order_acquire))
            return decide(nullptr, path.path);
        reading const here{seats_};
        auto const [found, name] = nearest(path, here.memory());
        return decide(found ? found->get() : nullptr, path.path.substr(name));
    }
    pointer nearest(candidate const& path) const {
        reading const here{seats_};
        auto const* const found = nearest(path, here.memory()).nearest;
        return found ? *found : nullptr;
    }
    /// Returns the state of this directory itself, or null.
    pointer find(std::string_view key) const {
        if (!any_.load(std::memory_order_acquire)) return nullptr;
        reading const here{seats_};
        auto const at = all_.find(key);
        return at == all_.end() ? nullptr : at->second;
    }

    void put(pointer made) {
        writing const alone{seats_};
        all_.insert_or_assign(made->key, made);
        any_.store(true, std::memory_order_release);
    }
    void erase(std::string const& key) {
        if (!find(key)) return;
        writing const alone{seats_};
        all_.erase(key);
    }

    /// Returns the state of a directory that a scan enters, or null. Drops the states below names
    /// that the directory no longer holds.
    pointer visit_directory(candidate const& directory, directory_reader const& reader) {
        if (!any_.load(std::memory_order_acquire)) return nullptr;
        auto const key = directory_key(directory.path);
        pointer own;
        bool below = false;
        {
            reading const here{seats_};
            auto at = all_.lower_bound(key);
            if (at != all_.end() && at->first == key) own = (at++)->second;
            below = at != all_.end() && at->first.starts_with(key);
        }
        if (below && is_listed(reader)) drop_gone(key, reader);
        return own;
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
    void add_faults(std::vector<finding> const& what) {
        if (what.empty()) return;
        std::lock_guard const telling{mutex_};
        faults_.insert(faults_.end(), what.begin(), what.end());
    }
    void faults(std::vector<finding>& into) {
        std::lock_guard const telling{mutex_};
        into.insert(into.end(), faults_.begin(), faults_.end());
        faults_.clear();
    }

private:
    struct last_asked {
        std::string directory; // with its slash
        std::size_t below = 0;
        pointer const* nearest = nullptr;
        bool is_set = false;

        bool holds(candidate const& path) const noexcept {
            return is_set && below == path.below && path.path.starts_with(directory) &&
                   path.path.find('/', directory.size()) == std::string_view::npos;
        }
    };
    using reading = typename per_thread_rwlock<last_asked>::reading;
    using writing = typename per_thread_rwlock<last_asked>::writing;

    auto all() const {
        reading const here{seats_};
        return all_;
    }

    struct answer {
        pointer const* nearest;
        std::size_t name; // offset of the name
    };

    answer nearest(candidate const& path, last_asked& last) const noexcept {
        if (last.holds(path)) return {last.nearest, last.directory.size()};
        auto const directory =
            path.path.substr(0, path.path.size() - last_component(path.path).size());
        auto const* const found = nearest(directory, path.below);
        last.is_set = false;
        try {
            last.directory = directory;
            last.below = path.below;
            last.nearest = found;
            last.is_set = true;
        } catch (std::bad_alloc const&) { // searched again each time
        }
        return {found, directory.size()};
    }

    // In key order, the predecessor of a directory either lies above, or branches off below their
    // common parent.
    pointer const* nearest(std::string_view directory, std::size_t below) const noexcept {
        while (directory.size() >= below) {
            auto at = all_.upper_bound(directory);
            if (at == all_.begin()) return nullptr;
            auto const& [key, found] = *--at;
            if (directory.starts_with(key)) return key.size() >= below ? &found : nullptr;
            auto const parts = std::mismatch(directory.begin(), directory.end(), key.begin());
            auto const common =
                directory.substr(0, static_cast<std::size_t>(parts.first - directory.begin()));
            directory = directory.substr(0, common.rfind('/') + 1);
        }
        return nullptr;
    }

    // Returns the first possible key after every key with this prefix.
    static std::string after(std::string key) {
        key.back() = '/' + 1;
        return key;
    }

    void drop_gone(std::string const& above, directory_reader const& reader) {
        for (auto const& gone : gone_below(above, reader)) {
            writing const alone{seats_};
            auto const end = all_.lower_bound(after(gone));
            for (auto at = all_.lower_bound(gone); at != end;) {
                at = at->second->root <= above.size() ? all_.erase(at) : std::next(at);
            }
        }
    }
    std::vector<std::string> gone_below(std::string const& above,
                                        directory_reader const& reader) const {
        std::vector<std::string> gone;
        reading const here{seats_};
        for (auto at = all_.upper_bound(above);
             at != all_.end() && at->first.starts_with(above);) {
            auto below = at->first.substr(0, at->first.find('/', above.size()) + 1);
            auto const name = std::string_view{below}.substr(above.size());
            if (!reader.may_hold(name.substr(0, name.size() - 1))) gone.push_back(below);
            at = all_.lower_bound(after(std::move(below)));
        }
        return gone;
    }

    std::map<std::string, pointer, std::less<>> all_;
    mutable per_thread_rwlock<last_asked> seats_;          // guards all_
    std::atomic<bool> any_{false};                         // whether a state was ever stored
    std::mutex mutex_;                                     // guards the members below
    std::unordered_map<std::string, std::uint64_t> first_; // number of the first scan of each
                                                           // root
    std::vector<finding> faults_;
};

} // namespace restat::detail
