// A path is asked about as a scan would ask: the enumerator walks to it and to nothing else, so
// that rules which lie in directories are read on the way, and so that links, permissions and
// roots within roots count as they do when it is watched.

#include "narrator.hpp"
#include "output.hpp"
#include "selection.hpp"
#include "tasks.hpp"

#include <restat/escape.hpp>
#include <restat/snapshot_builder.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace restat::cli {
namespace {

namespace fs = std::filesystem;

/// Whether a path is watched, and why, in a sentence without its stop.
struct answer {
    bool watched = false;
    std::string sentence;
};

/// A path as a scan of one of the PATHs tells it.
struct place {
    std::string path;
    std::size_t below = 0;
};

std::string absolute(std::string const& path) {
    std::error_code error;
    auto text = fs::absolute(path, error).lexically_normal().native();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

/// The same without links.
std::string resolved(std::string const& path) {
    std::error_code error;
    auto const found = fs::weakly_canonical(absolute(path), error);
    return error ? absolute(path) : found.native();
}

/// Without links, but for the last component.
std::string parent_resolved(std::string const& path) {
    fs::path const plain{absolute(path)};
    return (fs::path{resolved(plain.parent_path().native())} / plain.filename()).native();
}

std::optional<place> place_below(std::string const& root, std::string_view root_at,
                                 std::string_view path) {
    std::string const told{told_path(root)};
    if (path == root_at) return place{told, told.find_last_of('/') + 1};
    auto const prefix = root_at == "/" ? "/" : std::string{root_at} + '/';
    if (!path.starts_with(prefix)) return {};
    auto const begin = told == "." ? "" : told.ends_with('/') ? told : told + '/';
    return place{begin + std::string{path.substr(prefix.size())}, begin.size()};
}

/// In all PATHs that it lies below, first of all as it is written.
std::vector<place> places_of(std::string const& path, std::vector<std::string> const& roots) {
    std::vector<place> found;
    for (auto const& root : roots) {
        if (auto at = place_below(root, absolute(root), absolute(path))) {
            found.push_back(std::move(*at));
        }
    }
    if (!found.empty()) return found;
    for (auto const& root : roots) {
        if (auto at = place_below(root, resolved(root), parent_resolved(path))) {
            found.push_back(std::move(*at));
        }
    }
    return found;
}

bool is_at_or_above(std::string_view directory, std::string_view path) noexcept {
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

/// Leaves out all that does not lead to one of the places.
struct way_matcher {
    any_matcher const& matcher;
    std::vector<place> const& to;

    verdict operator()(candidate const& asked) const noexcept {
        bool const leads = std::any_of(to.begin(), to.end(), [&](place const& one) {
            return is_at_or_above(asked.path, one.path);
        });
        return leads ? matcher(asked) : verdict::exclude;
    }
    verdict previously(candidate const& asked) const noexcept {
        return matcher.previously(asked);
    }
    entered enter(candidate const& directory, directory_reader& reader) const {
        return matcher.enter(directory, reader);
    }
};

file_type type_of(std::string const& path, bool follow) {
    std::error_code error;
    auto const seen = follow ? fs::status(path, error) : fs::symlink_status(path, error);
    switch (seen.type()) {
    case fs::file_type::directory: return file_type::directory;
    case fs::file_type::symlink: return file_type::symlink;
    case fs::file_type::not_found:
    case fs::file_type::none: return file_type::none;
    default: return file_type::regular;
    }
}

/// The first link above the place, below its root; empty if there is none.
std::string link_above(place const& of) {
    for (auto end = of.path.find('/', of.below); end != of.path.npos;
         end = of.path.find('/', end + 1)) {
        auto const above = of.path.substr(0, end);
        if (type_of(above, false) == file_type::symlink) return above;
    }
    return {};
}

std::string quoted(std::string const& path) { return '\'' + escape(path) + '\''; }

answer outside(std::string const& path, std::vector<std::string> const& roots) {
    std::vector<std::string> names;
    for (auto const& root : roots) names.push_back(quoted(std::string{told_path(root)}));
    return {false, fmt::format("{} is not watched because it lies outside of {}", quoted(path),
                               fmt::join(names, ", "))};
}

answer of_place(place const& at, file_settings const& files, any_matcher const& matcher,
                bool asks_for_directory) {
    auto type = type_of(at.path, files.follow);
    bool const is_there = type != file_type::none;
    bool const is_root =
        std::any_of(files.paths.begin(), files.paths.end(),
                    [&](auto const& root) { return told_path(root) == at.path; });
    if (is_root && type == file_type::directory) { // opened whatever the rules say
        return {true, quoted(at.path) + " is watched because it is a PATH"};
    }
    if (!is_there) type = asks_for_directory ? file_type::directory : file_type::regular;
    auto const why = explain_path(matcher, {at.path, at.below, type});
    auto const there = is_there ? "" : "; there is nothing there now";
    auto const link = files.follow ? std::string{} : link_above(at);
    if (why.watched() && !link.empty()) {
        return {false, fmt::format("{} is not watched because {} is a symbolic link (see -L)",
                                   quoted(at.path), quoted(link))};
    }
    return {why.watched(), to_sentence(why) + there};
}

answer why_of(std::string const& path, file_settings const& files, any_matcher const& matcher) {
    auto walk = make_enumerator(files);
    auto const places = places_of(path, files.paths);
    if (places.empty()) return outside(path, files.paths);
    snapshot_builder found;
    std::error_code error;
    way_matcher const way{matcher, places};
    walk.enumerate(matcher_ref{way}, found, error);
    snapshot const seen = found.finish();
    auto const watched = std::find_if(places.begin(), places.end(), [&](place const& one) {
        return seen.contains(split_path{one.path});
    });
    bool const is_found = watched != places.end();
    auto const& at = is_found ? *watched : places.front();
    auto const why = of_place(at, files, matcher, path.ends_with('/'));
    if (!why.watched || is_found || seen.findings().empty()) return why;
    return {false, fmt::format("{} is not watched because restat {}", quoted(at.path),
                               describe(seen.findings().front()))};
}

} // namespace

int tell_why(settings const& from) {
    counting_matcher const matcher{make_matcher(from.files)};
    auto const why = why_of(from.explained, from.files, *matcher.matcher);
    std::vector<finding> faults; // without which the answer may be another
    matcher.faults(faults);
    for (auto const& what : faults) narrator{from, matcher}.complain(describe(what));
    bool const failed = static_cast<bool>(write_all(STDOUT_FILENO, why.sentence + '\n'));
    return why.watched && !failed ? 0 : 1;
}

} // namespace restat::cli
