#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/detail/processes.hpp>

#include <restat/detail/first_record.hpp>
#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>
#include <restat/options.hpp>

namespace restat {

/// A `file_enumerator` of the modules of a program and of the roots in `options::track`. The
/// default reloader watches these files. If a build replaced the program or a module since the
/// start, the second scan finds the change.
/// \see module_enumerator, tree_enumerator
class RESTAT_EXPORT program_enumerator {
public:
    /// Enumerates the files of this program.
    explicit program_enumerator(options const& from);
    /// Enumerates the files of the program in another process.
    program_enumerator(options const& from, int pid);
    /// Enumerates the files of this program, for the library itself.
    program_enumerator(options const& from, detail::first_record which);

    /// Returns whether the object of this record is still at the path and its birth time is
    /// known.
    bool birth_time(std::string_view path, stat_record const& of, stamp& made) const;
    /// Returns the offset given by the modules or by the tracked paths, or `npos`.
    std::size_t root_prefix(std::string_view path) const;

    /// Checks the program, its modules and the tracked paths.
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);
    /// Brings a known snapshot up to date. Lists only directories whose names may differ.
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error);

    /// Adds the hints of the tracked paths.
    void take_hints(snapshot const& latest, hint_list& into);
    /// Adds the modules and the roots of the tracked paths with a difference since the last call.
    /// \cost a scan of the modules, and a system call per root
    void check_unwatched(matcher_ref matcher, snapshot const& latest, hint_list& into);
    /// Returns a descriptor that is readable while hints wait, or -1.
    int hint_descriptor();
    /// Returns the sum of the modules and the tracked paths.
    event_coverage coverage() const;

private:
    struct parts;
    detail::owned<parts> parts_;
};

} // namespace restat
#endif
