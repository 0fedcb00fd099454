#pragma once

#include "linux/memfd.hpp"
#include "restart/hand_over.hpp"

#include <system_error>

namespace restat::detail {

inline constexpr char handover_variable[] = "RESTAT_HANDOVER";
/// By which a program learns which descriptors it is given, by the contract of sd_listen_fds(3).
inline constexpr char const* given_variables[] = {"LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PID"};

/// An inheritance in the form in which a new process gets it. It is to have the descriptors at
/// their places (`place_descriptors`), the file, and the variables; and it is to be told its pid
/// (`tell_pid`).
struct bequest {
    std::vector<int> descriptors = {};
    held_descriptor file = {}; ///< sealed, and behind the places; may be none
    std::vector<std::string> environment = {};
    std::error_code error = {}; ///< why there is none
};

/// Makes it, of an inheritance and what else is left.
/// \errors a descriptor that was kept is open no more, or there is none to be had for bytes
bequest make_bequest(inheritance const& what, hand_over left);

/// Whether descriptors that a service manager passed to this process are passed on.
enum class given_descriptors : bool { dropped, passed_on };

/// Puts the variables of a bequest in place of those of another.
void bequeath(std::vector<std::string>& environment, bequest const& what,
              given_descriptors given);

/// Keeps a descriptor in `what`, unless its place is that of one that keeps its number.
/// \errors throws `reload_error`; `what` is as it was
void keep_beside(std::vector<int> const& own_numbers, inheritance& what, int number,
                 std::string name);

} // namespace restat::detail
