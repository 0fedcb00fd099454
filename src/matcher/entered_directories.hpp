#pragma once

#include "last_component.hpp"
#include "reader_seats.hpp"

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

/// The key of a directory: as it is told, with a slash at the end; empty for ".".
inline std::string directory_key(std::string_view directory) {
    if (directory == ".") return "";
    std::string key;
    key.reserve(directory.size() + 1);
    key = directory;
    if (!key.ends_with('/')) key += '/';
    return key;
}

/// What a matcher remembers of a directory that a scan has entered.
struct entered_directory {
    std::string key;
    std::size_t root = 0;      // how much of the key is the root's
    std::uint64_t scanned = 0; // by which scan
    bool is_first = false;     // of its root
};

/// The directories of which a matcher remembers something, each an `Entered` that never changes.
/// Those whose name is gone from the directory above are dropped when a scan enters that.
///
/// Paths of one directory mostly come one after the other: each thread remembers which one it
/// asked about last.
/// \threads any
template <std::derived_from<entered_directory> Entered>
class entered_directories {
public:
    using pointer = std::shared_ptr<Entered const>;

    entered_directories() = default;
    /// What is remembered so far, for another enumerator, which counts its scans for itself.
    entered_directories(entered_directories const& other)
        : all_{other.all()}, any_{!all_.empty()} {}

    static bool is_root(candidate const& directory) noexcept {
        return directory.relative().empty();
    }

    /// Whether it is known which names a directory has: none has the empty one. If not, they are
    /// those of the scan before.
    static bool is_listed(directory_reader const& reader) noexcept {
        return !reader.may_hold({});
    }

    /// What `decide` makes of the nearest to a path of the directories from its own up to its
    /// root, or of null, and of the path's name. Of a file that the user named, always of null:
    /// whether its directory was entered depends on other roots. It is not to come back here.
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
    /// What is remembered of a directory itself; null if nothing.
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

    /// What is remembered of a directory that a scan enters. Drops what is below names that it
    /// no longer holds.
    pointer come_to(candidate const& directory, directory_reader const& reader) {
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

    /// A new one for a directory that a scan enters.
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
    /// Whether an old one was made by the same scan, which was given up and begun again, or entered
    /// the directory twice: then what it says of before still holds.
    static bool is_of_same_scan(Entered const& old, Entered const& made) noexcept {
        return old.scanned == made.scanned && old.root == made.root;
    }

    /// Keeps what went wrong until it is asked for.
    void tell(std::vector<finding> const& what) {
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
    using reading = typename reader_seats<last_asked>::reading;
    using writing = typename reader_seats<last_asked>::writing;

    auto all() const {
        reading const here{seats_};
        return all_;
    }

    struct answer {
        pointer const* nearest;
        std::size_t name; // where it begins
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
        } catch (std::bad_alloc const&) { // looked up again each time
        }
        return {found, directory.size()};
    }

    // What comes before a directory in order is either above it, or parts from it below whatever
    // is above it.
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

    // The first key that may come after all that begin so.
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
    mutable reader_seats<last_asked> seats_;               // for all_
    std::atomic<bool> any_{false};                         // was there ever
    std::mutex mutex_;                                     // for what follows
    std::unordered_map<std::string, std::uint64_t> first_; // of each root, the first scan
    std::vector<finding> faults_;
};

} // namespace restat::detail
