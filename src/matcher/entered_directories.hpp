#pragma once

#include "gitignore_rules.hpp"
#include "reader_lock.hpp"

#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <algorithm>
#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace restat::detail {

/// The key of a directory: as it is told, with a slash at the end; empty for ".".
inline std::string directory_key(std::string_view directory) {
    if (directory == ".") return "";
    return std::string{directory} + (directory.ends_with('/') ? "" : "/");
}

/// What a matcher remembers of a directory that a scan has entered.
struct entered_directory {
    std::string key;
    std::size_t root = 0; // how much of the key is the root's
    unsigned scans = 0;   // of its root, so far
};

/// The directories of which a matcher remembers something, each an `Entered` that never changes.
/// Those whose name is gone from the directory above are dropped when a scan enters that.
/// \threads all but `has`, `make` and `drop_gone` want the lock
template <std::derived_from<entered_directory> Entered>
class entered_directories {
public:
    using pointer = std::shared_ptr<Entered const>;

    static bool is_root(candidate const& directory) noexcept {
        return directory.relative().empty();
    }

    mutable reader_lock lock;

    bool empty() const noexcept { return all_.empty(); }

    /// Whether anything is remembered of a directory; takes the lock.
    bool has(candidate const& directory) const {
        auto const key = directory_key(directory.path);
        std::shared_lock const reading{lock};
        return look_up(key) != nullptr;
    }
    pointer find(std::string_view key) const noexcept {
        auto const* found = look_up(key);
        return found ? *found : nullptr;
    }
    /// The nearest to a path of the directories from its own up to its root; null if none.
    pointer const* nearest(candidate const& path) const noexcept {
        auto const own = path.path.size() - path.name().size();
        for (auto const size : sizes_) {
            if (size < path.below) return nullptr;
            if (size > own || (size != 0 && path.path[size - 1] != '/')) continue;
            if (auto const* found = look_up(path.path.substr(0, size))) return found;
        }
        return nullptr;
    }
    /// What is remembered of the directory that a path lies in; null if nothing.
    pointer const* parent(candidate const& path) const noexcept {
        return look_up(path.path.substr(0, path.path.size() - path.name().size()));
    }

    void put(pointer made) {
        auto const [at, is_new] = all_.insert_or_assign(made->key, made);
        if (is_new) index();
    }
    void erase(std::string const& key) {
        if (all_.erase(key) != 0) index();
    }

    /// Drops what is below names that a directory no longer holds.
    void drop_gone(candidate const& directory, directory_reader const& reader) {
        auto const above = directory_key(directory.path);
        auto const is_gone = [&](std::string_view key) {
            auto const below = key.substr(above.size());
            return !reader.may_hold(below.substr(0, below.find('/')));
        };
        if (std::shared_lock const reading{lock}; !any_below(above, is_gone)) return;
        std::lock_guard const writing{lock};
        std::erase_if(all_, [&](auto const& item) {
            bool const below = item.first.size() > above.size() && item.first.starts_with(above);
            return below && item.second->root <= above.size() && is_gone(item.first);
        });
        index();
    }

    /// A new one for a directory that is entered, by the scan that its root is in. To be called
    /// A new one for a directory that a scan enters.
    std::shared_ptr<Entered> make(candidate const& directory) {
        auto made = std::make_shared<Entered>();
        made->key = directory_key(directory.path);
        made->root = is_root(directory) ? made->key.size() : directory.below;
        std::string const root = made->key.substr(0, made->root);
        std::lock_guard const counting{scans_mutex_};
        auto& scans = scans_[root];
        made->scans = is_root(directory) ? ++scans : scans;
        return made;
    }

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return static_cast<std::size_t>(hash_bytes(text));
        }
    };

    pointer const* look_up(std::string_view key) const noexcept {
        auto const at = all_.find(key);
        return at == all_.end() ? nullptr : &at->second;
    }

    void index() {
        sizes_.clear();
        keys_.clear();
        for (auto const& [key, at] : all_) {
            sizes_.push_back(key.size());
            keys_.push_back(key);
        }
        std::sort(sizes_.begin(), sizes_.end(), std::greater<>{});
        sizes_.erase(std::unique(sizes_.begin(), sizes_.end()), sizes_.end());
        std::sort(keys_.begin(), keys_.end());
    }

    template <class Gone>
    bool any_below(std::string_view above, Gone const& is_gone) const {
        for (auto at = std::upper_bound(keys_.begin(), keys_.end(), above);
             at != keys_.end() && at->starts_with(above); ++at) {
            if (all_.find(*at)->second->root <= above.size() && is_gone(*at)) return true;
        }
        return false;
    }

    std::unordered_map<std::string, pointer, text_hash, std::equal_to<>> all_;
    std::vector<std::size_t> sizes_;     // of the keys, the longest first, each once
    std::vector<std::string_view> keys_; // in order
    std::mutex scans_mutex_;
    std::unordered_map<std::string, unsigned> scans_; // of each root, how many so far
};

} // namespace restat::detail
