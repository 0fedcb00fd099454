#pragma once

#include "linux/memfd.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace restat::detail {

/// Descriptors that variables of the environment name by number, so that a program which is
/// started again expects them: those of a service manager, those of a job server of make, and
/// those that `restat` itself gave this process.
///
/// A variable may be stale: `make` leaves MAKEFLAGS in the environment of a recipe from which it
/// keeps its pipe, and the number is then free for any file. So each descriptor must be of the
/// right kind when this is made, and the same file later.
/// \source sd_listen_fds(3), "POSIX Jobserver Interaction" in the manual of GNU make
class announced_descriptors {
public:
    /// Notes those that are open now.
    explicit announced_descriptors(std::vector<std::string> const& environment);

    /// Those, beside a service manager's, that are still what they were.
    std::vector<int> numbers() const;
    /// Those of a service manager: all of them or none.
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

/// Gives a job server whose descriptors have numbers below `first` other ones, and changes the
/// variables accordingly. What is returned holds the new descriptors, close-on-exec.
std::vector<held_descriptor> move_job_servers(std::vector<std::string>& environment, int first);

} // namespace restat::detail
