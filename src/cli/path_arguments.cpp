#include "path_arguments.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <unistd.h>

namespace restat::cli {
namespace {

constexpr std::string_view placeholder = "{}";
constexpr std::size_t longest_argument = 128 * 1024; // of the kernel, with the final NUL

std::size_t size_of(std::string const& argument) noexcept {
    return argument.size() + 1 + sizeof(char*);
}

std::size_t size_of(std::vector<std::string> const& all) noexcept {
    std::size_t size = 0;
    for (auto const& one : all) size += size_of(one);
    return size;
}

/// Returns the bytes for the arguments and the environment of a program. A part stays free for
/// the name of the program and of its interpreter.
std::size_t bytes_in_all() noexcept {
    constexpr std::size_t most = 6 * 1024 * 1024; // the kernel allows no more, whatever the stack
    constexpr std::size_t least = 128 * 1024;
    constexpr std::size_t free = 16 * 1024;
    auto const limit = ::sysconf(_SC_ARG_MAX);
    auto const allowed = limit < 0 ? least : static_cast<std::size_t>(limit);
    return std::clamp(allowed, least, most) - free;
}

std::string safe(std::string const& path) { return path.starts_with('-') ? "./" + path : path; }

/// Returns the number of first paths that fit `times` times into so many bytes.
std::size_t count_that_fit(std::vector<std::string> const& paths, std::size_t times,
                           std::size_t bytes) {
    std::size_t count = 0;
    std::size_t used = 0;
    for (; count < paths.size(); ++count) {
        used += times * size_of(paths[count]);
        if (used > bytes || paths[count].size() >= longest_argument) break;
    }
    return count;
}

} // namespace

bool has_placeholder(std::vector<std::string> const& command) {
    return std::find(command.begin(), command.end(), placeholder) != command.end();
}

std::size_t bytes_beside(std::vector<std::string> const& environment) noexcept {
    auto const all = bytes_in_all();
    return all - std::min(all, size_of(environment));
}

std::vector<std::string> with_paths(std::vector<std::string> const& command,
                                    std::vector<std::string> const& paths, std::size_t bytes,
                                    std::size_t& inserted) {
    std::vector<std::string> given;
    std::transform(paths.begin(), paths.end(), std::back_inserter(given), safe);
    auto const times =
        static_cast<std::size_t>(std::count(command.begin(), command.end(), placeholder));
    auto const used = size_of(command);
    inserted = count_that_fit(given, times, bytes - std::min(bytes, used));
    given.resize(inserted);
    std::vector<std::string> all;
    for (auto const& argument : command) {
        if (argument == placeholder) {
            all.insert(all.end(), given.begin(), given.end());
        } else {
            all.push_back(argument);
        }
    }
    return all;
}

} // namespace restat::cli
