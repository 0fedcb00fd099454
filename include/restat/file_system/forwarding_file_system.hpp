#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/file_system/file_system.hpp>

#include <utility>

namespace restat {
namespace detail {

/// Has the member type `watches` of a file system, if there is one.
template <class FileSystem>
struct forwarded_watches {};
template <watching_file_system FileSystem>
struct forwarded_watches<FileSystem> {
    using watches = typename FileSystem::watches;
};

} // namespace detail

/// A base for wrappers of another file system: has each member of the wrapped file system and
/// forwards every call to it. A wrapper redeclares only the members that it changes; for a name
/// with several forms, it takes the other forms with a using-declaration.
///
///     struct counting_files : restat::forwarding_file_system<restat::native_file_system> {
///         using forwarding_file_system::forwarding_file_system;
///         using forwarding_file_system::open;
///         directory open(char const* path, std::error_code& error) {
///             ++*opened;
///             return of().open(path, error);
///         }
///         std::shared_ptr<std::atomic<int>> opened = std::make_shared<std::atomic<int>>();
///     };
///
/// \threads as the wrapped file system: a wrapper of a concurrent file system is called by several
/// threads, or declares `static constexpr bool concurrent = false`
template <class FileSystem>
class forwarding_file_system : public detail::forwarded_watches<FileSystem> {
    static_assert(file_system<FileSystem>,
                  "FileSystem is no file_system: see restat/file_system/file_system.hpp");

public:
    using directory = typename FileSystem::directory;
    static constexpr bool concurrent = is_concurrent<FileSystem>;

    explicit forwarding_file_system(FileSystem of) : of_{std::move(of)} {}
    /// Makes the wrapped file system.
    forwarding_file_system() requires std::default_initializable<FileSystem> : of_{} {}

    directory open(char const* path, std::error_code& error) { return of_.open(path, error); }
    directory open(directory& in, char const* name, last_link link, std::error_code& error) {
        return of_.open(in, name, link, error);
    }
    bool list(directory& in, name_list& into, std::error_code& error) {
        return of_.list(in, into, error);
    }
    stat_record stat(char const* path, last_link link, std::error_code& error) {
        return of_.stat(path, link, error);
    }
    stat_record stat(directory& in, char const* name, last_link link, std::error_code& error) {
        return of_.stat(in, name, link, error);
    }
    stat_record stat(directory& at, std::error_code& error) { return of_.stat(at, error); }
    std::string read(directory& in, char const* name, last_link link, std::size_t limit,
                     std::error_code& error) {
        return of_.read(in, name, link, limit, error);
    }
    std::string location(directory& at, std::error_code& error) {
        return of_.location(at, error);
    }
    stamp now() noexcept { return of_.now(); }

    stat_record birth_time(char const* path, stamp& made,
                           std::error_code& error) requires birth_time_file_system<FileSystem> {
        return of_.birth_time(path, made, error);
    }
    stat_record birth_time(directory& in, char const* name, stamp& made,
                           std::error_code& error) requires birth_time_file_system<FileSystem> {
        return of_.birth_time(in, name, made, error);
    }
    bool is_mount_point(directory const& at) requires mount_point_file_system<FileSystem> {
        return of_.is_mount_point(at);
    }
    bool trusts_stamps(directory const& at) requires stamp_trusting_file_system<FileSystem> {
        return of_.trusts_stamps(at);
    }
    directory working_directory(stat_record& record, std::error_code& error) requires
        working_directory_file_system<FileSystem> {
        return of_.working_directory(record, error);
    }
    std::chrono::nanoseconds core_time() requires core_time_file_system<FileSystem> {
        return of_.core_time();
    }
    auto open_watches(std::error_code& error) requires watching_file_system<FileSystem> {
        return of_.open_watches(error);
    }

protected:
    /// Returns the wrapped file system.
    FileSystem& of() noexcept { return of_; }

private:
    FileSystem of_;
};

} // namespace restat
