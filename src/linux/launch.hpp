#pragma once

#include "linux/signal.hpp"

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace restat::detail {

/// How this process was started, as far as it can be known later.
struct launch_record {
    std::string path;      ///< of the program's file, absolute; to be looked up at each use
    std::string directory; ///< the working directory
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    signal_state signals;
    int death_signal = 0; ///< sent to this thread when `parent` ends; 0 for none
    int parent = 0;
    /// Why this cannot be used to start the program again; clear if it can.
    std::error_code error;
};

/// Takes the record. Path, arguments and environment are those of the start, as the kernel keeps
/// them; directory and signals are those of this moment and thread, so take it early. Of a script
/// the path is that of its interpreter, which gets the script among the arguments.
/// \errors in the record: `errc::program_unknown` if the path does not lead to the file that
/// runs, `errc::privileged`
/// \source getauxval(3) AT_EXECFN, PR_GET_PDEATHSIG(2const), proc_pid_cmdline(5),
/// proc_pid_environ(5), proc_pid_exe(5)
launch_record take_launch_record();

/// The variable's value in a list of `NAME=VALUE`; empty if it has none.
std::string_view value_of(std::string_view name, std::vector<std::string> const& environment);
/// Adds `NAME=VALUE`, in place of what was there of the name.
void set_variable(std::vector<std::string>& environment, std::string assignment);
void remove_variable(std::vector<std::string>& environment, std::string_view name);
/// The environment of this process as it is now.
std::vector<std::string> current_environment();

/// Takes a variable of ours from the environment: its value is returned, and it is gone for the
/// rest of the process. Not to be done while other threads read the environment.
std::string take_variable(char const* name);
/// The variable's value in the environment of this process as it is now; empty if it has none.
std::string value_of_variable(char const* name);

/// The form that exec takes. Valid as long as the strings are.
std::vector<char*> pointers_to(std::vector<std::string> const& strings);

/// Whether the process has more rights than who started it.
bool is_privileged() noexcept;

} // namespace restat::detail
