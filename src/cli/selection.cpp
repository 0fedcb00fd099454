#include "selection.hpp"

#include <restat/error.hpp>
#include <restat/escape.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace restat::cli {
namespace {

/// A path as it is told, whichever way it was given.
std::string_view plain(std::string_view path) noexcept {
    while (path.starts_with("./")) {
        path.remove_prefix(2);
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    }
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return path;
}

/// Says `include` of the PATHs themselves.
class named_matcher {
public:
    explicit named_matcher(std::vector<std::string> const& paths) {
        for (auto const& path : paths) paths_.emplace_back(plain(path));
        std::sort(paths_.begin(), paths_.end());
    }

    verdict operator()(candidate const& path) const noexcept {
        bool const named = std::binary_search(paths_.begin(), paths_.end(), plain(path.path),
                                              std::less<std::string_view>{});
        return named ? verdict::include : verdict::none;
    }

private:
    std::vector<std::string> paths_;
};

void refuse(pattern_fault const& fault) {
    if (fault) throw usage_error{describe(fault)};
}

any_matcher make_ignores(options const& from) {
    pattern_fault fault;
    ignore_matcher ignores{from, fault};
    refuse(fault);
    return ignores;
}

any_matcher default_ignores() { return make_ignores({}); }

any_matcher asked_ignores(file_settings const& files) {
    std::vector<pattern> patterns{files.ignored_globs.begin(), files.ignored_globs.end()};
    for (auto const& expression : files.ignored_regexes) patterns.push_back(regex(expression));
    return make_ignores({.ignore_patterns = patterns, .ignore_dirs = files.ignored_dirs});
}

/// `*.EXT`, in which no byte of the extension has a meaning of its own.
std::string glob_of_extension(std::string_view extension) {
    std::string glob = "*.";
    for (char const c : extension) {
        if (std::string_view{"*?[]{},!\\"}.find(c) != std::string_view::npos) glob += '\\';
        glob += c;
    }
    return glob;
}

any_matcher glob_includes(file_settings const& files) {
    auto globs = files.globs;
    for (auto const& extension : files.extensions) globs.push_back(glob_of_extension(extension));
    pattern_fault fault;
    glob_matcher matcher{globs, {}, fault};
    refuse(fault);
    return matcher;
}

any_matcher regex_includes(file_settings const& files) {
    pattern_fault fault;
    regex_matcher matcher{files.regexes, {}, fault};
    refuse(fault);
    return matcher;
}

/// `none` of every path if no option asks for less than everything.
any_matcher includes(file_settings const& files) {
    bool const by_glob = !files.globs.empty() || !files.extensions.empty();
    if (by_glob && !files.regexes.empty()) return glob_includes(files) | regex_includes(files);
    if (by_glob) return glob_includes(files);
    if (!files.regexes.empty()) return regex_includes(files);
    return {};
}

void check_present(std::string const& path) {
    std::error_code error;
    auto const found = std::filesystem::symlink_status(path, error);
    if (!error && std::filesystem::exists(found)) return;
    if (!error) error = std::make_error_code(std::errc::no_such_file_or_directory);
    throw usage_error{fmt::format("cannot watch '{}': {}", escape(path), error.message())};
}

} // namespace

any_matcher make_matcher(file_settings const& files) {
    any_matcher wanted = includes(files);
    if (files.default_ignores) wanted = default_ignores() & wanted;
    return asked_ignores(files) & then(named_matcher{files.paths}, wanted);
}

tree_enumerator make_enumerator(file_settings const& files) {
    for (auto const& path : files.paths) check_present(path);
    tree_options how;
    if (files.follow) how.links = tree_options::symlinks::follow;
    return tree_enumerator{files.paths, how};
}

} // namespace restat::cli
