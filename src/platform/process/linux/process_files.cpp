#include "platform/process/process_files.hpp"

#include "platform/files/file_calls.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr std::string_view removed = " (deleted)";

enum class file_access : unsigned char { reading, writing };

// Parses "flags:\t0100001", in octal.
bool is_for(file_access how, std::string_view info) noexcept {
    constexpr std::string_view label = "flags:";
    auto const at = info.find(label);
    if (at == info.npos) return false;
    auto digits = info.substr(at + label.size());
    digits.remove_prefix(std::min(digits.find_first_not_of(" \t"), digits.size()));
    unsigned flags = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), flags, 8);
    auto const one_way = how == file_access::reading ? O_RDONLY : O_WRONLY;
    auto const access = static_cast<int>(flags & O_ACCMODE);
    return (access == one_way || access == O_RDWR) && (flags & O_PATH) == 0;
}

// Visits the paths in /proc of a process's descriptors.
template <class Visit>
void visit_descriptors(std::string const& process, file_access how, Visit visit) {
    DIR* const all = ::opendir((process + "/fd").c_str());
    if (!all) return;
    while (dirent const* const one = ::readdir(all)) {
        if (one->d_name[0] == '.') continue;
        std::error_code error;
        auto const info = detail::read_file((process + "/fdinfo/" + one->d_name).c_str(), error);
        if (!error && is_for(how, info)) visit((process + "/fd/" + one->d_name).c_str());
    }
    ::closedir(all);
}

void add_descriptors(std::string const& process, std::vector<file_number>& written) {
    visit_descriptors(process, file_access::writing, [&](char const* path) {
        auto const file = file_number_at(path);
        if (file != file_number{}) written.push_back(file);
    });
}

// Adds the pipe of a descriptor, if the descriptor is one of a pipe.
void add_pipe(struct stat const& status, std::set<file_number>& pipes) {
    if (S_ISFIFO(status.st_mode)) pipes.emplace(status.st_dev, status.st_ino);
}

std::set<file_number> pipes_of(int pid, file_access how) {
    std::set<file_number> pipes;
    visit_descriptors("/proc/" + std::to_string(pid), how, [&](char const* path) {
        struct stat status;
        if (::stat(path, &status) == 0) add_pipe(status, pipes);
    });
    return pipes;
}

std::set<file_number> pipes_of_output() {
    std::set<file_number> pipes;
    for (int const stream : {STDOUT_FILENO, STDERR_FILENO}) {
        struct stat status;
        if (::fstat(stream, &status) == 0) add_pipe(status, pipes);
    }
    return pipes;
}

// Parses "PID (NAME) STATE PARENT"; the name may contain parentheses. Returns 0 if unknown.
int parent_of(int pid) {
    std::error_code error;
    auto const text =
        detail::read_file(("/proc/" + std::to_string(pid) + "/stat").c_str(), error);
    auto const at = text.rfind(')');
    constexpr std::size_t state_length = 4; // ") S "
    if (error || at == text.npos || at + state_length >= text.size()) return 0;
    return std::atoi(text.c_str() + at + state_length);
}

std::set<int> ancestors() {
    std::set<int> all;
    for (int pid = ::getpid(); pid > 0 && all.insert(pid).second;) pid = parent_of(pid);
    return all;
}

// Returns the processes of this group, without this process and those it descends from.
std::vector<int> others_in_group() {
    std::vector<int> found;
    DIR* const all = ::opendir("/proc");
    if (!all) return found;
    auto const older = ancestors();
    while (dirent const* const one = ::readdir(all)) {
        int const pid = std::atoi(one->d_name); // 0 for any other entry
        if (pid > 0 && ::getpgid(pid) == ::getpgrp() && !older.contains(pid))
            found.push_back(pid);
    }
    ::closedir(all);
    return found;
}

bool intersect(std::set<file_number> const& a, std::set<file_number> const& b) {
    return std::any_of(a.begin(), a.end(), [&](auto const& one) { return b.contains(one); });
}

struct mapped_paths {
    std::set<std::string> code;    ///< mapped with the right to execute
    std::set<std::string> written; ///< a store into the mapping changes the file
};

// Each line is "RANGE RIGHTS OFFSET DEVICE INODE", with the path of the mapped file, if there is a
// file. The rights are as in "rw-s"; s stands for a shared mapping.
void add_mappings(std::string const& process, mapped_paths& paths) {
    std::error_code error;
    auto const text = detail::read_file((process + "/maps").c_str(), error);
    std::string_view rest = text;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        auto const line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        auto const at = line.find('/');
        auto const rights = line.substr(std::min(line.find(' ') + 1, line.size()), 4);
        if (at == line.npos || rights.size() != 4) continue;
        auto path = line.substr(at);
        if (path.ends_with(removed)) path.remove_suffix(removed.size());
        if (rights[1] == 'w' && rights[3] == 's') {
            paths.written.emplace(path);
        } else if (rights[2] == 'x') {
            paths.code.emplace(path);
        }
    }
}

void add_files_at(std::set<std::string> const& paths, std::vector<file_number>& files) {
    for (auto const& path : paths) {
        if (auto const file = file_number_at(path.c_str()); file != file_number{})
            files.push_back(file);
    }
}

void sort_once(std::vector<file_number>& all) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

} // namespace

file_number file_number_at(char const* path) noexcept {
    std::error_code error;
    auto const found = detail::stat(detail::current_directory, path, last_link::follow, error);
    if (error || found.type != file_type::regular) return {};
    return {found.device, found.inode};
}

std::vector<int> readers_of_output() {
    auto pipes = pipes_of_output();
    if (pipes.empty()) return {};
    auto others = others_in_group();
    auto rest = others.begin();
    for (bool has_grown = true; std::exchange(has_grown, false);) {
        auto const found = std::partition(rest, others.end(), [&](int pid) {
            return intersect(pipes, pipes_of(pid, file_access::reading));
        });
        for (; rest != found; ++rest) {
            pipes.merge(pipes_of(*rest, file_access::writing));
            has_grown = true;
        }
    }
    others.erase(rest, others.end());
    return others;
}

std::vector<file_number> files_written_by(std::vector<int> const& pids) {
    std::vector<file_number> all;
    for (int const pid : pids) add_descriptors("/proc/" + std::to_string(pid), all);
    sort_once(all);
    return all;
}

process_files files_of(std::vector<int> const& pids) {
    process_files all;
    mapped_paths paths;
    for (int const pid : pids) {
        auto const process = "/proc/" + std::to_string(pid);
        add_descriptors(process, all.written);
        add_mappings(process, paths);
    }
    add_files_at(paths.code, all.loaded);
    add_files_at(paths.written, all.written);
    sort_once(all.written);
    sort_once(all.loaded);
    return all;
}

} // namespace restat::detail
