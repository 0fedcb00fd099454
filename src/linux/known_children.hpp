#pragma once

#include "linux/memfd.hpp"

#include <restat/detail/chrono.hpp>
#include <vector>

namespace restat::detail {

/// Children of this process that are to end when it is replaced, which would be their parent
/// without knowing of them.
class known_children {
public:
    /// Nothing if it is no child of this process, or ended.
    void add(int pid);
    /// Asks all of them to end by TERM, kills those that still live after the grace, and takes
    /// those that ended.
    void end(std::chrono::nanoseconds grace) noexcept;

private:
    struct child {
        int pid;
        held_descriptor process; // none where the system refuses such descriptors
    };
    static void send(child const& to, int signal) noexcept;

    std::vector<child> children_;
};

} // namespace restat::detail
