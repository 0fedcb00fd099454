#pragma once

#include <cstddef>

namespace restat::os {

/// Packets between a supervisor and the program it runs; both ends, close-on-exec.
/// \source socketpair(2), unix(7)
class channel {
public:
    /// Both ends are -1, with `errno` set, if there are none to be had.
    channel() noexcept;
    channel(channel const&) = delete;
    ~channel();

    int ours() const noexcept { return ends_[0]; }
    int theirs() const noexcept { return ends_[1]; }

private:
    int ends_[2] = {-1, -1};
};

/// Whether a descriptor is the end of a channel that this process's parent made. If so it is
/// made close-on-exec.
/// \source unix(7) SO_PEERCRED
bool adopt_channel(int descriptor) noexcept;

enum class when_full : bool { wait, give_up };

/// Sends one packet, whole or not at all.
bool send_packet(int end, void const* data, std::size_t size, when_full then) noexcept;
/// Takes one packet of exactly this size. False if there is none; others are thrown away.
bool receive_packet(int end, void* data, std::size_t size) noexcept;

int this_process() noexcept;

} // namespace restat::os
