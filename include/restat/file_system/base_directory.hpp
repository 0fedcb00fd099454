#pragma once

#include <restat/stat_record.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// Where relative paths begin: the working directory at the moment when an enumerator was made,
/// whatever the working directory of the process is later.
///
/// It is known by its identity and by its absolute path; no descriptor is kept. While it is still
/// the working directory, its identity is enough, so it may be renamed. Once the host has left it,
/// or it was removed, its path leads to it.
struct base_directory {
    std::string path; ///< empty if it is unknown
    std::uint64_t device = 0;
    std::uint64_t inode = 0; ///< 0 if the file system has no working directory

    bool is_known() const noexcept { return inode != 0; }
    /// The absolute path of what is named relative to it.
    std::string whole(std::string_view named) const {
        if (named.starts_with('/') || path.empty()) return std::string{named};
        std::string all = path;
        if (!all.ends_with('/')) all += '/';
        return all.append(named);
    }

    /// The working directory of a file system; unknown if that has none.
    template <class FileSystem>
    static base_directory of(FileSystem& files) {
        base_directory made;
        if constexpr (requires(stat_record & r, std::error_code & c) {
                          files.working_directory(r, c);
                      }) {
            std::error_code error;
            stat_record record;
            auto const here = files.working_directory(record, error);
            if (error) return made;
            made.device = record.device;
            made.inode = record.inode;
            std::error_code unknown;
            auto found = files.location(here, unknown);
            bool const is_path = !unknown && record.links > 0 && found.starts_with('/');
            if (is_path) made.path = std::move(found);
        }
        return made;
    }
};

} // namespace restat::detail
