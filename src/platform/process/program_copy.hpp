#pragma once

#include "platform/files/descriptor.hpp"

#include <string>
#include <system_error>

#include <sys/stat.h>

namespace restat::detail {

/// A copy of a program file without a name, executable even after the file changes.
struct program_copy {
    held_descriptor file = {}; ///< for reading, close-on-exec
    struct stat source = {};   ///< the original file of the copy

    explicit operator bool() const noexcept { return static_cast<bool>(file); }
};

/// Returns true if both copies have the same content.
/// \cost reads both copies up to the first difference
bool have_same_content(program_copy const& a, program_copy const& b);

/// A program file held open during a start, so the copy contains the started program.
class program_source {
public:
    /// Opens the file.
    /// \errors of open and stat, reported by `copy`
    explicit program_source(std::string path);

    /// Checks, immediately after the start, that the path still names this file, so this file was
    /// started.
    void confirm() noexcept;
    /// Returns true if the copy was made from this file, and the file has not been written since.
    bool is_source_of(program_copy const& copy) const noexcept;

    /// Copies the file. The copy has no name, so it never outlives its users, and watchers of the
    /// directory never see it. The copy is in the file's own directory if the file system, the
    /// permissions and the free space allow it. There the dynamic linker's `$ORIGIN` is the same,
    /// and blocks may be shared. Otherwise the copy is in memory.
    /// \errors without a copy: no space, or `errc::program_changed`
    /// \source open(2) O_TMPFILE, copy_file_range(2), memfd_create(2), ld.so(8)
    program_copy copy(std::error_code& error) const;

private:
    bool copy_into(int file) const;

    std::string path_;
    held_descriptor file_;
    struct stat status_ = {};
    std::error_code error_;
};

} // namespace restat::detail
