#pragma once

#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <string>
#include <vector>

namespace restat {

/// Whether a program may be restarted from a file that others than its user can write.
enum class writable_program : unsigned char {
    accepted,
    refused_to_root, ///< `std::errc::operation_not_permitted` while the process runs as root
};

/// How `exec_restart` starts the program anew.
struct exec_options {
    /// `NAME=VALUE`, added to the environment or in place of what it has.
    std::vector<std::string> environment = {};
    writable_program writable_by_others = writable_program::accepted;
};

/// A `restart_strategy` that turns this process into a fresh run of its program: same pid,
/// arguments, starting directory, environment, signal mask and ignored signals.
///
/// Make it early, on the main thread: how the program was started is noted then. Arguments and
/// environment are those that the kernel keeps of the start; the directory, the mask and which
/// signals are ignored are those of the moment. The program's file is the name it was started by,
/// looked up again at each restart.
///
/// The file is looked at before anything is touched: regular, executable, no writer, and an ELF
/// file whole. Past that point timers are cleared, stdout and stderr are flushed (where that
/// takes no wait), and what the host changed
/// is put back; if the exec fails nevertheless, all of it is undone, and only the flush remains.
/// All else of the host goes as on any exec: threads end where they are, no destructor is run, and
/// descriptors that are not close-on-exec stay open.
///
/// What is known of the files travels in a sealed memfd, told by RESTAT_HANDOVER, which the next
/// `exec_restart` removes from the environment when it is made: an edit during the restart is seen
/// after it. Without (no descriptor left) the restart takes place all the same, and the new
/// process takes a baseline of its own. Of several in one process the first made inherits.
/// \errors refused: `errc::program_unknown` if the file that runs was not the one that its name
/// led to when this was made, `errc::program_changed`, `errc::program_truncated`,
/// `errc::privileged` under setuid, setgid or capabilities, and every error of exec
/// \threads `restart` from any
/// \source execve(2), getauxval(3) AT_EXECFN and AT_SECURE, F_SETLEASE(2const), memfd_create(2),
/// elf(5)
class RESTAT_EXPORT exec_restart {
public:
    exec_restart();
    explicit exec_restart(exec_options options);
    exec_restart(exec_restart&&) noexcept = default;
    exec_restart& operator=(exec_restart&&) noexcept = default;
    ~exec_restart() = default;

    /// Returns only if refused.
    restart_result restart(change_set const& changes, std::error_code& error);

    void hand_over(snapshot const& known);
    bool inherit(snapshot& known);

private:
    struct state;
    detail::owned<state> state_;
};

} // namespace restat
