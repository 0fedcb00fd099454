#include "platform/modules/module_copy.hpp"

#include "platform/files/file_calls.hpp"
#include "platform/files/seed.hpp"
#include "platform/files/signal_hold.hpp"
#include "platform/files/system_error.hpp"
#include "platform/modules/elf.hpp"

#include <restat/error.hpp>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::string_view name_of_copies = ".restat-";

// The directory with its slash, and the start of the names of copies.
struct place_of_copies {
    std::string directory;
    std::string start;
};

place_of_copies place_beside(std::string const& path) {
    constexpr std::size_t longest = 200;
    auto const name = path.find_last_of('/') + 1;
    auto start = '.' + path.substr(name, longest);
    return {path.substr(0, name), start.append(name_of_copies)};
}

std::string private_directory(std::string const& parent) {
    std::string directory = parent;
    if (directory.empty()) {
        char const* const named = ::secure_getenv("TMPDIR");
        directory = named && *named ? named : "/tmp";
    }
    return directory + "/restat-modules-" + std::to_string(::geteuid()) + '/';
}

// Others can neither enter the directory nor replace a copy there.
bool is_private(std::string const& directory) noexcept {
    struct stat status;
    auto const name = directory.substr(0, directory.size() - 1);
    return ::lstat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == ::geteuid() && (status.st_mode & 077) == 0;
}

std::error_code check_source(int file, stat_record& record) {
    stamp const before = stamp_clock();
    std::error_code error;
    record = stat(file, error);
    if (error) return error;
    if (record.type == file_type::directory)
        return std::make_error_code(std::errc::is_a_directory);
    if (record.type != file_type::regular)
        return std::make_error_code(std::errc::invalid_argument);
    if (record.size == 0 || !is_final(record.ctime, before, stamp_clock()) || has_writer(file))
        return errc::incomplete;
    auto const fault = check_image(file);
    return fault == errc::program_truncated ? errc::incomplete
           : fault == std::errc::io_error   ? fault
                                            : std::error_code{};
}

bool copy_bytes(int from, int into, std::error_code& error) {
    std::string bytes;
    if (!read_whole(from, bytes)) {
        error = last_error();
        return false;
    }
    file_size_signal_held const quiet;
    for (std::string_view rest = bytes; !rest.empty();) {
        auto const count = ::write(into, rest.data(), rest.size());
        if (count < 0 && errno != EINTR) {
            error = last_error();
            return false;
        }
        if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

// Another process may remove the copy between its creation and the lock.
module_copy create_copy(place_of_copies const& place, std::error_code& error) {
    constexpr int only_new = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
    for (;;) {
        module_copy made{place.directory + place.start + std::to_string(new_seed()) + '~'};
        made.lock = held_descriptor{::open(made.path.c_str(), only_new, 0700)};
        if (!made.lock) {
            error = last_error();
            return {};
        }
        struct stat status;
        bool const is_locked = ::flock(made.lock.get(), LOCK_EX | LOCK_NB) == 0;
        if (is_locked && ::fstat(made.lock.get(), &status) == 0 && status.st_nlink > 0)
            return made;
        if (!is_locked && errno != EWOULDBLOCK) { // no locks here: no other process removes it
            return made;
        }
    }
}

module_copy create_copy(std::string const& path, std::string const& parent,
                        std::error_code& error) {
    auto place = place_beside(path);
    auto made = create_copy(place, error);
    bool const is_closed = error == std::errc::permission_denied ||
                           error == std::errc::read_only_file_system ||
                           error == std::errc::operation_not_permitted;
    if (!is_closed) return made;
    place.directory = private_directory(parent);
    ::mkdir(place.directory.c_str(), 0700);
    if (!is_private(place.directory)) return made;
    error.clear();
    return create_copy(place, error);
}

bool has_no_owner(std::string const& copy) noexcept {
    held_descriptor const file{
        ::open(copy.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    return file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

struct closes_directory {
    void operator()(DIR* open) const noexcept { ::closedir(open); }
};

void remove_stale(place_of_copies const& place) {
    auto const directory = place.directory.empty() ? "." : place.directory.c_str();
    std::unique_ptr<DIR, closes_directory> const open{::opendir(directory)};
    if (!open) return;
    while (auto const* const one = ::readdir(open.get())) {
        std::string_view const name = one->d_name;
        if (!name.starts_with(place.start) || !name.ends_with('~')) continue;
        auto const copy = place.directory + std::string{name};
        if (has_no_owner(copy)) ::unlink(copy.c_str());
    }
}

} // namespace

module_copy copy_module(std::string const& path, std::string const& parent,
                        std::error_code& error) {
    error.clear();
    held_descriptor const source{
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    if (!source) {
        error = last_error();
        return {};
    }
    stat_record before;
    stat_record after;
    error = check_source(source.get(), before);
    if (error) return {};
    module_copy made = create_copy(path, parent, error);
    if (error) return {};
    if (copy_bytes(source.get(), made.lock.get(), error)) {
        error = check_source(source.get(), after);
        if (!error && is_edit(changed_fields(before, after))) error = errc::incomplete;
    }
    if (!error) return made;
    remove_copy(made);
    return {};
}

void remove_copy(module_copy const& copy) noexcept { ::unlink(copy.path.c_str()); }

void remove_stale_copies(std::string const& path, std::string const& parent) {
    auto place = place_beside(path);
    remove_stale(place);
    place.directory = private_directory(parent);
    if (is_private(place.directory)) remove_stale(place);
}

} // namespace restat::detail
