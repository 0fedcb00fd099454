#pragma once

#include "base/unread.hpp"

#include <restat/file_system/base_directory.hpp>
#include <restat/file_system/file_system.hpp>

#include <cerrno>
#include <string>
#include <system_error>

namespace restat::detail {

/// A file system with relative paths from a base directory, even while and after the host changes
/// its working directory.
///
///     begin()   opens the working directory
///                 same as the base                ->  relative to this descriptor
///                 another, removed, or forbidden  ->  by the path of the base
///                                                     path unknown: ESTALE, not an absence
///                 any other error                 ->  this error: the base may still be the
///                                                     working directory, under another path
///     end()     closes the descriptor
template <class FileSystem>
class based_files {
public:
    using directory = typename FileSystem::directory;

    based_files(FileSystem& files, base_directory const& base) noexcept
        : files_{files}, base_{base} {}

    void begin() {
        end();
        if (!base_.is_known()) return;
        stat_record now;
        here_ = restat::open_working_directory(files_, now, error_);
        bool const is_base = now.device == base_.device && now.inode == base_.inode;
        if (!error_ && now.links > 0 && is_base) {
            way_ = way::here;
            return;
        }
        here_ = {};
        bool const has_left =
            !error_ || is_absence(error_) || error_ == std::errc::permission_denied;
        if (has_left) error_.assign(ESTALE, std::generic_category());
        way_ = has_left && !base_.path.empty() ? way::by_path : way::none;
    }
    void end() noexcept {
        here_ = {};
        way_ = way::as_named;
    }

    directory open(char const* path, std::error_code& error) {
        switch (way_of(path)) {
        case way::here: return files_.open(here_, path, last_link::follow, error);
        case way::by_path: return files_.open(base_.whole(path).c_str(), error);
        case way::none: error = error_; return {};
        case way::as_named: break;
        }
        return files_.open(path, error);
    }
    stat_record stat(char const* path, last_link link, std::error_code& error) {
        switch (way_of(path)) {
        case way::here: return files_.stat(here_, path, link, error);
        case way::by_path: return files_.stat(base_.whole(path).c_str(), link, error);
        case way::none: error = error_; return {};
        case way::as_named: break;
        }
        return files_.stat(path, link, error);
    }
    stat_record stat(directory& in, char const* name, last_link link, std::error_code& error) {
        return files_.stat(in, name, link, error);
    }
    stamp now() const noexcept { return files_.now(); }

private:
    enum class way : unsigned char { as_named, here, by_path, none };

    way way_of(char const* path) const noexcept { return path[0] == '/' ? way::as_named : way_; }

    FileSystem& files_;
    base_directory const& base_;
    directory here_;
    way way_ = way::as_named;
    std::error_code error_; // of each relative path without a way
};

/// Makes relative paths begin in their base for the lifetime of this object, if the scan has any.
template <class FileSystem>
class based_scope {
public:
    based_scope(based_files<FileSystem>& of, bool has_relative) : of_{of} {
        if (has_relative) of_.begin();
    }
    based_scope(based_scope const&) = delete;
    ~based_scope() { of_.end(); }

private:
    based_files<FileSystem>& of_;
};

} // namespace restat::detail
