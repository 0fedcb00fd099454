#pragma once

#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>

namespace restat {

/// A `file_enumerator` of the executable and the shared objects that a process has loaded.
///
/// What was once seen stays watched under its name, also when it is replaced or unloaded. That a
/// module is loaded or no longer loaded is not a change of it. Nor is it that the file was removed
/// before it was first seen, as some programs do with what they have loaded; but that there is one
/// of the name again is. A matcher sees the last component as the part below the root. None is ever
/// told as renamed, so there is no `born`: the new name of a module is watched when it is loaded.
/// \errors a finding if the list of modules cannot be read; those known stay watched
/// \cost reading one file of the kernel, and one stat a module, two for a link
/// \source proc_pid_maps(5)
class RESTAT_EXPORT module_enumerator {
public:
    /// Of this process.
    module_enumerator();
    /// Of another process, which must be in the same mount namespace.
    explicit module_enumerator(int pid);

    std::size_t place_of(std::string_view path) const;

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

private:
    struct state;
    detail::owned<state> state_;
};

} // namespace restat
