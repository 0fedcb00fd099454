#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/dependency_graph.hpp>
#include <restat/export.hpp>
#include <restat/path_list.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace restat {

/// The form of the name in an `#include` line.
enum class include_form : unsigned char {
    quoted, ///< `"a.glsl"`: searched beside the including file first
    angled, ///< `<a.glsl>`: searched in the search directories alone
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(include_form of) noexcept {
    using enum include_form;
    switch (of) {
    case quoted: return "quoted";
    case angled: return "angled";
    }
    return "invalid";
}

/// An `#include` line.
struct include_line {
    std::string name;
    include_form form = include_form::quoted;

    friend bool operator==(include_line const&, include_line const&) = default;
};

/// Returns the `#include` lines of a text in GLSL, HLSL, C or C++, outside of comments and
/// literals. A line counts whatever conditions (`#if`) surround it. A name that a macro expands to
/// is not found, and `#include_next` is skipped.
/// \cost linear
[[nodiscard]] RESTAT_EXPORT std::vector<include_line> parse_includes(std::string_view text);

namespace detail {

/// Refers to a function that reads a file.
struct text_reader {
    void* of;
    bool (*call)(void* of, std::string const& path, std::string& text);
};

RESTAT_EXPORT void read_includes(dependency_graph& graph, std::string_view file,
                                 path_list const& search, text_reader read);

} // namespace detail

/// Replaces, in a graph, the dependencies of a file and of every file that it includes, directly or
/// not. `read` is called with a path in canonical spelling (as in the graph) and a string: it
/// stores the contents of the file and returns true, or returns false if there is no such file.
///
/// A name is searched beside the including file, if quoted, and then in each search directory. The
/// file depends on each path up to the first with a file, since a file that appears at an earlier
/// path is included instead. A name without any file thus leaves an edge to each path.
/// \errors an exception of `read` passes through; the files read before keep their new edges
/// \cost reads each file once, and tries each path once for each line that names it
template <class Read>
    requires std::is_invocable_r_v<bool, Read&, std::string const&, std::string&>
void read_includes(dependency_graph& graph, std::string_view file, path_list const& search,
                   Read&& read) {
    using reader = std::remove_reference_t<Read>;
    auto* const address = const_cast<std::remove_const_t<reader>*>(std::addressof(read));
    detail::read_includes(graph, file, search,
                          {address, [](void* of, std::string const& path, std::string& text) {
                               return bool{(*static_cast<reader*>(of))(path, text)};
                           }});
}

/// Does the same with regular files on disk. A relative path begins in the working directory. A
/// file that cannot be read counts as missing.
RESTAT_EXPORT void read_includes(dependency_graph& graph, std::string_view file,
                                 path_list const& search = {});

} // namespace restat
#endif
