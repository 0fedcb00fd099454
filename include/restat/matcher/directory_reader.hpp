#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/export.hpp>
#include <restat/stat_record.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace restat {

/// Reads small files of a directory during a scan, for a matcher that finds rules there.
///
/// A path is absolute, or relative to the directory. The last component of a path is followed
/// through a symbolic link only with `last_link::follow`; links in earlier components are always
/// followed.
///
/// For each directory, the matcher keeps the rules of this scan and those of the previous scan:
///
///     operator()          by the rules of this scan
///     previous_verdict    by the rules of the previous scan
///     on_directory        reads the rules; without a stored state, the rules so far are empty
///       same `scan()`     the scan starts over: keeps the previous rules
///       another `scan()`  the rules so far become the previous rules
///       both differ       returns `changed`
///       both are equal    returns `rules`, or `no_rules` for a directory without a rules file
///
/// After an error, the rules so far stay, and `faults` gets the error. A removed rules file is a
/// change, too. A matcher keeps the state by the path of the directory, and drops the state of a
/// removed directory. In this library, `src/matcher/entered_directories.hpp` does so for any number
/// of threads.
/// \see marker_matcher, the shortest model
class RESTAT_EXPORT directory_reader {
public:
    /// Returns whether the directory may hold a file of this name, without a system call. A scan
    /// does not list a directory whose names did not change. Every name is possible there, even the
    /// empty name, and a matcher uses its answer of the previous scan. After a listing, the empty
    /// name is not possible.
    virtual bool may_hold(std::string_view name) const noexcept = 0;
    /// Returns the number of the scan that enters the directory. If a scan is given up and starts
    /// over, its number stays the same.
    virtual std::uint64_t scan() const noexcept = 0;
    /// Returns the absolute path of the directory, without symbolic links.
    virtual std::string location(std::error_code& error) = 0;
    /// Reads the status of a path, with the stamp clock read before and after.
    virtual stat_record stat(std::string const& path, last_link link, std::error_code& error) = 0;
    /// Reads the bytes of a regular file; a file of more than `limit` bytes is the error
    /// `file_too_large`. No other kind of file is opened. A matcher may keep the bytes for later
    /// scans while `stat` returns the same record, if this record was final before the read;
    /// `src/matcher/gitignore_level.cpp` does so.
    virtual std::string read(std::string const& path, last_link link, std::size_t limit,
                             std::error_code& error) = 0;

protected:
    directory_reader() = default;
    directory_reader(directory_reader const&) = default;
    directory_reader& operator=(directory_reader const&) = default;
    ~directory_reader() = default;
};

} // namespace restat
