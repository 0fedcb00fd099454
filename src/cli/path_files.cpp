#include "path_files.hpp"

#include "hints.hpp"
#include "settings.hpp"

#include <restat/escape.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace restat::cli {
namespace {

/// Reads to the end; returns the error of the system, or 0.
int read_all(int descriptor, std::string& into) {
    char bytes[16 * 1024];
    for (;;) {
        auto const size = ::read(descriptor, bytes, sizeof bytes);
        if (size == 0) return 0;
        if (size > 0) into.append(bytes, static_cast<std::size_t>(size));
        if (size < 0 && errno != EINTR) return errno;
    }
}

} // namespace

std::string read_file(std::string_view option, std::string const& path) {
    std::string text;
    bool const is_input = path == "-";
    int const file = is_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    int const error = file < 0 ? errno : read_all(file, text);
    if (file >= 0 && !is_input) ::close(file);
    if (error == 0) return text;
    throw usage_error{fmt::format("{} '{}': {}{}", option, escape(path),
                                  std::generic_category().message(error),
                                  hint_for_value(option, path))};
}

std::vector<std::string> split_paths(std::string_view list) {
    char const end = list.find('\0') == list.npos ? '\n' : '\0';
    std::vector<std::string> paths;
    while (!list.empty()) {
        auto const size = std::min(list.find(end), list.size());
        if (size > 0) paths.emplace_back(list.substr(0, size));
        list.remove_prefix(std::min(size + 1, list.size()));
    }
    return paths;
}

} // namespace restat::cli
