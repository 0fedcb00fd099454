#include "platform/process/process_files.hpp"

#include "platform/files/file_calls.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>

namespace restat::detail {
namespace {

constexpr std::string_view removed = " (deleted)";

// Parses "flags:\t0100001", in octal.
bool is_for_writing(std::string_view info) noexcept {
    constexpr std::string_view label = "flags:";
    auto const at = info.find(label);
    if (at == info.npos) return false;
    auto digits = info.substr(at + label.size());
    digits.remove_prefix(std::min(digits.find_first_not_of(" \t"), digits.size()));
    unsigned flags = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), flags, 8);
    auto const access = flags & O_ACCMODE;
    return (access == O_WRONLY || access == O_RDWR) && (flags & O_PATH) == 0;
}

void add_descriptors(std::string const& process, std::vector<file_number>& written) {
    DIR* const all = ::opendir((process + "/fd").c_str());
    if (!all) return;
    while (dirent const* const one = ::readdir(all)) {
        if (one->d_name[0] == '.') continue;
        std::error_code error;
        auto const info = detail::read_file((process + "/fdinfo/" + one->d_name).c_str(), error);
        if (error || !is_for_writing(info)) continue;
        auto const file = file_number_at((process + "/fd/" + one->d_name).c_str());
        if (file != file_number{}) written.push_back(file);
    }
    ::closedir(all);
}

// Each line ends with the path of the mapped file, if there is a file.
void add_mappings(std::string const& process, std::set<std::string>& paths) {
    std::error_code error;
    auto const text = detail::read_file((process + "/maps").c_str(), error);
    std::string_view rest = text;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('\n'), rest.size());
        auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        auto const at = line.find('/');
        if (at == line.npos) continue;
        line.remove_prefix(at);
        if (line.ends_with(removed)) line.remove_suffix(removed.size());
        paths.emplace(line);
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

process_files files_of(std::vector<int> const& pids) {
    process_files all;
    std::set<std::string> paths;
    for (int const pid : pids) {
        auto const process = "/proc/" + std::to_string(pid);
        add_descriptors(process, all.written);
        add_mappings(process, paths);
    }
    for (auto const& path : paths) {
        if (auto const file = file_number_at(path.c_str()); file != file_number{}) {
            all.loaded.push_back(file);
        }
    }
    sort_once(all.written);
    sort_once(all.loaded);
    return all;
}

} // namespace restat::detail
