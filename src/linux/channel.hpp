#pragma once

#include <cstddef>

/// Thin facade over socketpair(2): packets between a supervisor and the program it runs.
namespace restat::os {

/// Two ends, both close-on-exec.
struct channel_ends {
    int ours;
    int theirs;
};

/// Both -1, with `errno` set, if there are none to be had.
channel_ends open_channel() noexcept;
void close_descriptor(int descriptor) noexcept;

/// Whether a descriptor is the end of a channel that this process's parent made. If so it is
/// made close-on-exec.
/// \source unix(7) SO_PEERCRED
bool adopt_channel(int descriptor) noexcept;

enum class when_full : bool { wait, give_up };

/// Sends one packet, whole or not at all.
bool send_packet(int channel, void const* data, std::size_t size, when_full then) noexcept;
/// Takes one packet of exactly this size. False if there is none; others are thrown away.
bool receive_packet(int channel, void* data, std::size_t size) noexcept;

int this_process() noexcept;

} // namespace restat::os
