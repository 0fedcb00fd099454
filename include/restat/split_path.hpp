#pragma once

#include <restat/export.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace restat {

/// A path in two parts, so all files of a directory can share the first part: the form of the paths
/// in a `snapshot`. Compares, counts and prints as the whole path. Any string converts to a
/// `split_path`.
/// \cost refers to both parts; only `str` allocates
class split_path {
public:
    constexpr split_path() noexcept = default;
    /// Refers to a directory, with its final slash, and a name.
    constexpr split_path(std::string_view directory, std::string_view name) noexcept
        : directory_{directory}, name_{name} {}
    /// Refers to a whole path, without a directory.
    template <std::convertible_to<std::string_view> Path>
    constexpr split_path(Path const& whole) noexcept // NOLINT: a path by design
        : name_{static_cast<std::string_view>(whole)} {}

    /// Returns the directory: empty, or everything up to and including a slash.
    constexpr std::string_view directory() const noexcept { return directory_; }
    /// Returns the part after the directory. This part has slashes of its own if the path was never
    /// split.
    constexpr std::string_view name() const noexcept { return name_; }

    constexpr std::size_t size() const noexcept { return directory_.size() + name_.size(); }
    [[nodiscard]] constexpr bool empty() const noexcept { return size() == 0; }
    constexpr char operator[](std::size_t index) const noexcept {
        return index < directory_.size() ? directory_[index] : name_[index - directory_.size()];
    }
    /// Returns whether the whole path starts with these bytes.
    constexpr bool starts_with(std::string_view beginning) const noexcept {
        if (beginning.size() <= directory_.size()) return directory_.starts_with(beginning);
        return beginning.starts_with(directory_) &&
               name_.starts_with(beginning.substr(directory_.size()));
    }

    /// Returns the whole path.
    std::string str() const {
        std::string whole;
        append_to(whole);
        return whole;
    }
    explicit operator std::string() const { return str(); }
    /// Appends the whole path to a text.
    void append_to(std::string& text) const { text.append(directory_).append(name_); }

    friend constexpr bool operator==(split_path a, split_path b) noexcept {
        if (a.size() != b.size()) return false;
        if (a.directory_.size() == b.directory_.size()) {
            return a.name_ == b.name_ && a.directory_ == b.directory_;
        }
        return order(a, b) == 0;
    }

    template <class Stream>
        requires requires(Stream& to, std::string_view text) { to << text; }
    friend Stream& operator<<(Stream& to, split_path path) {
        to << path.directory_ << path.name_;
        return to;
    }

private:
    friend constexpr bool path_less(split_path a, split_path b) noexcept;

    static constexpr int rank(char c) noexcept {
        return c == '/' ? -1 : static_cast<unsigned char>(c);
    }

    // Returns a number less than, equal to or greater than 0.
    static constexpr int order(split_path a, split_path b) noexcept {
        for (;;) {
            if (a.directory_.empty()) a = {a.name_, {}};
            if (b.directory_.empty()) b = {b.name_, {}};
            auto const size = a.directory_.size() < b.directory_.size() ? a.directory_.size()
                                                                        : b.directory_.size();
            if (size == 0) return a.empty() ? (b.empty() ? 0 : -1) : 1;
            if (a.directory_.substr(0, size) != b.directory_.substr(0, size)) {
                std::size_t at = 0;
                while (a.directory_[at] == b.directory_[at]) ++at;
                return rank(a.directory_[at]) - rank(b.directory_[at]);
            }
            a.directory_.remove_prefix(size);
            b.directory_.remove_prefix(size);
        }
    }

    std::string_view directory_;
    std::string_view name_;
};

/// Returns whether path `a` sorts before `b`. The order compares bytes, with `/` before every other
/// byte. A directory is therefore followed directly by its subtree.
constexpr bool path_less(split_path a, split_path b) noexcept {
    return split_path::order(a, b) < 0;
}

} // namespace restat
