#pragma once

/// Thin facade over eventfd(2): a flag with a descriptor. If the system refuses the call, the
/// flag is a socket connected to itself.
namespace restat::detail {

/// Opens an event, not raised, close-on-exec; -1 with `errno` set on failure.
int open_event() noexcept;
/// Closes an event; ignores -1.
void close_event(int event) noexcept;

/// Makes the event readable. Preserves `errno`. \threads any thread, and any signal handler
void raise_event(int event) noexcept;
/// Makes the event unreadable. Returns whether the event was readable.
bool lower_event(int event) noexcept;

} // namespace restat::detail
