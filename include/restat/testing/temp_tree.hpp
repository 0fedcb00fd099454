#pragma once

#include <restat/detail/language.hpp>

#include <string>
#include <string_view>

namespace restat::testing {

/// A directory of its own in the directory for temporary files, removed with all below it when
/// this goes out of scope. Names are relative to it; their directories are made as needed.
/// \errors `std::filesystem::filesystem_error`
class temp_tree {
public:
    temp_tree();
    temp_tree(temp_tree const&) = delete;
    ~temp_tree();

    std::string const& path() const noexcept { return path_; }
    /// The whole path of a name.
    std::string operator/(std::string_view name) const;

    /// Makes the file or replaces its content.
    void write(std::string_view name, std::string_view content = "x") const;
    void append(std::string_view name, std::string_view content) const;
    /// With all that is below it.
    void remove(std::string_view name) const;
    /// Replaces what has the other name.
    void rename(std::string_view from, std::string_view to) const;
    /// A hard link.
    void link(std::string_view existing, std::string_view name) const;
    /// The target stands as it is given.
    void symlink(std::string_view target, std::string_view name) const;
    void make_directory(std::string_view name) const;

private:
    std::string path_;
};

} // namespace restat::testing
