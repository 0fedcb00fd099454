#pragma once

#include "programs.hpp"

#include <map>
#include <string>
#include <vector>

namespace bench {

/// Figures by name.
using readings = std::map<std::string, double>;

/// Does one thing in a process of its own and prints its readings, a line each:
///
///     snapshot ROOT      one snapshot: its bytes on the heap, and what became resident
///     reloader ROOT      a reloader after a few scans: bytes, and allocations in an idle rescan
///     polls ROOT COUNT   a first scan and so many rescans, for who counts system calls
///     idle ROOT SECONDS  a reloader that runs: how much of a core it takes
int probe(std::vector<std::string> const& arguments);

/// Runs a probe in a process of its own and reads what it printed.
readings ask_probe(command arguments);

/// How to start a probe.
command probe_command(command arguments);

} // namespace bench
