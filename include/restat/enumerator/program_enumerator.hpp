#pragma once

#include <restat/detail/owned.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/export.hpp>
#include <restat/options.hpp>

namespace restat {

/// A `file_enumerator` of the modules of a program and of what `options::track` names: what the
/// default reloader watches.
/// \see module_enumerator, tree_enumerator
class RESTAT_EXPORT program_enumerator {
public:
    /// Of this program.
    explicit program_enumerator(options const& from);
    /// Of the program that runs as another process.
    program_enumerator(options const& from, int pid);

    bool born(std::string_view path, stat_record const& of, stamp& made) const;
    std::size_t place_of(std::string_view path) const;

    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error);
    void refresh(matcher_ref matcher, snapshot_update& update, std::error_code& error);

private:
    struct parts;
    detail::owned<parts> parts_;
};

} // namespace restat
