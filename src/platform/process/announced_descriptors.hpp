#pragma once

#include "platform/files/descriptor.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace restat::detail {

/// The descriptors announced by number in environment variables, for a program started again. The
/// variables come from a service manager, from a job server of make, or from `restat` itself.
///
/// A variable may be stale: `make` leaves MAKEFLAGS in the environment of a recipe even if it
/// withholds the pipe, and any file may then get the number. Therefore each descriptor must have
/// the right type at construction, and must be the same file later.
/// \source sd_listen_fds(3), "POSIX Jobserver Interaction" in the manual of GNU make
class announced_descriptors {
public:
    /// Records the announced descriptors open at this time.
    explicit announced_descriptors(std::vector<std::string> const& environment);

    /// Returns the numbers of unchanged descriptors, except those of a service manager.
    std::vector<int> numbers() const;
    /// Returns the descriptors of a service manager: all of them or none.
    std::vector<int> listeners() const;

private:
    struct file {
        int number;
        std::uint64_t device;
        std::uint64_t inode;
        bool is_still_there() const noexcept;
    };
    static bool note(int number, bool (*is_right)(unsigned mode), std::vector<file>& in);
    void note_listeners(std::vector<std::string> const& environment);

    std::vector<file> others_;
    std::vector<file> listeners_;
};

/// Moves job servers with descriptor numbers below `first` to other numbers, and changes the
/// variables accordingly. Returns the new descriptors, close-on-exec.
std::vector<held_descriptor> move_job_servers(std::vector<std::string>& environment, int first);

} // namespace restat::detail
