#pragma once

#include <concepts>
#include <initializer_list>
#include <restat/detail/language.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

namespace detail {

template <class T>
concept string_like = std::convertible_to<T const&, std::string_view>;
template <class T> // such as std::filesystem::path, without its header
concept native_path = requires(T const& path) {
    { path.native() } -> std::convertible_to<std::string_view>;
};
template <class T>
concept path_like = string_like<T> || native_path<T>;

template <path_like Path>
std::string path_text(Path const& path) {
    if constexpr (string_like<Path>) {
        return std::string{static_cast<std::string_view>(path)};
    } else {
        return std::string{static_cast<std::string_view>(path.native())};
    }
}

/// An element of a braced list of paths.
struct listed_path {
    template <path_like Path>
    listed_path(Path const& path) : text{path_text(path)} {} // NOLINT: a path by design
    std::string text;
};

template <class T>
concept path_range = !path_like<T> && requires(T const& all) {
    all.begin() != all.end();
    { *all.begin() } -> path_like;
};

} // namespace detail

/// Selects whether a path counts as added or removed when the host adds it to the roots or the
/// list of an enumerator, or removes it there.
enum class selection_changes : unsigned char {
    /// No: only events of the files themselves are changes. A file written in the tick of its first
    /// scan is delivered as modified once its record is final.
    silent,
    reported, ///< yes: the paths are reported as added or removed
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(selection_changes of) noexcept {
    using enum selection_changes;
    switch (of) {
    case silent: return "silent";
    case reported: return "reported";
    }
    return "invalid";
}

/// A vector of paths, with conversions from a single path, a braced list or a container of paths.
/// A path is a string or has a `native()` string, as `std::filesystem::path` does.
struct path_list : std::vector<std::string> {
    path_list() = default;
    path_list(std::vector<std::string> paths) noexcept // NOLINT: a list of paths by design
        : vector{std::move(paths)} {}
    template <detail::path_like Path>
    path_list(Path const& path) : vector(1, detail::path_text(path)) {} // NOLINT: likewise
    path_list(std::initializer_list<detail::listed_path> paths) {
        reserve(paths.size());
        for (auto const& one : paths) push_back(one.text);
    }
    template <detail::path_range Paths>
    path_list(Paths const& paths) { // NOLINT: likewise
        for (auto const& one : paths) push_back(detail::path_text(one));
    }
};

} // namespace restat
