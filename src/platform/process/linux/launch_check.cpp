#include "platform/process/launch_check.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/system_error.hpp"
#include "platform/modules/elf.hpp"

#include <restat/detail/start_directory.hpp>
#include <restat/error.hpp>

#include <cerrno>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr int deepest_script = 5; // the kernel's limit for scripts run by scripts

std::error_code check_executable(std::string const& path) noexcept {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return last_error();
    if (!S_ISREG(status.st_mode)) return std::make_error_code(std::errc::permission_denied);
    if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return {};
    // A sandbox may refuse faccessat2. The older call checks the real user, so its refusal counts
    // only if the real user is the effective user; otherwise exec itself decides.
    if (errno != EPERM && errno != ENOSYS) return last_error();
    bool const is_same = ::getuid() == ::geteuid() && ::getgid() == ::getegid();
    if (!is_same || ::access(path.c_str(), X_OK) == 0) return {};
    return last_error();
}

} // namespace

std::string find_program(std::string_view name, std::string_view search,
                         std::string const& directory, std::error_code& error) {
    error.clear();
    std::string const whole{name};
    if (name.find('/') != std::string_view::npos) return from_directory(directory, name);
    error = std::make_error_code(std::errc::no_such_file_or_directory);
    if (name.empty()) return whole;
    for (std::size_t at = 0; at <= search.size();) {
        auto const end = std::min(search.find(':', at), search.size());
        std::string const place{search.substr(at, end - at)};
        auto path = from_directory(directory, place.empty() ? whole : place + '/' + whole);
        auto const reason = check_executable(path);
        if (!reason) {
            error.clear();
            return path;
        }
        if (reason == std::errc::permission_denied) error = reason;
        at = end + 1;
    }
    return whole;
}

namespace {

// Returns true if the file was not written during the check.
bool is_as_it_was(int file, struct stat const& before) noexcept {
    struct stat now;
    auto const same = [](timespec const& a, timespec const& b) {
        return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
    };
    return ::fstat(file, &now) == 0 && now.st_size == before.st_size &&
           same(now.st_mtim, before.st_mtim) && same(now.st_ctim, before.st_ctim);
}

// A script's interpreter may itself be a script, up to the kernel's limit.
std::error_code check_program(std::string const& path, int depth) {
    if (depth > deepest_script)
        return std::make_error_code(std::errc::too_many_symbolic_link_levels);
    if (auto const reason = check_executable(path)) return reason;
    held_descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file) { // a program may be executable but unreadable
        return errno == EACCES ? std::error_code{} : last_error();
    }
    if (has_writer(file.get())) return errc::program_changed;
    struct stat before;
    if (::fstat(file.get(), &before) != 0) return last_error();
    if (auto const reason = check_image(file.get())) return reason;
    auto const interpreter = interpreter_of(file.get());
    if (!is_as_it_was(file.get(), before)) return errc::program_changed;
    return interpreter.empty() ? std::error_code{} : check_program(interpreter, depth + 1);
}

} // namespace

std::error_code check_program(std::string const& path) { return check_program(path, 1); }

namespace {

bool has_capabilities(std::string const& path) noexcept {
    return ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
}

bool ignores_set_ids(std::string const& path) noexcept {
    struct statvfs system;
    bool const is_nosuid = ::statvfs(path.c_str(), &system) == 0 && (system.f_flag & ST_NOSUID);
    return is_nosuid || ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

bool raises_privileges(std::string const& path, int depth) {
    held_descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (auto const by = file ? interpreter_of(file.get()) : std::string{}; !by.empty()) {
        return depth < deepest_script && raises_privileges(by, depth + 1);
    }
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) return false;
    bool const sets_user = (status.st_mode & S_ISUID) != 0 && status.st_uid != ::getuid();
    constexpr mode_t set_group = S_ISGID | S_IXGRP;
    bool const sets_group =
        (status.st_mode & set_group) == set_group && status.st_gid != ::getgid();
    bool const raises = sets_user || sets_group || (::getuid() != 0 && has_capabilities(path));
    return raises && !ignores_set_ids(path);
}

} // namespace

std::error_code check_directory(std::string const& path) noexcept {
    constexpr int how = O_PATH | O_DIRECTORY | O_CLOEXEC;
    held_descriptor const directory{::open(path.c_str(), how)};
    bool const may_enter = directory && ::faccessat(AT_FDCWD, path.c_str(), X_OK, 0) == 0;
    return may_enter ? std::error_code{} : last_error();
}

bool raises_privileges(std::string const& path) { return raises_privileges(path, 1); }

bool is_writable_by_others(std::string const& path) noexcept {
    struct stat status;
    return ::stat(path.c_str(), &status) == 0 &&
           ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 || status.st_uid != ::geteuid());
}

} // namespace restat::detail
