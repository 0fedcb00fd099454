#pragma once

#include "platform/process/signal.hpp"

#include <string>
#include <system_error>
#include <vector>

namespace restat::detail {

/// The known circumstances of this process's start.
struct launch_record {
    std::string path;      ///< absolute path of the program file; looked up again at each use
    std::string directory; ///< the working directory
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    signal_state signals;
    std::vector<int> closed_streams; ///< those of 0, 1 and 2 that were not open
    int death_signal = 0;            ///< sent to this thread when `parent` ends; 0 for none
    int parent = 0;
    /// The reason if this record cannot start the program again; otherwise clear.
    std::error_code error;
};

/// Takes the record. Path, arguments and environment come from the kernel's record of the start.
/// Directory, signals and open streams are those of the calling thread at this time, so call it
/// early. For a
/// script, the path is the interpreter's, and the arguments contain the script. If the running
/// file was moved away since the start, the path is still the name of the start.
/// \errors in the record: `errc::program_unknown` if the path never led to the running file,
/// `errc::proc_unavailable`, `errc::privileged`
/// \source getauxval(3) AT_EXECFN, PR_GET_PDEATHSIG(2const), proc_pid_cmdline(5),
/// proc_pid_environ(5), proc_pid_exe(5)
launch_record take_launch_record();

/// Returns true if the process has more rights than its starter.
bool is_privileged() noexcept;

} // namespace restat::detail
