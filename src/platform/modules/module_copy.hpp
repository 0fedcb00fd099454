#pragma once

#include "platform/files/descriptor.hpp"

#include <string>
#include <system_error>

namespace restat::detail {

/// A copy of a module. The copy is locked while the descriptor is open, so other processes
/// distinguish a used copy from the copy of a crashed process.
struct module_copy {
    std::string path = {};
    held_descriptor lock = {};
};

/// Copies a module beside the original, or, if this directory cannot be written, into a directory
/// that only this user can enter, below `parent`. The name of the copy is `.NAME.restat-NUMBER~`.
/// \errors `errc::incomplete` if the file is not whole, not final, was written meanwhile, or is
/// open for writing in any process
/// \source flock(2), F_SETLEASE in fcntl(2)
module_copy copy_module(std::string const& path, std::string const& parent,
                        std::error_code& error);

/// Removes the file of a copy. A loaded image of the file stays usable.
void remove_copy(module_copy const& copy) noexcept;

/// Removes the copies of a module without an owner, beside the original and below `parent`.
void remove_stale_copies(std::string const& path, std::string const& parent);

} // namespace restat::detail
