#pragma once

/// Thin facade over eventfd(2): a flag that a descriptor shows. Where that call is refused, a
/// socket that is connected to itself.
namespace restat::os {

/// A new event, lowered, close-on-exec; -1 with `errno` set if there is none to be had.
int open_event() noexcept;
void close_event(int event) noexcept;

/// Makes the event readable. Any thread; also a signal handler: leaves `errno` as it was.
void raise_event(int event) noexcept;
/// Makes it unreadable again; whether it was readable.
bool lower_event(int event) noexcept;

} // namespace restat::os
