#pragma once

#include <restat/testing/memory_file_system.hpp>

#include <cstdint>
#include <string>
#include <vector>

// What happens to a tree, as data: made from a seed, run, printed, and made smaller.
namespace detection {

/// One thing that happens. Paths are names below the watched root.
struct step {
    enum class what : unsigned char {
        write,      ///< new content of the same size
        write_back, ///< the same, and mtime put back
        empty,      ///< truncated to nothing
        remove,
        rename,
        replace, ///< another file of the same size renamed over it
        relink,  ///< a symbolic link in its place
        link,    ///< a hard link
        chmod,
        mount,
        unmount,
        reuse,    ///< numbers that become free go to the next object, or no longer
        set_back, ///< the time of day, by a day
        fail,     ///< a call for this path fails until it is healed
        heal,
        during,  ///< the next step happens in the middle of the next look
        restart, ///< the next delivery is the end of this program: its heir goes on
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

/// Stamps as a file system gives them.
struct stamping {
    char const* like;
    std::chrono::nanoseconds granularity;
    std::chrono::nanoseconds tick;
};

extern std::vector<stamping> const every_stamping;

/// So many operations, and looks and pauses between them.
script make_script(unsigned seed, std::size_t operations);

/// Whether a step changes the tree or what it answers.
bool is_operation(step const& s) noexcept;

/// A line a step, such as "write a/x".
std::string to_string(script const& steps);

} // namespace detection
