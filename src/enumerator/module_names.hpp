#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// A file of which a process has code in memory, as the kernel shows it.
struct mapped_file {
    std::string shown; ///< maybe with ` (deleted)` behind it, and newlines as `\012`
    std::uint64_t inode = 0;

    friend bool operator==(mapped_file const&, mapped_file const&) = default;
};

/// The files that a memory map maps for execution, each once.
/// \shape lines `from-to perms offset device inode      path`
std::vector<mapped_file> executable_files(std::string_view maps);

/// The paths that may be meant, the likeliest first.
std::vector<std::string> spellings(std::string_view shown);

} // namespace restat::detail
