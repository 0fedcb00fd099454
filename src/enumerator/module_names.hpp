#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// A file with code in the memory of a process, in the spelling of the kernel.
struct mapped_file {
    std::string shown; ///< may end in ` (deleted)`; with newlines as `\012`
    std::uint64_t inode = 0;

    friend bool operator==(mapped_file const&, mapped_file const&) = default;
};

/// Returns the files with executable mappings in a memory map, each once.
/// \shape lines `from-to perms offset device inode      path`
std::vector<mapped_file> executable_files(std::string_view maps);

/// Returns the possible paths for a name shown by the kernel, the likeliest first.
std::vector<std::string> spellings(std::string_view shown);

} // namespace restat::detail
