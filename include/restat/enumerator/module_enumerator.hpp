#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/detail/first_record.hpp>
#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>

namespace restat {

/// A `file_enumerator` of the executable and the shared objects that a process has loaded.
///
/// Once seen, a module stays watched under its name, even after its file is replaced or the
/// process unloads the module. A module both unloaded and without a file is forgotten. Loading or
/// unloading a module is not a change of the module. The removal of a file before its first scan
/// is not a change either, because some programs remove a library after loading. A new file of
/// the same name is a change. If a new file takes the name of a loaded module of this process
/// before the first scan, the second scan finds the change. The matcher receives the last
/// component of a path as the part below the root. The class has no `birth_time`, because a module
/// is never reported as renamed: the new name is watched once the module is loaded under this
/// name.
/// \errors a finding if the list of modules cannot be read; the known modules stay watched
/// \cost reading a file of the kernel, and a stat per module, two for a link
/// \source proc_pid_maps(5)
class RESTAT_EXPORT module_enumerator {
public:
    /// Enumerates the modules of this process.
    module_enumerator();
    /// Enumerates the modules of another process. The other process must be in the same mount
    /// namespace.
    explicit module_enumerator(int pid);
    /// Enumerates the modules of this process, for the library itself.
    explicit module_enumerator(detail::first_record which);

    /// Returns the offset of the last component, or `npos` for a path of no module.
    std::size_t root_prefix(std::string_view path) const;

    /// Reads the list of modules, then checks each known module.
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);

private:
    struct state;
    detail::owned<state> state_;
};

} // namespace restat
#endif
