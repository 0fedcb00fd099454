#pragma once

#include "plain_path.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::detail {

/// The key of a directory in a snapshot: its path with a slash at the end, empty for `.`.
inline std::string directory_key(std::string path) {
    if (path == ".") path.clear();
    if (!path.empty() && !path.ends_with('/')) path += '/';
    return path;
}

/// The roots of a scan: each once, in the spelling in which it is reported, and which of them lie
/// below another.
///
///     roots     w  ./w/a/b  x        ->  w  w/a/b  x
///     nested    w/a/b/                   left to its own walk by the walk of w
class root_list {
public:
    /// Takes roots as they are named. \cost none if they are those it has
    void take(std::vector<std::string> const& named) {
        if (taken_ && is(named)) return;
        taken_ = false;
        plain_.clear();
        std::set<std::string> known;
        for (std::string const& one : named) {
            auto path = plain_path(one);
            if (known.insert(path).second) plain_.push_back(std::move(path));
        }
        find_nested();
        named_ = named;
        taken_ = true;
    }
    /// Whether these are the roots it was given last.
    bool is(std::vector<std::string> const& named) const { return named_ == named; }

    std::size_t size() const noexcept { return plain_.size(); }
    std::string const& operator[](std::size_t number) const noexcept { return plain_[number]; }
    std::vector<std::string> const& all() const noexcept { return plain_; }

    /// Whether a directory, by its key, is a root that lies below another root.
    bool is_nested(std::string_view key) const noexcept {
        return !nested_.empty() && std::binary_search(nested_.begin(), nested_.end(), key);
    }
    bool has_nested() const noexcept { return !nested_.empty(); }

private:
    void find_nested() {
        std::vector<std::string> keys;
        for (std::string const& one : plain_) {
            if (!one.empty()) keys.push_back(directory_key(one));
        }
        std::sort(keys.begin(), keys.end());
        nested_.clear();
        for (std::string const& one : keys) {
            if (is_below_any(one, keys)) nested_.push_back(one);
        }
    }

    // Above a path that leads out by `..` there is no `.`.
    static bool is_below_any(std::string_view key, std::vector<std::string> const& keys) {
        bool const ends_at_top = key.starts_with('/') || key.starts_with("../");
        while (!key.empty()) {
            key = directory_above(key);
            if (key.empty() && ends_at_top) return false;
            if (std::binary_search(keys.begin(), keys.end(), key)) return true;
        }
        return false;
    }

    std::vector<std::string> named_;
    std::vector<std::string> plain_;
    std::vector<std::string> nested_; // keys, in order of their bytes
    bool taken_ = false;
};

} // namespace restat::detail
