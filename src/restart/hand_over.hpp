#pragma once

#include "restart/restart_loop_guard.hpp"

#include <restat/change_set.hpp>
#include <restat/restart/inheritance.hpp>
#include <restat/snapshot.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace restat::detail {

/// What one run of a program leaves to the next, beside descriptors.
struct hand_over {
    int pid = 0;                           ///< whose it is; 0 for whoever gets it
    bool gives_descriptors = false;        ///< by the variables of sd_listen_fds(3)
    std::uint64_t generation = 1;          ///< of the heir
    change_set cause = {};                 ///< why it was started; kind, path and fields alone
    restart_loop_guard::memory guard = {}; ///< with the heir's start
    std::string selection = {};            ///< what was watched, in words of the reloader's own
    std::vector<inheritance::blob> contents = {}; ///< what was in files, by path
    std::vector<inheritance::blob> blobs = {};    ///< of the host
    std::string known = {};                       ///< a snapshot as bytes, if one is left
};

RESTAT_EXPORT std::string encode(hand_over const& left);
/// False, and `left` as it was, unless the bytes are whole and of this version.
RESTAT_EXPORT bool decode(std::string_view bytes, hand_over& left);

/// A snapshot with its findings, as bytes for the next process of this machine.
RESTAT_EXPORT std::string encode(snapshot const& known);
/// The snapshot of such bytes. False, and `known` as it was, unless they are whole.
RESTAT_EXPORT bool decode(std::string_view bytes, snapshot& known);

} // namespace restat::detail
