#include "enumerator/module_names.hpp"

#include <algorithm>
#include <charconv>

namespace restat::detail {
namespace {

// Removes the first field from a line, together with the blanks after the field, and returns the
// field.
std::string_view take_field(std::string_view& line) noexcept {
    auto const field = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ', field.size())));
    return field;
}

bool read_line(std::string_view line, mapped_file& into) {
    take_field(line); // addresses
    auto const permissions = take_field(line);
    take_field(line); // offset
    take_field(line); // device
    auto const inode = take_field(line);
    std::from_chars(inode.data(), inode.data() + inode.size(), into.inode);
    into.shown = line;
    return permissions.find('x') != std::string_view::npos && line.starts_with('/');
}

std::string decode_newlines(std::string_view shown) {
    constexpr std::string_view code = "\\012";
    std::string decoded{shown};
    for (auto at = decoded.find(code); at != std::string::npos; at = decoded.find(code, at + 1)) {
        decoded.replace(at, code.size(), "\n");
    }
    return decoded;
}

} // namespace

std::vector<mapped_file> executable_files(std::string_view maps) {
    std::vector<mapped_file> files;
    while (!maps.empty()) {
        auto const line = maps.substr(0, maps.find('\n'));
        maps.remove_prefix(std::min(maps.size(), line.size() + 1));
        mapped_file file;
        if (read_line(line, file) && std::find(files.begin(), files.end(), file) == files.end()) {
            files.push_back(std::move(file));
        }
    }
    return files;
}

std::vector<std::string> spellings(std::string_view shown) {
    constexpr std::string_view mark = " (deleted)";
    std::vector<std::string> paths;
    auto const add = [&](std::string_view path) {
        if (auto decoded = decode_newlines(path); decoded != path) {
            paths.push_back(std::move(decoded));
        }
        paths.emplace_back(path);
    };
    if (shown.ends_with(mark)) add(shown.substr(0, shown.size() - mark.size()));
    add(shown);
    return paths;
}

} // namespace restat::detail
