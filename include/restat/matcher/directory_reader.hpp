#pragma once

#include <restat/export.hpp>
#include <restat/stat_record.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace restat {

/// Reads small files of a directory that a scan has opened, for a matcher that finds rules there.
///
/// A path is relative to the directory or absolute. Only `follow`, or what stands before the last
/// name of a path, leads through a link.
class RESTAT_EXPORT directory_reader {
public:
    /// Whether the directory may have this name; asks the file system nothing. Where the names
    /// are those of the scan before, it may have any, even the empty one.
    virtual bool may_hold(std::string_view name) const noexcept = 0;
    /// Which scan enters the directory: one that begins again what was given up has its number.
    virtual std::uint64_t scan() const noexcept = 0;
    /// The absolute path of the directory, without links.
    virtual std::string location(std::error_code& error) = 0;
    /// The status of what is at a path, with the stamp clock read around it.
    virtual stat_record look(std::string const& path, last_link link, std::error_code& error) = 0;
    /// The bytes of a regular file; of more than `limit`, `file_too_large`. Nothing else is opened.
    virtual std::string read(std::string const& path, last_link link, std::size_t limit,
                             std::error_code& error) = 0;

protected:
    directory_reader() = default;
    directory_reader(directory_reader const&) = default;
    directory_reader& operator=(directory_reader const&) = default;
    ~directory_reader() = default;
};

} // namespace restat
