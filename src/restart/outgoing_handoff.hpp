#pragma once

#include "platform/files/descriptor.hpp"
#include "restart/handoff_state.hpp"

#include <system_error>

namespace restat::detail {

inline constexpr char handoff_variable[] = "RESTAT_HANDOVER";
/// Announces passed descriptors to a program, by the contract of sd_listen_fds(3).
inline constexpr char const* given_variables[] = {"LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID"};

/// An inheritance in the form a new process receives. The new process needs the descriptors at
/// their places (`place_descriptors`), the file, the variables, and its own pid
/// (`write_listen_pid`).
struct outgoing_handoff {
    std::vector<int> descriptors = {};
    held_descriptor file = {}; ///< sealed, numbered after the placed descriptors; may be empty
    std::vector<std::string> environment = {};
    std::error_code error = {}; ///< the reason of a failure
};

/// Prepares the inheritance and the other state of this run for a new process. Encodes `known`
/// instead of `handoff_state::known` unless it is null.
/// \errors a kept descriptor is no longer open, or there is no descriptor for the bytes
outgoing_handoff prepare_handoff(inheritance const& what, handoff_state left,
                                 snapshot const* known = nullptr);

/// Decides about descriptors received from a service manager: drop them or pass them on.
enum class given_descriptors : bool { dropped, passed_on };

/// Replaces the handoff variables in `environment` by the variables of a new handoff.
void set_handoff_variables(std::vector<std::string>& environment, outgoing_handoff const& what,
                           given_descriptors given);

/// Keeps a descriptor in `what`, unless its place collides with a number in `own_numbers`.
/// \errors throws `reload_error`; `what` is then unchanged
void keep_beside(std::vector<int> const& own_numbers, inheritance& what, int number,
                 std::string name);

} // namespace restat::detail
