#pragma once

#include <restat/change.hpp>

#include <string>

namespace restat::detail {

/// The way in which the processes of a program use a file.
enum class file_use : unsigned char {
    none,
    written, ///< a process holds the file open for writing
    program, ///< the file is the program, or a loaded module
};

/// The system's view of changed files, for the restart-loop guard.
class file_evidence {
public:
    virtual ~file_evidence() = default;

    virtual file_use use_of(change const& what) = 0;
    /// Returns a few bytes, equal for equal content; empty if the file is large or unreadable.
    virtual std::string content_of(change const& what) = 0;
};

} // namespace restat::detail
