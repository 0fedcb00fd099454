#include "glob_checks.hpp"

#include "absolute_globs.hpp"
#include "selection.hpp"

#include <restat/escape.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace restat::cli {
namespace {

namespace fs = std::filesystem;

/// Returns a list for people: "'src', 'docs'".
std::string quoted_paths(std::vector<std::string> const& paths) {
    std::string text;
    for (auto const& path : paths) {
        text += (text.empty() ? "'" : ", '") + escape(printed_path(path)) + '\'';
    }
    return text;
}

/// Throws a message such as "--ignore '!out': " followed by the reason.
[[noreturn]] void refuse(std::string_view option, std::string_view glob,
                         std::string_view reason) {
    throw usage_error{fmt::format("{} '{}': {}", option, escape(glob), reason)};
}

void check_not_negated(std::string_view option, std::string_view glob) {
    if (!glob.starts_with('!')) return;
    auto const remedy =
        option == "--glob"
            ? fmt::format("to exclude the path, write --ignore '{}'", escape(glob.substr(1)))
            : fmt::format("to keep the path, write '{}' into a file .ignore", escape(glob));
    refuse(option, glob,
           fmt::format("'!' does not negate a glob; {}; for a name that starts with '!', write "
                       "'\\{}'",
                       remedy, escape(glob)));
}

/// Returns the first impossible component of a glob: `..`, `.`, or an empty component.
std::string_view impossible_component(std::string_view glob) {
    auto prefix = literal_prefix(glob);
    while (prefix.starts_with("./")) prefix.remove_prefix(2);
    for (std::size_t begin = prefix.starts_with('/') ? 1 : 0; begin < prefix.size();) {
        auto const end = prefix.find('/', begin);
        bool const is_whole = end != prefix.npos || prefix.size() == glob.size();
        auto const part = prefix.substr(begin, end == prefix.npos ? end : end - begin);
        if (is_whole && (part.empty() || part == "." || part == "..")) {
            return part.empty() ? std::string_view{"//"} : part;
        }
        if (end == prefix.npos) break;
        begin = end + 1;
    }
    return {};
}

/// Returns whether the glob can match a path with the printed form of a PATH as its prefix.
bool may_begin_with(std::string_view glob, std::string_view printed) {
    auto const prefix = literal_prefix(glob);
    return prefix.starts_with(printed) ||
           (prefix.size() < glob.size() && printed.starts_with(prefix));
}

void check_components(std::string_view option, std::string const& glob,
                      std::vector<std::string> const& paths) {
    auto const part = impossible_component(glob);
    if (part.empty()) return;
    bool const fits = std::any_of(paths.begin(), paths.end(), [&](auto const& path) {
        return printed_path(path) != "." && may_begin_with(glob, printed_path(path));
    });
    if (fits) return;
    refuse(option, glob,
           fmt::format("no path below {} has a component '{}'; globs are compared with paths as "
                       "--list prints them",
                       quoted_paths(paths), part));
}

void check_absolute(std::string_view option, std::vector<std::string> const& globs,
                    std::vector<std::string> const& paths) {
    absolute_globs const absolute{globs, std::string{option}, paths};
    if (absolute.empty() || absolute.first_outside().empty()) return;
    auto const& glob = absolute.first_outside();
    auto const below = std::string_view{glob}.substr(glob.find_first_not_of('/'));
    std::error_code error;
    auto const whole = (fs::current_path(error) / below).native();
    bool const is_name = below.find('/') == below.npos;
    refuse(option, glob,
           fmt::format("matches no path below {}: a glob that starts with '/' is a whole path; "
                       "write '{}', or '{}' for {}",
                       quoted_paths(paths), escape(whole), escape(below),
                       is_name ? "this name in any directory" : "this path below a PATH"));
}

void check(std::string_view option, std::vector<std::string> const& globs,
           std::vector<std::string> const& paths) {
    for (auto const& glob : globs) {
        check_not_negated(option, glob);
        check_components(option, glob, paths);
    }
    check_absolute(option, globs, paths);
}

} // namespace

void check_globs(file_settings const& files) {
    check("--glob", files.globs, files.paths);
    check("--ignore", files.ignored_globs, files.paths);
}

} // namespace restat::cli
