#pragma once

namespace restat::detail {

/// Flushes stdout and stderr, as far as that takes no longer than a fifth of a second: a stream may
/// be locked for ever by a thread that waits, and its reader may never read. False if some is left.
bool flush_output() noexcept;

/// Flushes every stream there is, before a copy of this process is made: those two as above. The
/// others only if they are whole and no thread waits for input from stdin, whose lock it has.
/// False if some is left in stdout or stderr.
bool flush_for_copy() noexcept;

/// In the copy: what stdout and stderr hold is for the original to write.
void forget_output() noexcept;

} // namespace restat::detail
