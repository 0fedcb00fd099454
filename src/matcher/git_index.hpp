#pragma once

#include <restat/matcher/letter_case.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace restat::detail {

// The length of the object names in an index, in bytes.
enum class git_hash : std::size_t { sha1 = 20, sha256 = 32 };

// The format of an index file, as set by the repository's configuration.
struct git_index_format {
    git_hash hash = git_hash::sha1;
    letter_case letters = letter_case::sensitive;

    friend bool operator==(git_index_format const&, git_index_format const&) = default;
};

// The paths tracked by git, from the bytes of an index file of version 2, 3 or 4. Immutable.
//
// Ignores the checksum at the end. If the bytes are malformed, `fault` returns `bad_message`. If
// the index uses an unsupported feature, such as a split index, `fault` returns `not_supported`.
// If the paths of a version 4 index expand to more than `largest` bytes, `fault` returns
// `file_too_large`. An index with a fault has no paths.
// \source gitformat-index(5)
class git_index {
public:
    // The limit for the size of the file, and for the memory of its paths.
    static constexpr std::size_t largest = std::size_t{128} << 20;

    git_index() = default;
    // Parses an index file; `origin` is its path, such as ".git/index".
    git_index(std::string_view bytes, std::string origin, git_index_format format);
    git_index(git_index const&) = delete;
    git_index& operator=(git_index const&) = delete;

    std::error_code fault() const noexcept { return fault_; }
    std::string const& origin() const noexcept { return origin_; }
    git_index_format format() const noexcept { return format_; }
    // Returns the paths in order. The path of a submodule ends with a slash.
    std::vector<std::string_view> const& paths() const noexcept { return paths_; }

    // Returns whether git tracks a file. Does not allocate.
    // \cost a binary search
    bool has_file(std::string_view path) const noexcept;
    // Returns whether git tracks a submodule at a directory, or a path below the directory.
    bool has_below(std::string_view directory) const noexcept;

private:
    bool is_before(std::string_view a, std::string_view b) const noexcept;
    int compare(std::string_view a, std::string_view b) const noexcept;

    std::string origin_;
    git_index_format format_;
    std::error_code fault_;
    std::string text_; // all paths, back to back
    std::vector<std::string_view> paths_;
};

// Returns the paths in only one of two indexes, in no order. Null is an index without paths.
// Returns nothing if there are more than `most`, or if an index ignores the case of letters.
// \cost linear in the number of paths
std::optional<std::vector<std::string_view>> differing_paths(git_index const* a,
                                                             git_index const* b,
                                                             std::size_t most);

} // namespace restat::detail
