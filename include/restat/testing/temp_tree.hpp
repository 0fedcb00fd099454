#pragma once

#include <restat/detail/language.hpp>

#include <string>
#include <string_view>

namespace restat::testing {

/// A directory of its own below the directory for temporary files, removed with its contents by
/// the destructor. Names are relative to it; missing directories are created.
/// \errors throws `std::filesystem::filesystem_error`
class temp_tree {
public:
    [[nodiscard]] temp_tree();
    temp_tree(temp_tree const&) = delete;
    ~temp_tree();

    /// Returns the path of the directory, without a trailing slash.
    std::string const& path() const noexcept { return path_; }
    /// Returns the whole path of a name.
    std::string operator/(std::string_view name) const;

    /// Creates a file or replaces its content.
    void write(std::string_view name, std::string_view content = "x") const;
    /// Appends to a file; creates a missing file.
    void append(std::string_view name, std::string_view content) const;
    /// Removes an object and everything below it.
    void remove(std::string_view name) const;
    /// Renames an object, replacing an existing target.
    void rename(std::string_view from, std::string_view to) const;
    /// Creates a hard link.
    void link(std::string_view existing, std::string_view name) const;
    /// Creates a symbolic link with exactly this target.
    void symlink(std::string_view target, std::string_view name) const;
    /// Creates a directory and the missing directories above it.
    void make_directory(std::string_view name) const;

private:
    std::string path_;
};

} // namespace restat::testing
