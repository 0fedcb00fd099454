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

/// Returns whether the glob names a PATH itself.
bool names_path(std::string const& glob, std::vector<std::string> const& paths) {
    return std::any_of(paths.begin(), paths.end(), [&](auto const& path) {
        std::error_code error;
        return fs::equivalent(glob, path, error);
    });
}

std::string advice_for_path(std::string_view glob) {
    while (glob.ends_with('/')) glob.remove_suffix(1);
    return fmt::format("the glob names a PATH itself; write '{}/**' for all paths below",
                       escape(glob));
}

std::string_view first_component(std::string_view below) {
    return below.substr(0, below.find('/'));
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
    if (!path.starts_with(directory)) return false;
    auto const rest = path.substr(directory.size());
    return rest.empty() || rest.front() == '/' || directory.ends_with('/');
}

/// Returns whether an absolute glob begins at the top of the file system, as far as the existing
/// files tell. Otherwise its author may have meant the top of the project.
bool begins_at_top(std::string_view glob, std::string_view below,
                   std::vector<std::string> const& paths) {
    std::error_code error;
    auto const here = fs::current_path(error);
    if (is_at_or_below(glob, here.native())) return true;
    auto const first = first_component(below);
    auto const has_first = [&](fs::path const& at) { return fs::exists(at / first, error); };
    return has_first("/") && !has_first(here) &&
           std::none_of(paths.begin(), paths.end(), has_first);
}

std::string advice_for_absolute(std::string_view glob, std::vector<std::string> const& paths) {
    std::string text = "a glob that starts with '/' is a whole path";
    auto const below = glob.substr(glob.find_first_not_of('/'));
    if (begins_at_top(glob, below, paths)) return text;
    std::error_code error;
    auto const whole = (fs::current_path(error) / below).native();
    bool const is_name = below.find('/') == below.npos;
    return text + fmt::format("; write '{}', or '{}' for {}", escape(whole), escape(below),
                              is_name ? "this name in any directory" : "this path below a PATH");
}

} // namespace

void check_globs(std::string_view option, std::vector<std::string> const& globs,
                 std::vector<std::string> const& paths) {
    for (auto const& glob : globs) {
        check_not_negated(option, glob);
        check_components(option, glob, paths);
    }
}

void check_reach(std::string_view option, absolute_globs const& globs,
                 std::vector<std::string> const& paths) {
    auto const& glob = globs.first_outside();
    if (glob.empty()) return;
    refuse(option, glob,
           fmt::format("matches no path below {}: {}", quoted_paths(paths),
                       names_path(glob, paths) ? advice_for_path(glob)
                                               : advice_for_absolute(glob, paths)));
}

} // namespace restat::cli
