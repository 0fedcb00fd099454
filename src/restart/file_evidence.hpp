#pragma once

#include <restat/change.hpp>

#include <string>

namespace restat::detail {

/// How the processes of a program use a file.
enum class file_use : unsigned char {
    none,
    written, ///< one of them holds it open for writing
    program, ///< it is the program's file, or a module that one of them has loaded
};

/// What the system says of changed files, for the restart-loop guard.
class file_evidence {
public:
    virtual ~file_evidence() = default;

    virtual file_use use_of(change const& what) = 0;
    /// A few bytes that are equal for equal content; empty if the file is large or unreadable.
    virtual std::string content_of(change const& what) = 0;
};

} // namespace restat::detail
