#include "absolute_globs.hpp"

#include "selection.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <utility>

namespace restat::cli {
namespace {

namespace fs = std::filesystem;

/// Returns the starting directory: as reported by the system, and as spelled in `$PWD`.
std::vector<fs::path> starting_directories() {
    std::error_code error;
    std::vector<fs::path> all{fs::current_path(error)};
    char const* const given = std::getenv("PWD");
    if (given && given[0] == '/' && fs::equivalent(given, ".", error)) all.emplace_back(given);
    return all;
}

std::string with_slash(fs::path const& directory) {
    auto text = directory.lexically_normal().native();
    if (!text.ends_with('/')) text += '/';
    return text;
}

/// Returns the absolute directories of all paths printed with this prefix.
std::vector<std::string> directories_of(std::string const& printed) {
    std::vector<std::string> at;
    auto const add = [&](std::string directory) {
        if (std::find(at.begin(), at.end(), directory) == at.end())
            at.push_back(std::move(directory));
    };
    for (auto const& start : starting_directories()) add(with_slash(start / printed));
    std::error_code error;
    auto const plain = fs::canonical(printed.empty() ? "." : printed, error);
    if (!error) add(with_slash(plain));
    return at;
}

/// Returns the prefix of every path printed by a scan of this PATH.
std::string printed_prefix(std::string_view root) {
    auto const printed = printed_path(root);
    std::error_code error;
    if (!fs::is_directory(printed, error))
        return printed.substr(0, printed.find_last_of('/') + 1);
    if (printed == ".") return "";
    return printed + (printed.ends_with('/') ? "" : "/");
}

} // namespace

std::string_view literal_prefix(std::string_view glob) {
    return glob.substr(0, std::min(glob.find_first_of("*?[{\\"), glob.size()));
}

// A comma outside of braces is part of a name.
bool is_absolute_glob(std::string_view glob) {
    std::size_t depth = 0; // of nested braces
    bool begins = true;    // at the start of an alternative
    for (std::size_t i = 0; i < glob.size(); ++i) {
        if (begins && glob[i] == '/') return true;
        if (glob[i] == '{') ++depth;
        if (glob[i] == '}' && depth > 0) --depth;
        begins = glob[i] == '{' || (glob[i] == ',' && depth > 0);
        if (glob[i] == '\\') ++i;
    }
    return false;
}

absolute_globs::absolute_globs(std::vector<std::string> globs, std::string origin,
                               std::vector<std::string> const& paths, pattern_fault& fault)
    : globs_{std::move(globs)}, matcher_{globs_, {.origins = {std::move(origin)}}, fault} {
    if (globs_.empty() || fault) return;
    for (auto const& path : paths) {
        auto printed = printed_prefix(path);
        auto at = directories_of(printed);
        places_.push_back({std::move(printed), std::move(at)});
    }
    find_outside();
}

void absolute_globs::find_outside() {
    for (auto const& glob : globs_) {
        auto const prefix = literal_prefix(glob);
        bool const literal = prefix.size() == glob.size();
        auto const may_reach = [&](std::string_view directory) {
            return (prefix.starts_with(directory) && prefix != directory) ||
                   (!literal && directory.starts_with(prefix));
        };
        bool const reaches = std::any_of(places_.begin(), places_.end(), [&](place const& one) {
            return std::any_of(one.at.begin(), one.at.end(), may_reach);
        });
        if (!reaches && outside_.empty()) outside_ = glob;
    }
}

/// Returns the absolute form of a path: the spelling that a glob matches, if any does.
std::string absolute_globs::absolute_path(candidate const& path) const {
    auto const begin = path.path.substr(0, path.below);
    auto const at = std::find_if(places_.begin(), places_.end(),
                                 [&](place const& one) { return one.printed == begin; });
    std::string whole{path.path};
    if (at == places_.end()) return whole;
    for (auto const& directory : at->at) {
        whole = directory + std::string{path.relative()};
        if (matcher_({whole, 0, path.type}) == verdict::include) break;
    }
    return whole;
}

verdict absolute_globs::operator()(candidate const& path) const noexcept {
    if (matcher_(path) == verdict::include) return verdict::include;
    try {
        return matcher_({absolute_path(path), 0, path.type});
    } catch (std::bad_alloc const&) { // no memory for the absolute path
        return verdict::none;
    }
}

explanation absolute_globs::explain(candidate const& path) const {
    auto const as_printed = matcher_.explain(path);
    if (as_printed.says == verdict::include) return as_printed;
    return matcher_.explain({absolute_path(path), 0, path.type});
}

} // namespace restat::cli
