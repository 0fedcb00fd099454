#pragma once

namespace restat::detail {

/// Flushes stdout and stderr for at most a fifth of a second. The limit is needed since a waiting
/// thread may hold a stream's lock permanently, or a reader may never read. Returns false if
/// output remains.
bool flush_output() noexcept;

/// Flushes all streams before a copy of this process is made: stdout and stderr as above. Flushes
/// other streams only if stdout and stderr are empty and no thread waits for input from stdin
/// while holding its lock. Returns false if output remains in stdout or stderr.
bool flush_for_copy() noexcept;

/// Discards the buffers of stdout and stderr in the copy: the original writes this output.
void forget_output() noexcept;

} // namespace restat::detail
