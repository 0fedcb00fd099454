#pragma once

#include <restat/detail/language.hpp>

#include <string_view>

namespace restat {

/// Selects whether the restart-loop guard is on.
///
/// A program would restart itself without end if each start writes a watched file. The guard slows
/// such restarts down, and ends them after a proof of the cause:
///
/// - A change *fits the suspicion* if the same path also changed after the previous start, at the
///   same distance from the start. The tolerance is 0.5 to 1.5 s, and the file's timestamp gives
///   the distance if there is a timestamp. Any other change restarts the program at once, and so
///   does a batch with any other change. A change of the program's own file, or of a module loaded
///   by its processes, always restarts the program at once.
/// - A change that fits is *suspended*: the change stays pending, and the guard chooses a random
///   moment for the restart. The moment lies 1 to 2 s later, then 2 to 4 s, then 4 to 8 s. Each
///   path has its own moment, and the first moment restarts for all suspended paths. There is
///   no restart if the change left the file with the same content as at the start of the program
///   (files up to 1 MiB). This does not hold after another edit of the file in the same run.
/// - A change counts as the program's own after three starts at such moments, if the change came
///   again after each start and the path did not change between the suspension and the start. A
///   start at the moment of a shorter pause, for another path, does not count. A change also
///   counts as the program's own if a process of the program holds the file open for writing. The
///   same holds for a reader of its output: a process of this process group, such as `tee`, that
///   reads the standard output or error through pipes. The guard reports the path once with a
///   glob to ignore the path, and the change becomes part of the baseline. A later change of the
///   path restarts as before if the distance differs, the program has ended, or no process holds
///   the file open.
/// - With `after_change::wait`, a change also counts as the program's own if a process of the
///   program was seen to have the file open for writing at an earlier check of the same run. This
///   holds until the file is seen closed, for at most half a second. So a build in a watched tree
///   is not repeated for its products. The reloader checks the open files at each wake-up while
///   the program runs, in at most a tenth of the time: a file that is written in a few
///   milliseconds may be missed, and then causes one further run.
/// - If a file is still being written at two deliveries in a row, the guard suspends the file until
///   its writer stops, for at most a minute. The guard also counts starts with a change within the
///   next two seconds. After ten of them in a row, a name that comes or goes waits for a pause
///   without changes; so does a path that changed after ten of them. The pause lasts 1 to 2 s,
///   then 2 to 4 s, and so on up to a minute. Such restarts prove nothing.
///
/// A file with a single write at each start therefore costs four restarts in total: the first at
/// once, and three at moments of the guard. `n` files, written in sequence, cost `n + 3`.
///
/// The guard does not slow down a program that writes at irregular moments, and never within two
/// seconds after its start.
///
/// *The limit of the proof.* The guard may take another writer's edit of the same path for the
/// program's own. This happens if the edit falls into the same window (0.1 s around the distances
/// seen so far), or if the program holds the file open. The program gets the edit with its next
/// start. A script that detects each start and then edits a file at once looks the same as the
/// program: turn the guard off for such a script.
enum class loop_guard : unsigned char { on, off };

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(loop_guard of) noexcept {
    using enum loop_guard;
    switch (of) {
    case on: return "on";
    case off: return "off";
    }
    return "invalid";
}

} // namespace restat
