#include "restart/ignore_rule.hpp"

#include <algorithm>
#include <string_view>

namespace restat::detail {
namespace {

void append_escaped(std::string& glob, std::string_view path, std::string_view special) {
    for (char const letter : path) {
        if (special.find(letter) != special.npos) glob += '\\';
        glob += letter;
    }
}

// Returns the directory with its slash; empty if there is none.
std::string_view common_directory(std::vector<std::string> const& paths) noexcept {
    std::string_view common = paths.front();
    for (std::string_view const path : paths) {
        auto const end = std::mismatch(common.begin(), common.end(), path.begin(), path.end());
        common = common.substr(0, static_cast<std::size_t>(end.first - common.begin()));
    }
    return common.substr(0, common.rfind('/') + 1);
}

} // namespace

std::string ignore_rule_for(std::vector<std::string> const& paths) {
    constexpr std::string_view special = "*?[{\\";
    constexpr std::size_t few = 4;
    std::string glob;
    if (paths.empty()) return glob;
    if (paths.size() == 1) {
        append_escaped(glob, paths.front(), special);
        return glob;
    }
    if (auto const directory = common_directory(paths);
        paths.size() > few && !directory.empty()) {
        append_escaped(glob, directory, special);
        return glob += "**";
    }
    for (auto const& path : paths) {
        glob += glob.empty() ? '{' : ',';
        append_escaped(glob, path, "*?[{\\,}");
    }
    return glob += '}';
}

} // namespace restat::detail
