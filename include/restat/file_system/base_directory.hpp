#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/start_directory.hpp>
#include <restat/file_system/file_system.hpp>
#include <restat/stat_record.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// The base of relative paths: the working directory at the construction of an enumerator, even
/// if the working directory of the process changes later.
///
/// The base is identified by device, inode and absolute path; no descriptor stays open. While the
/// base is still the working directory, device and inode suffice, so it may be renamed. After the
/// host leaves the base, or after its removal, the enumerator opens it by its path.
struct base_directory {
    std::string path; ///< empty if unknown
    std::uint64_t device = 0;
    std::uint64_t inode = 0; ///< 0 if the file system has no working directory

    bool is_known() const noexcept { return inode != 0; }
    /// Returns the absolute path of a relative path.
    std::string whole(std::string_view named) const { return from_directory(path, named); }

    /// Returns the working directory of a file system; unknown if the file system has none.
    template <class FileSystem>
    static base_directory of(FileSystem& files) {
        base_directory made;
        std::error_code error;
        stat_record record;
        auto here = restat::open_working_directory(files, record, error);
        if (error) return made;
        made.device = record.device;
        made.inode = record.inode;
        std::error_code unknown;
        auto found = files.location(here, unknown);
        bool const is_path = !unknown && record.links > 0 && found.starts_with('/');
        if (is_path) made.path = std::move(found);
        return made;
    }
};

} // namespace restat::detail
