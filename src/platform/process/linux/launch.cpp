#include "platform/process/launch.hpp"

#include "base/plain_path.hpp"
#include "platform/files/descriptor.hpp"
#include "platform/process/signal.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

// Splits a block into its NUL-terminated strings.
std::vector<std::string> split(std::string_view block) {
    std::vector<std::string> strings;
    while (!block.empty()) {
        auto const end = std::min(block.find('\0'), block.size());
        strings.emplace_back(block.substr(0, end));
        block.remove_prefix(std::min(end + 1, block.size()));
    }
    return strings;
}

std::string working_directory() {
    char buffer[PATH_MAX];
    return ::getcwd(buffer, sizeof buffer) ? buffer : std::string{};
}

std::string target_of(char const* link) {
    char buffer[PATH_MAX];
    ssize_t const size = ::readlink(link, buffer, sizeof buffer);
    return size < 0 ? std::string{} : std::string{buffer, static_cast<std::size_t>(size)};
}

// Resolves links in a path; the last name may be missing.
std::string resolved(std::string const& path) {
    char buffer[PATH_MAX];
    if (::realpath(path.c_str(), buffer)) return buffer;
    auto const slash = path.rfind('/');
    std::string const parent = path.substr(0, std::max<std::size_t>(slash, 1));
    return ::realpath(parent.c_str(), buffer) ? buffer + path.substr(slash) : std::string{};
}

// Such a name always leads to the same file, regardless of the original name.
bool is_of_a_descriptor(std::string const& path) noexcept {
    return path.starts_with("/proc/") || path.starts_with("/dev/fd/");
}

bool leads_to(struct stat const& file, std::string const& path) noexcept {
    struct stat found;
    return ::stat(path.c_str(), &found) == 0 && found.st_dev == file.st_dev &&
           found.st_ino == file.st_ino;
}

// Returns true if the place of the running file has lost its name. The file may have another one,
// by a hard link. A file may also have the name that the kernel reports for a removed one.
bool is_removed(struct stat const& running, std::string const& place) noexcept {
    return place.ends_with(" (deleted)") && !leads_to(running, place);
}

// Returns true if the path leads to the running file, or to a file that replaced it since the
// start. For a replaced file, the kernel reports the old path with a suffix. The comparison
// appends this suffix, and never removes the suffix.
bool leads_to_this_program(std::string const& path) {
    struct stat running;
    if (::stat("/proc/self/exe", &running) != 0) return false;
    if (leads_to(running, path)) return true;
    auto const place = target_of("/proc/self/exe");
    return is_removed(running, place) && place == resolved(path) + " (deleted)";
}

std::string name_of_program() {
    auto const address = ::getauxval(AT_EXECFN);
    // documented in its man page
    return address == 0 ? std::string{} : reinterpret_cast<char const*>(address);
}

std::string absolute(std::string const& name, std::string const& directory) {
    return name.empty() ? name
                        : plain_path(name.starts_with('/') ? name : directory + '/' + name);
}

std::string directory_of(std::string const& path) {
    return path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
}

// The kernel gives the interpreter of a script, or of another format, the program name as its
// second or third argument.
bool has_interpreter(launch_record const& record) {
    auto const name = name_of_program();
    auto const& all = record.arguments;
    auto const is_at = [&](std::size_t index) {
        return all.size() > index && all[index] == name;
    };
    return is_at(1) || is_at(2);
}

// Returns true if the running file lies as many directories below the working directory as its
// name says. A directory of the name was renamed since the start, and the working directory is
// that of the start.
bool lies_below(std::string const& directory, std::string_view name, std::string place) {
    auto const plain = '/' + plain_path(name);
    if (plain.find("/../") != plain.npos) return false;
    for (auto left = std::count(plain.begin(), plain.end(), '/'); left > 0; --left) {
        if (place == "/") return false;
        place = directory_of(place);
    }
    return place == directory;
}

// Returns true if the running file has left the path since the start, as in the middle of
// `mv app app.old; make`, or a link to this file was changed. The path is then right, and leads to
// another file or to no file yet. A relative name is trusted only if the running file is still in
// the directory of the path, or if this directory was renamed: otherwise the working directory may
// have changed. After a chroot, the running file is not found at its own place.
bool was_moved_away(launch_record const& record) {
    struct stat running;
    if (has_interpreter(record) || ::stat("/proc/self/exe", &running) != 0) return false;
    auto const place = target_of("/proc/self/exe");
    if (!is_removed(running, place) && !leads_to(running, place)) return false;
    auto const name = name_of_program();
    return name.starts_with('/') || directory_of(place) == directory_of(resolved(record.path)) ||
           lies_below(record.directory, name, place);
}

bool is_absent(std::string const& path) noexcept {
    struct stat found;
    return ::stat(path.c_str(), &found) != 0 && errno == ENOENT;
}

// The kernel passes the name of the script as the program name to its interpreter, and the
// interpreter's own name as the first argument.
bool is_script(std::string const& path) {
    held_descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    char mark[2] = {};
    return file && ::pread(file.get(), mark, sizeof mark, 0) == sizeof mark && mark[0] == '#' &&
           mark[1] == '!';
}

std::vector<int> streams_not_open() {
    std::vector<int> closed;
    for (int const number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(number, F_GETFD) < 0) closed.push_back(number);
    }
    return closed;
}

std::string path_of_program(launch_record const& record) {
    auto const path = absolute(name_of_program(), record.directory);
    if (record.arguments.empty() || leads_to_this_program(path)) return path;
    bool const is_of_a_script = is_script(path) || (is_absent(path) && has_interpreter(record));
    return !is_of_a_script ? path : absolute(record.arguments.front(), record.directory);
}

} // namespace

launch_record take_launch_record() {
    launch_record record;
    record.signals = current_signals();
    record.closed_streams = streams_not_open();
    ::prctl(PR_GET_PDEATHSIG, &record.death_signal);
    record.parent = ::getppid();
    record.directory = working_directory();
    std::string block;
    bool has_proc = ::access("/proc/self/exe", F_OK) == 0;
    has_proc = read_whole("/proc/self/cmdline", block) && has_proc;
    record.arguments = split(block);
    has_proc = read_whole("/proc/self/environ", block) && has_proc;
    record.environment = split(block);
    record.path = path_of_program(record);
    bool const known = !record.directory.empty() && !record.path.empty() &&
                       !is_of_a_descriptor(record.path) &&
                       (leads_to_this_program(record.path) || was_moved_away(record));
    if (!known) record.error = errc::program_unknown;
    if (!has_proc) record.error = errc::proc_unavailable;
    if (is_privileged()) record.error = errc::privileged;
    return record;
}

bool is_privileged() noexcept { return ::getauxval(AT_SECURE) != 0; }

} // namespace restat::detail
