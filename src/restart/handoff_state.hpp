#pragma once

#include "restart/restart_loop_guard.hpp"

#include <restat/change_set.hpp>
#include <restat/restart/inheritance.hpp>
#include <restat/snapshot.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// The state that a run of a program passes to the next run, in addition to descriptors.
struct handoff_state {
    int pid = 0;                    ///< pid of the receiver; 0 for any receiver
    bool gives_descriptors = false; ///< by the variables of sd_listen_fds(3)
    std::uint64_t generation = 1;   ///< of the next run
    change_set cause = {};          ///< changes behind the start, with kind, path and fields only
    restart_loop_guard::memory guard = {}; ///< including the next run's start
    std::string selection = {}; ///< the watched files, as an opaque text of the reloader
    std::vector<inheritance::blob> contents = {}; ///< identities of file contents, by path
    std::vector<inheritance::blob> blobs = {};    ///< of the host
    std::string known = {};                       ///< an encoded snapshot; may be empty
};

/// Encodes the state, with `known` instead of `handoff_state::known` unless it is null.
std::string encode(handoff_state const& left, snapshot const* known = nullptr);
/// Decodes the bytes. Returns false, and leaves `left` unchanged, if they are incomplete or of
/// another version.
bool decode(std::string_view bytes, handoff_state& left);

} // namespace restat::detail
