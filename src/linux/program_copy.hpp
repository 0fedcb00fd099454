#pragma once

#include "linux/memfd.hpp"

#include <string>
#include <system_error>

#include <sys/stat.h>

namespace restat::detail {

/// A copy of a program's file that has no name, and can be run when the file is another.
struct program_copy {
    held_descriptor file = {}; ///< for reading, close-on-exec
    struct stat source = {};   ///< of the file that it is a copy of

    explicit operator bool() const noexcept { return static_cast<bool>(file); }
};

/// Whether there is the same in both.
/// \cost both are read, as far as they are equal
bool have_same_content(program_copy const& a, program_copy const& b);

/// A program's file, held open over a start of it, so that what is copied is what was started.
class program_source {
public:
    /// \errors of open and stat, told by `copy`
    explicit program_source(std::string path);

    /// Right after the start: whether the path still names the file, and what was started is it.
    void confirm() noexcept;
    /// Whether the file is the one that a copy was made of, and was not written since.
    bool is_source_of(program_copy const& copy) const noexcept;

    /// The copy has no name, so that nothing is left of it whatever happens, and whoever watches
    /// the directory does not see it. It is in the file's own directory where the file system and
    /// the permissions let it and there is room, so that the dynamic linker's `$ORIGIN` is the
    /// same and blocks may be shared, and in memory elsewhere.
    /// \errors there is none then: no space, or `errc::program_changed`
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
