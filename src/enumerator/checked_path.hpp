#pragma once

#include "base/plain_path.hpp"
#include "base/unread.hpp"

#include <restat/file_system/file_system.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot_builder.hpp>

#include <string>
#include <string_view>
#include <system_error>

// Checks paths for all enumerators. Inline, because the fakes use these functions from another
// library.
namespace restat::detail {

/// Returns the offset of the last component in a path.
inline std::size_t name_offset(std::string_view path) noexcept {
    return path.find_last_of('/') + 1;
}

/// Reads a record between two reads of the stamp clock, to decide whether the record is final.
/// `where` holds the arguments of `file_system::stat`.
template <class FileSystem, class... Where>
stat_record read_record(FileSystem& files, std::error_code& error, Where&... where) {
    stamp const before = files.now();
    stat_record record = files.stat(where..., error);
    if (error) return {};
    record.final = is_final(record.ctime, before, record.ctime < before ? before : files.now());
    return record;
}

/// Returns whether two entries have equal records of the file and of the link to this file.
inline bool is_alike(entry const& a, entry const& b) noexcept {
    return changed_fields(a.record, b.record) == fields::none &&
           changed_fields(a.link, b.link) == fields::none && a.record.final == b.record.final &&
           a.link.final == b.link.final;
}

/// Returns the record of a directory for scans with directories: its identity, and its birth time
/// in both stamps. The size and the stamps of the directory itself are left out, because these
/// change with the names inside. If the birth time is unknown, the record has two links, so no
/// rename is certain.
inline stat_record identity_of(stat_record const& directory, stamp made) noexcept {
    stat_record is;
    is.device = directory.device;
    is.inode = directory.inode;
    is.mode = directory.mode;
    is.owner = directory.owner;
    is.group = directory.group;
    is.type = directory.type;
    is.links = made == stamp{} ? 2 : 1;
    is.mtime = is.ctime = made;
    return is;
}

template <class FileSystem, class Directory>
stat_record read_identity(FileSystem& files, std::error_code& error, Directory& in,
                          char const* name) {
    stamp made;
    stat_record const dated = read_birth_time(files, in, name, made, error);
    if (error != std::errc::not_supported) return error ? dated : identity_of(dated, made);
    stat_record const found = files.stat(in, name, last_link::keep, error);
    return error ? found : identity_of(found, {});
}

/// The result of a check without and with the last link followed; `record` is of type `none`
/// after a failure.
struct checked_path {
    stat_record record; ///< of the target, or of the link if the target is missing
    stat_record link;   ///< of the link, if the path is a link
};

template <class FileSystem, class... Where>
checked_path read_target(FileSystem& files, stat_record const& link, std::error_code& error,
                         Where&... where) {
    last_link through = last_link::follow;
    stat_record const target = read_record(files, error, where..., through);
    if (!error) return {target, link};
    bool const is_loop = error == std::errc::too_many_symbolic_link_levels;
    if (!is_absence(error) && !is_loop) return {};
    error.clear();
    return {link, link};
}

/// Checks a path named by the user with lstat, and a link with stat too. A failure becomes a
/// finding.
template <class FileSystem, class Into>
checked_path check_named(FileSystem& files, std::string const& path, Into& into) {
    std::error_code error;
    char const* const name = path.c_str();
    last_link itself = last_link::keep;
    checked_path object{read_record(files, error, name, itself), {}};
    if (!error && object.record.type == file_type::symlink) {
        object = read_target(files, object.record, error, name);
    }
    if (error) into.add_error(path, error, is_absence(error) ? "find" : "stat");
    return object;
}

/// Returns whether a checked path is a file. A directory in place of the file becomes a finding.
template <class Into>
bool is_file(std::string const& path, checked_path const& object, Into& into) {
    if (object.record.type == file_type::directory) {
        into.add_error(path, std::make_error_code(std::errc::is_a_directory), "watch");
    }
    return object.record.type != file_type::none && object.record.type != file_type::directory;
}

/// Returns whether the object of this record is at a path and its birth time is known.
template <class FileSystem>
bool is_born(FileSystem const& files, std::string_view path, stat_record const& of, stamp& made) {
    std::error_code error;
    stat_record const now = files.birth_time(std::string{path}.c_str(), made, error);
    return !error && changed_fields(now, of) == fields::none;
}

/// Adds a file named by the user, if the matcher accepts its name. A directory in place of the
/// file becomes a finding. The start or end of the listing of an incidental file is not a change;
/// an edit or a removal of this file is.
template <class FileSystem>
void add_named(FileSystem& files, std::string const& path, matcher_ref matcher,
               snapshot_builder& into, bool is_incidental) {
    if (!watches(matcher({path, name_offset(path), file_type::regular, true}))) return;
    checked_path const object = check_named(files, path, into);
    if (!is_file(path, object, into)) return;
    into.add({path, object.record, object.link, is_incidental});
}

} // namespace restat::detail
