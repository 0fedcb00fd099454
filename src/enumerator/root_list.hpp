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
        has_relative_ = std::any_of(plain_.begin(), plain_.end(),
                                    [](auto const& one) { return !one.starts_with('/'); });
        named_ = named;
        taken_ = true;
    }
    bool is_taken() const noexcept { return taken_; }
    /// Whether these are the roots it was given last.
    bool is(std::vector<std::string> const& named) const { return named_ == named; }

    std::size_t size() const noexcept { return plain_.size(); }
    std::string const& operator[](std::size_t number) const noexcept { return plain_[number]; }
    std::vector<std::string> const& all() const noexcept { return plain_; }

    /// Whether a path is a root.
    bool has(std::string_view path) const noexcept {
        return std::binary_search(sorted_.begin(), sorted_.end(), path);
    }
    /// Where in a path the part below the innermost root that holds it begins; of a root, its last
    /// component; `npos` if no root holds it.
    std::size_t place_of(std::string_view path) const noexcept {
        if (has(path)) return path.find_last_of('/') + 1;
        return place_above(keys_, path);
    }

    /// Whether a directory, by its key, is a root that lies below another root.
    bool is_nested(std::string_view key) const noexcept {
        return !nested_.empty() && std::binary_search(nested_.begin(), nested_.end(), key);
    }
    /// The same of a root by its number.
    bool is_nested(std::size_t number) const noexcept { return is_nested_[number]; }
    bool has_nested() const noexcept { return !nested_.empty(); }
    bool has_relative() const noexcept { return has_relative_; }

private:
    void find_nested() {
        sorted_ = plain_;
        std::sort(sorted_.begin(), sorted_.end());
        keys_.clear();
        for (std::string const& one : plain_) {
            if (!one.empty()) keys_.push_back(directory_key(one));
        }
        std::sort(keys_.begin(), keys_.end());
        nested_.clear();
        for (std::string const& one : keys_) {
            if (place_above(keys_, one) != one.npos) nested_.push_back(one);
        }
        is_nested_.clear();
        for (std::string const& one : plain_) is_nested_.push_back(is_nested(directory_key(one)));
    }

    // The size of the longest of these keys that is above a path. Above a path that leads out by
    // `..` there is no `.`.
    static std::size_t place_above(std::vector<std::string> const& keys,
                                   std::string_view path) noexcept {
        bool const ends_at_top = path.starts_with('/') || path.starts_with("../") || path == "..";
        for (auto above = path; !above.empty();) {
            above = directory_above(above);
            if (above.empty() && ends_at_top) break;
            if (std::binary_search(keys.begin(), keys.end(), above)) return above.size();
        }
        return path.npos;
    }

    std::vector<std::string> named_;
    std::vector<std::string> plain_;
    std::vector<std::string> sorted_; // the same in order of their bytes
    std::vector<std::string> keys_;   // likewise
    std::vector<std::string> nested_; // keys, in order of their bytes
    std::vector<bool> is_nested_;     // by number
    bool has_relative_ = false;
    bool taken_ = false;
};

} // namespace restat::detail
