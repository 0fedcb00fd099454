#pragma once

#include "last_component.hpp"
#include "per_thread_rwlock.hpp"

#include <restat/matcher/directory_reader.hpp>
#include <restat/matcher/path_matcher.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::detail {

/// The states of directories, each immutable, in the order of their keys. Finds the state nearest
/// to a path. The storage of `entered_directories`.
///
/// Consecutive paths mostly lie in the same directory, so each thread caches its last answer.
/// \threads any
template <class State>
class directory_states {
public:
    using pointer = std::shared_ptr<State const>;

    directory_states() = default;
    directory_states(directory_states const& other) : all_{other.all()}, any_{!all_.empty()} {}

    /// Returns whether no state was ever stored.
    bool is_unused() const noexcept { return !any_.load(std::memory_order_acquire); }
    /// Calls `decide` with the nearest state, or with null, and with the path's name. `decide` must
    /// not call this object again.
    template <class Decide>
    auto ask(candidate const& path, Decide decide) const {
        if (is_unused()) return decide(nullptr, path.path);
        reading const here{seats_};
        auto const [found, name] = nearest(path, here.memory());
        return decide(found ? found->get() : nullptr, path.path.substr(name));
    }
    /// Returns the state of the innermost directory above the path, up to its root, or null.
    pointer nearest(candidate const& path) const {
        reading const here{seats_};
        auto const* const found = nearest(path, here.memory()).nearest;
        return found ? *found : nullptr;
    }
    void put(pointer made) {
        writing const alone{seats_};
        all_.insert_or_assign(made->key, made);
        any_.store(true, std::memory_order_release);
    }
    void erase(std::string const& key) {
        if (!has(key)) return;
        writing const alone{seats_};
        all_.erase(key);
    }

    /// Returns the state with this key, or null. If the directory is listed, drops the states below
    /// names that it no longer holds.
    pointer visit(std::string const& key, directory_reader const& reader, bool is_listed) {
        pointer own;
        bool below = false;
        {
            reading const here{seats_};
            auto at = all_.lower_bound(key);
            if (at != all_.end() && at->first == key) own = (at++)->second;
            below = at != all_.end() && at->first.starts_with(key);
        }
        if (below && is_listed) drop_gone(key, reader);
        return own;
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

    bool has(std::string_view key) const {
        if (is_unused()) return false;
        reading const here{seats_};
        return all_.find(key) != all_.end();
    }
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
    mutable per_thread_rwlock<last_asked> seats_; // guards all_
    std::atomic<bool> any_{false};                // whether a state was ever stored
};

} // namespace restat::detail
