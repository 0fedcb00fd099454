#pragma once

#include "gitignore_rules.hpp"
#include "reader_lock.hpp"

#include <restat/matcher/path_matcher.hpp>

#include <atomic>
#include <bitset>
#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace restat::detail {

/// The key of a directory: as it is told, with a slash at the end; empty for ".".
inline std::string directory_key(std::string_view directory) {
    if (directory == ".") return "";
    return std::string{directory} + (directory.ends_with('/') ? "" : "/");
}

/// What a matcher remembers of a directory that a scan has entered.
struct entered_directory {
    std::string key;
    std::size_t root = 0;                        // how much of the key is the root's
    mutable std::atomic<unsigned> entered_by{0}; // the last scan
};

/// The directories of which a matcher remembers something, each an `Entered` that never changes
/// but for its scan. Those that a scan no longer enters are dropped by the one after it.
/// \threads all but `has` and `make` want the lock
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
        auto const& text = path.path;
        for (auto end = text.find_last_of('/');; end = text.find_last_of('/', end - 1)) {
            auto const size = end == std::string_view::npos ? 0 : end + 1;
            if (size < path.below) return nullptr;
            if (auto const* found = look_up(text.substr(0, size))) return found;
            if (size <= path.below || size <= 1) return nullptr;
        }
    }
    /// What is remembered of the directory that a path lies in; null if nothing.
    pointer const* parent(candidate const& path) const noexcept {
        return look_up(path.path.substr(0, path.path.size() - path.name().size()));
    }

    void put(pointer made) {
        all_.insert_or_assign(made->key, std::move(made));
        index();
    }
    void erase(std::string const& key) {
        if (all_.erase(key) != 0) index();
    }

    /// A new one for a directory that is entered, by the scan that its root is in. To be called
    /// for roots first.
    std::shared_ptr<Entered> make(candidate const& directory) {
        auto made = std::make_shared<Entered>();
        made->key = directory_key(directory.path);
        made->root = is_root(directory) ? made->key.size() : directory.below;
        std::string const root = made->key.substr(0, made->root);
        if (is_root(directory)) begin_scan(root);
        std::shared_lock const reading{lock};
        auto const at = scans_.find(root);
        made->entered_by = at == scans_.end() ? 0 : at->second;
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
        if (!sizes_[key.size() % sizes_.size()]) return nullptr;
        auto const at = all_.find(key);
        return at == all_.end() ? nullptr : &at->second;
    }

    void index() {
        sizes_.reset();
        for (auto const& [key, at] : all_) sizes_.set(key.size() % sizes_.size());
    }

    // Drops what the scan before this one did not come by.
    void begin_scan(std::string const& root) {
        std::lock_guard const writing{lock};
        auto const number = ++scans_[root];
        std::erase_if(all_, [&](auto const& item) {
            Entered const& at = *item.second;
            return at.root == root.size() && at.key.starts_with(root) && at.key != root &&
                   at.entered_by.load() + 1 < number;
        });
        index();
    }

    std::unordered_map<std::string, pointer, text_hash, std::equal_to<>> all_;
    std::bitset<1024> sizes_; // of the keys, modulo
    std::unordered_map<std::string, unsigned, text_hash, std::equal_to<>> scans_; // of each root
};

} // namespace restat::detail
