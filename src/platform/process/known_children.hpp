#pragma once

#include "platform/files/descriptor.hpp"

#include <restat/detail/chrono.hpp>
#include <vector>

namespace restat::detail {

/// Children to end before this process is replaced: the new program would be their parent without
/// knowing them.
class known_children {
public:
    /// Adds a child of this process. Does nothing for other processes and ended children.
    void add(int pid);
    /// Sends TERM to all children, kills the survivors after the grace period, and reaps them.
    void end(std::chrono::nanoseconds grace) noexcept;

private:
    struct child {
        int pid;
        held_descriptor process; // empty if the system refuses such descriptors
    };
    static void send(child const& to, int signal) noexcept;

    std::vector<child> children_;
};

} // namespace restat::detail
