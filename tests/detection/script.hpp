#pragma once

#include <restat/testing/memory_file_system.hpp>

#include <cstdint>
#include <string>
#include <vector>

// The edits of a tree, as data: generated from a seed, run, printed and reduced.
namespace detection {

/// A single step. Paths are relative to the watched root.
struct step {
    enum class what : unsigned char {
        write,      ///< new content of the same size
        write_back, ///< new content of the same size, with the old mtime
        empty,      ///< truncated to no content
        remove,
        rename,
        replace, ///< a rename of a different file of the same size over the file
        relink,  ///< a symbolic link in place of the file
        link,    ///< a hard link
        chmod,
        mount,
        unmount,
        reuse,    ///< turns the reuse of inode numbers on or off
        set_back, ///< sets the time of day back by a day
        fail,     ///< each call for this path fails until `heal`
        heal,
        during,  ///< the next step happens in the middle of the next scan
        restart, ///< the next delivery ends this program, and a new run inherits its snapshot
        pause,
        look,
    };

    what kind = what::look;
    std::string path = {};
    std::string other = {};
    std::uint32_t number = 0;
    std::chrono::nanoseconds time = {};
};

using script = std::vector<step>;

/// The timestamps of a file system.
struct stamping {
    char const* like;
    std::chrono::nanoseconds granularity;
    std::chrono::nanoseconds tick;
};

extern std::vector<stamping> const every_stamping;

/// Returns a script of this number of operations, with scans and pauses between them.
script make_script(unsigned seed, std::size_t operations);

/// Returns true if a step changes the tree or the results of its calls.
bool is_operation(step const& s) noexcept;

/// Returns a line for each step, such as "write a/x".
std::string to_string(script const& steps);

} // namespace detection
