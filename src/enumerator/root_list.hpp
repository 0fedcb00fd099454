#pragma once

#include "base/plain_path.hpp"

#include <restat/file_system/base_directory.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::detail {

/// Returns the key of a directory in a snapshot: its path with a slash at the end, empty for `.`.
inline std::string directory_key(std::string path) {
    if (path == ".") path.clear();
    if (!path.empty() && !path.ends_with('/')) path += '/';
    return path;
}

/// The roots of a scan: each root once, in its reported spelling, with a mark for each root below
/// another root.
///
///     roots     w  ./w/a/b  x        ->  w  w/a/b  x
///     nested    w/a/b/                   skipped by the walk of w, walked on its own
///
/// With relative and absolute roots together, a root also counts as below another root if the
/// spelling differs. A path then has the name given by its innermost root:
///
///     base      /home
///     roots     w  /home/w/a             nested: /home/w/a
///     name_of   w/f -> w/f   w/a/f -> /home/w/a/f
class root_list {
public:
    /// Takes the roots as named by the user. \cost none if the roots are unchanged
    void take(std::vector<std::string> const& named, base_directory const& base = {}) {
        if (taken_ && is(named)) return;
        taken_ = false;
        base_ = base;
        plain_.clear();
        std::set<std::string> known;
        for (std::string const& one : named) {
            auto path = plain_path(one);
            if (known.insert(path).second) plain_.push_back(std::move(path));
        }
        auto const is_absolute = [](auto const& one) { return one.starts_with('/'); };
        has_relative_ = !std::all_of(plain_.begin(), plain_.end(), is_absolute);
        is_mixed_ = has_relative_ && !base_.path.empty() &&
                    std::any_of(plain_.begin(), plain_.end(), is_absolute);
        find_nested();
        named_ = named;
        taken_ = true;
    }
    bool is_taken() const noexcept { return taken_; }
    /// Returns whether these are the roots of the last `take`.
    bool is(std::vector<std::string> const& named) const { return named_ == named; }

    std::size_t size() const noexcept { return plain_.size(); }
    std::string const& operator[](std::size_t number) const noexcept { return plain_[number]; }
    std::vector<std::string> const& all() const noexcept { return plain_; }

    /// Returns whether a path is a root.
    bool has(std::string_view path) const noexcept {
        return std::binary_search(sorted_.begin(), sorted_.end(), path);
    }
    /// Returns the offset in a path of the part below its innermost root; for a root, the offset
    /// of its last component. Returns `npos` if no root holds the path.
    std::size_t root_prefix(std::string_view path) const {
        if (has(path)) return path.find_last_of('/') + 1;
        if (!is_mixed_ || path.starts_with('/')) return place_above(keys_, path);
        auto const whole = plain_path(base_.whole(path));
        auto const place = place_above(keys_, whole);
        bool const is_below = place != path.npos && whole.ends_with(path);
        auto const before = whole.size() - path.size();
        return !is_below || place < before ? path.npos : place - before;
    }

    /// Returns the name that these roots give to a path, itself named by other roots.
    std::string name_of(std::string_view path) const {
        if (base_.path.empty() || is_spelled_alike(path)) return std::string{path};
        auto const key = whole_key(path);
        for (std::string_view above = key; !above.empty(); above = directory_above(above)) {
            auto const at = whole_keys_.find(above);
            if (at == whole_keys_.end() && leaves(above)) break;
            if (at == whole_keys_.end()) continue;
            std::string const& root = plain_[at->second];
            if (above.size() == key.size()) return root;
            auto named = directory_key(root) + key.substr(above.size());
            named.pop_back();
            return named;
        }
        return std::string{path};
    }
    /// Returns whether these roots give a path the same name as other roots do, for every path.
    bool spells_like(root_list const& other) const noexcept {
        bool const is_mixed = is_mixed_ || other.is_mixed_;
        return base_.path.empty() || (!is_mixed && has_relative_ == other.has_relative_);
    }
    /// Returns whether a root may be directly in a directory, given by its path.
    bool may_have_root_in(std::string_view directory) const {
        auto const key = whole_key(directory);
        auto const next = whole_keys_.upper_bound(key);
        return next != whole_keys_.end() && next->first.starts_with(key);
    }

    /// Returns whether a directory, given by its key, is a root below another root.
    bool is_nested(std::string_view key) const {
        if (nested_.empty()) return false;
        if (is_mixed_ && !key.starts_with('/'))
            return std::binary_search(nested_.begin(), nested_.end(), whole_key(key));
        return std::binary_search(nested_.begin(), nested_.end(), key);
    }
    /// Returns the same for a root, given by its number.
    bool is_nested(std::size_t number) const noexcept { return is_nested_[number]; }
    bool has_nested() const noexcept { return !nested_.empty(); }
    /// Calls `act` with each key in its plain spelling for which `is_nested` is true.
    template <class Act>
    void for_each_nested(Act act) const {
        auto const base = is_mixed_ ? directory_key(base_.path) : "";
        for (std::string_view const key : nested_) {
            act(key);
            if (is_mixed_ && key.starts_with(base)) act(key.substr(base.size()));
        }
    }
    bool has_relative() const noexcept { return has_relative_; }

private:
    void find_nested() {
        sorted_ = plain_;
        std::sort(sorted_.begin(), sorted_.end());
        keys_.clear();
        whole_keys_.clear();
        for (std::size_t i = 0; i < plain_.size(); ++i) {
            std::string const& one = plain_[i];
            if (one.empty()) continue;
            keys_.push_back(is_mixed_ ? whole_key(one) : directory_key(one));
            if (!base_.path.empty()) whole_keys_.emplace(whole_key(one), i);
        }
        std::sort(keys_.begin(), keys_.end());
        nested_.clear();
        for (std::string const& one : keys_) {
            if (place_above(keys_, one) != one.npos) nested_.push_back(one);
        }
        is_nested_.clear();
        for (std::string const& one : plain_) is_nested_.push_back(is_nested(directory_key(one)));
    }

    // Returns whether the path and all roots are relative, or all are absolute.
    bool is_spelled_alike(std::string_view path) const noexcept {
        return !is_mixed_ && path.starts_with('/') != has_relative_;
    }
    std::string whole_key(std::string_view path) const {
        return directory_key(plain_path(base_.whole(path)));
    }

    // Returns whether a path ends with `..`. Such a path leaves the directories above: the part
    // before may be a link.
    static bool leaves(std::string_view path) noexcept {
        auto const name = path.substr(directory_above(path).size());
        return name == ".." || name == "../";
    }

    // Returns the size of the longest key above a path. `.` is not above an absolute path.
    static std::size_t place_above(std::vector<std::string> const& keys,
                                   std::string_view path) noexcept {
        for (auto at = path; !at.empty() && !leaves(at);) {
            at = directory_above(at);
            if (at.empty() && path.starts_with('/')) break;
            if (std::binary_search(keys.begin(), keys.end(), at)) return at.size();
        }
        return path.npos;
    }

    std::vector<std::string> named_;
    std::vector<std::string> plain_;
    std::vector<std::string> sorted_; // the same paths in byte order
    std::vector<std::string> keys_;   // keys of all roots, in byte order; absolute if mixed
    std::map<std::string, std::size_t, std::less<>> whole_keys_; // to the first root
    base_directory base_;
    std::vector<std::string> nested_; // keys of roots below others, in byte order
    std::vector<bool> is_nested_;     // by the number of the root
    bool has_relative_ = false;
    bool is_mixed_ = false; // relative and absolute roots
    bool taken_ = false;
};

} // namespace restat::detail
