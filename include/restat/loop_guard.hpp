#pragma once

namespace restat {

/// Whether the restart-loop guard is on.
///
/// A program that writes a watched file at each start would restart itself without end. The guard
/// slows such restarts down, and ends them once it is proven that the program writes the file:
///
/// - A change *fits the suspicion* if the same path changed after the start before at the same
///   distance from the start: within 0.5 to 1.5 s, by the file's stamp where it has one. Any other
///   change restarts at once, and so does a batch that holds any other change. The program's own
///   file and the modules that its processes have loaded always do.
/// - A change that fits is *suspended*: it stays pending, and restarts the program at a random
///   moment that the guard chooses, 1 to 2 s later, then 2 to 4 s, 4 to 8 s. If it left the content
///   as the program was started with (files up to 1 MiB), it restarts nothing.
/// - It counts as the program's own once it came again there after three starts at such moments,
///   before which the path did not change again. So does a change of a file that a process of the
///   program holds open for writing. The path is reported once with the glob that ignores it, and
///   the change becomes part of the baseline. At another distance, after the program ended, or when
///   nobody holds the file open, a change of that path restarts as before.
/// - A file that is still being written when it is delivered, twice in a row, is suspended until
///   its writer stops, at most a minute. After ten starts in a row that were each followed within
///   two seconds by a change, further changes of those paths, and of names that come or go, wait
///   for a pause of 1 to 2 s without changes, then 2 to 4 s, ... at most a minute. Such restarts
///   prove nothing.
///
/// A file written once at each start therefore costs four restarts in total: the first at once, and
/// three at moments of the guard. `n` files that are written one after the other cost `n + 3`.
///
/// A program that writes at ever other moments, and never within two seconds after its start, is
/// not slowed down.
///
/// *The limit of the proof.* An edit of the same path by somebody else is taken for the program's
/// own if it falls into the same window (0.1 s around the distances seen so far), or if the program
/// holds the file open. The program gets it with its next start. A script that edits one file right
/// after each start that it sees is like the program: turn the guard off for it.
enum class loop_guard : unsigned char { on, off };

} // namespace restat
