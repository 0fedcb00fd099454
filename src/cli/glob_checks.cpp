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

/// "'src', 'docs'"
std::string listed(std::vector<std::string> const& paths) {
    std::string text;
    for (auto const& path : paths) {
        text += (text.empty() ? "'" : ", '") + escape(told_path(path)) + '\'';
    }
    return text;
}

/// "--ignore '!out': " and what comes after it.
[[noreturn]] void refuse(std::string_view option, std::string_view glob,
                         std::string_view reason) {
    throw usage_error{fmt::format("{} '{}': {}", option, escape(glob), reason)};
}

void check_not_negated(std::string_view option, std::string_view glob) {
    if (!glob.starts_with('!')) return;
    auto const instead =
        option == "--glob"
            ? fmt::format("to exclude it, write --ignore '{}'", escape(glob.substr(1)))
            : fmt::format("to keep it, write '{}' into a file .ignore", escape(glob));
    refuse(option, glob,
           fmt::format("'!' does not negate a glob; {}; for a name that begins with '!', write "
                       "'\\{}'",
                       instead, escape(glob)));
}

/// What a glob begins with, up to its first wildcard.
std::string_view head_of(std::string_view glob) {
    return glob.substr(0, std::min(glob.find_first_of("*?[{\\"), glob.size()));
}

/// The first component of a glob that no path below a PATH has: `..`, `.`, or an empty one.
std::string_view impossible_component(std::string_view glob) {
    auto head = head_of(glob);
    while (head.starts_with("./")) head.remove_prefix(2);
    for (std::size_t begin = head.starts_with('/') ? 1 : 0; begin < head.size();) {
        auto const end = head.find('/', begin);
        bool const is_whole = end != head.npos || head.size() == glob.size();
        auto const part = head.substr(begin, end == head.npos ? end : end - begin);
        if (is_whole && (part.empty() || part == "." || part == "..")) {
            return part.empty() ? std::string_view{"//"} : part;
        }
        if (end == head.npos) break;
        begin = end + 1;
    }
    return {};
}

/// Whether the glob can match a path that begins with a PATH as it is printed.
bool may_begin_with(std::string_view glob, std::string_view told) {
    auto const head = head_of(glob);
    return head.starts_with(told) || (head.size() < glob.size() && told.starts_with(head));
}

void check_components(std::string_view option, std::string const& glob,
                      std::vector<std::string> const& paths) {
    auto const part = impossible_component(glob);
    if (part.empty()) return;
    bool const fits = std::any_of(paths.begin(), paths.end(), [&](auto const& path) {
        return told_path(path) != "." && may_begin_with(glob, told_path(path));
    });
    if (fits) return;
    refuse(option, glob,
           fmt::format("no path below {} has a component '{}'; globs are compared with paths as "
                       "--list prints them",
                       listed(paths), part));
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
           fmt::format("names nothing below {}, as a glob that begins with '/' is a whole path; "
                       "write '{}', or '{}' for {}",
                       listed(paths), escape(whole), escape(below),
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
