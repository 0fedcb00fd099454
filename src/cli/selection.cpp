#include "selection.hpp"

#include "absolute_globs.hpp"
#include "base/plain_path.hpp"
#include "depth_limit.hpp"
#include "glob_checks.hpp"
#include "hints.hpp"
#include "own_output.hpp"
#include "path_files.hpp"
#include "rule_file.hpp"

#include <restat/error.hpp>
#include <restat/escape.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/marker_matcher.hpp>
#include <restat/matcher/name_matcher.hpp>
#include <restat/matcher/regex_matcher.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

namespace restat::cli {
namespace {

/// A `path_matcher` that returns `include` for each PATH itself.
class named_matcher {
public:
    explicit named_matcher(std::vector<std::string> const& paths) {
        for (auto const& path : paths) paths_.emplace_back(printed_path(path));
        std::sort(paths_.begin(), paths_.end());
    }

    verdict operator()(candidate const& path) const noexcept {
        bool const named = std::binary_search(paths_.begin(), paths_.end(), path.path,
                                              std::less<std::string_view>{});
        return named ? verdict::include : verdict::none;
    }
    explanation explain(candidate const& path) const {
        auto const result = (*this)(path);
        if (result == verdict::none) return {};
        return {result, std::string{path.path}, "a PATH"};
    }

private:
    std::vector<std::string> paths_;
};

void refuse(std::string_view option, pattern_fault const& fault) {
    if (fault) throw usage_error{fmt::format("{}: {}", option, to_string(fault))};
}

verdict everything(candidate const&) noexcept { return verdict::include; }

/// Converts `none` into `include`, so that another matcher, combined by `&`, decides about every
/// path without an exclusion here.
any_matcher otherwise_include(any_matcher ignores) {
    return then(std::move(ignores), &everything);
}

any_matcher make_ignores(std::string_view option, std::vector<pattern> patterns,
                         name_lists directories) {
    pattern_fault fault;
    ignore_matcher ignores{{.ignore_patterns = std::move(patterns), .default_ignores = false},
                           fault};
    refuse(option, fault);
    return otherwise_include(std::move(ignores) & !name_matcher{std::move(directories)});
}

any_matcher default_ignores() {
    constexpr char const* origin = "a default, see --no-default-ignores";
    auto patterns = default_ignore_patterns();
    for (auto& one : patterns) one.origin = origin;
    auto markers = default_markers();
    for (auto& one : markers) one.reason += ", see --no-default-ignores";
    return make_ignores("--no-default-ignores", std::move(patterns),
                        {.directories = default_ignore_dirs(), .origin = origin}) &
           otherwise_include(any_matcher{marker_matcher{std::move(markers)}} &
                             any_matcher{special_files{}} & any_matcher{own_output{}});
}

/// The globs of an option, each in one of the lists.
struct sorted_globs {
    std::vector<std::string> relative;
    absolute_globs absolute;
};

/// Checks the globs of an option, and separates the absolute globs.
sorted_globs sort_globs(std::string_view option, std::string origin,
                        std::vector<std::string> globs, std::vector<std::string> const& paths) {
    check_globs(option, globs, paths);
    auto const relative = std::stable_partition(globs.begin(), globs.end(), is_absolute_glob);
    std::vector<std::string> others{std::make_move_iterator(relative),
                                    std::make_move_iterator(globs.end())};
    globs.erase(relative, globs.end());
    pattern_fault fault;
    absolute_globs absolute{std::move(globs), std::move(origin), paths, fault};
    refuse(option, fault);
    check_reach(option, absolute, paths);
    return {std::move(others), std::move(absolute)};
}

any_matcher user_ignores(file_settings const& files, sorted_globs ignored) {
    std::vector<pattern> globs;
    for (auto const& glob : ignored.relative) {
        globs.emplace_back(glob, pattern::syntax::glob, "-i");
    }
    std::vector<pattern> regexes;
    for (auto const& text : files.ignored_regexes) {
        regexes.emplace_back(text, pattern::syntax::regex, "-x");
    }
    auto ignores = make_ignores("--ignore", std::move(globs),
                                {.directories = files.ignored_dirs, .origin = "--ignore-dir"});
    if (!regexes.empty()) {
        ignores = make_ignores("--ignore-regex", std::move(regexes), {}) & ignores;
    }
    if (ignored.absolute.empty()) return ignores;
    return otherwise_include(!any_matcher{std::move(ignored.absolute)}) & ignores;
}

any_matcher glob_includes(sorted_globs wanted, std::vector<std::string> extensions) {
    auto& globs = wanted.relative;
    if (globs.empty() && extensions.empty()) return wanted.absolute;
    std::vector<std::string> origins(globs.size(), "-g");
    if (std::erase(extensions, "*") > 0) globs.emplace_back("*"); // also without an extension
    origins.resize(globs.size() + extensions.size(), "-e");
    pattern_fault fault;
    glob_matcher matcher{
        globs, {.extensions = std::move(extensions), .origins = std::move(origins)}, fault};
    refuse("--glob", fault);
    if (wanted.absolute.empty()) return matcher;
    return matcher | any_matcher{std::move(wanted.absolute)};
}

any_matcher regex_includes(file_settings const& files) {
    pattern_fault fault;
    regex_matcher matcher{files.regexes, {.origins = {"-r"}}, fault};
    refuse("--regex", fault);
    return matcher;
}

/// Returns a matcher of the wanted files: of every file if no option selects fewer.
any_matcher includes(file_settings const& files, sorted_globs wanted) {
    bool const by_glob = !files.globs.empty() || !files.extensions.empty();
    if (!by_glob && files.regexes.empty()) return &everything;
    if (!by_glob) return regex_includes(files);
    auto by_globs = glob_includes(std::move(wanted), files.extensions);
    return files.regexes.empty() ? by_globs : by_globs | regex_includes(files);
}

bool is_present(std::string const& path) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

void check_present(std::string const& path) {
    std::error_code error;
    auto const found = std::filesystem::symlink_status(path, error);
    if (!error && std::filesystem::exists(found)) return;
    if (!error) error = std::make_error_code(std::errc::no_such_file_or_directory);
    throw usage_error{fmt::format("cannot watch '{}': {}{}", escape(path), error.message(),
                                  hint_for_path(path))};
}

} // namespace

std::string printed_path(std::string_view path) { return detail::plain_path(path); }

std::size_t below_of(std::string_view path, std::vector<std::string> const& paths) {
    auto const below = detail::place_below(paths, path);
    return below == path.npos ? 0 : below;
}

any_matcher make_matcher(file_settings const& files) {
    auto globs = sort_globs("--glob", "-g", files.globs, files.paths);
    auto ignored = sort_globs("--ignore", "-i", files.ignored_globs, files.paths);
    any_matcher wanted = includes(files, std::move(globs));
    if (files.gitignore)
        wanted =
            otherwise_include(gitignore_matcher{gitignore_options_of_environment()}) & wanted;
    for (auto const& name : files.ignore_files) {
        auto const rules = read_file("--ignore-file", name);
        wanted = otherwise_include(rule_file{rules, escape(name), files.paths}) & wanted;
    }
    if (files.default_ignores) wanted = default_ignores() & wanted;
    wanted = then(named_matcher{files.paths}, wanted);
    bool const has_user_ignores = !files.ignored_globs.empty() ||
                                  !files.ignored_regexes.empty() || !files.ignored_dirs.empty();
    if (has_user_ignores) wanted = user_ignores(files, std::move(ignored)) & wanted;
    return files.depth == 0 ? wanted : otherwise_include(depth_limit{files.depth}) & wanted;
}

tree_enumerator make_enumerator(file_settings const& files) {
    auto const operands_end = files.paths.begin() + static_cast<std::ptrdiff_t>(files.operands);
    std::for_each(files.paths.begin(), operands_end, check_present);
    bool const none_exists = std::none_of(files.paths.begin(), files.paths.end(), is_present);
    if (none_exists) check_present(files.paths.front());
    tree_options how{.events = files.events};
    if (files.follow) how.links = tree_options::symlinks::follow;
    return tree_enumerator{files.paths, how};
}

} // namespace restat::cli
