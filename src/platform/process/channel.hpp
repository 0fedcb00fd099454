#pragma once

#include <cstddef>

namespace restat::detail {

/// A packet socket between a supervisor and its program: both ends, close-on-exec.
/// \source socketpair(2), unix(7)
class channel {
public:
    /// Sets both ends to -1, with `errno` set, if the system has no descriptors left.
    channel() noexcept;
    channel(channel const&) = delete;
    ~channel();

    int ours() const noexcept { return ends_[0]; }
    int child_end() const noexcept { return ends_[1]; }

private:
    int ends_[2] = {-1, -1};
};

/// Returns true if a descriptor is the end of a channel made by the parent of this process. Makes
/// the descriptor close-on-exec.
/// \source unix(7) SO_PEERCRED
bool adopt_channel(int descriptor) noexcept;

enum class when_full : bool { wait, give_up };

/// Sends a single packet, whole or not at all.
bool send_packet(int end, void const* data, std::size_t size, when_full then) noexcept;
/// Takes a packet of exactly this size. Returns false without such a packet; discards packets of
/// other sizes.
bool receive_packet(int end, void* data, std::size_t size) noexcept;

} // namespace restat::detail
