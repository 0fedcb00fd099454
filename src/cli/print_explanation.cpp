// The answer comes from a scan: the enumerator walks to the path and to no other file. The path
// is watched if this scan finds it, and the rule in the answer is the deciding rule of the scan.
// So rules in directories, symbolic links, permissions and nested PATHs have the same effect as
// while watching.

#include "output.hpp"
#include "selection.hpp"
#include "status_reporter.hpp"
#include "tasks.hpp"

#include <restat/escape.hpp>
#include <restat/snapshot_builder.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <new>
#include <optional>

namespace restat::cli {
namespace {

namespace fs = std::filesystem;

/// Whether a path is watched, and the reason, as a sentence without its final stop.
struct answer {
    bool watched = false;
    std::string sentence;
};

/// A path as printed by a scan of a PATH.
struct location {
    std::string path;
    std::size_t below = 0;
};

std::string absolute(std::string const& path) {
    std::error_code error;
    auto text = fs::absolute(path, error).lexically_normal().native();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

/// Returns the absolute path without symbolic links.
std::string resolved(std::string const& path) {
    std::error_code error;
    auto const found = fs::weakly_canonical(absolute(path), error);
    return error ? absolute(path) : found.native();
}

/// Returns the absolute path without symbolic links, except in the last component.
std::string parent_resolved(std::string const& path) {
    fs::path const plain{absolute(path)};
    return (fs::path{resolved(plain.parent_path().native())} / plain.filename()).native();
}

std::optional<location> location_below(std::string const& root, std::string_view root_at,
                                       std::string_view path) {
    auto const printed = printed_path(root);
    if (path == root_at) return location{printed, printed.find_last_of('/') + 1};
    auto const prefix = root_at == "/" ? "/" : std::string{root_at} + '/';
    if (!path.starts_with(prefix)) return {};
    auto const begin = printed == "." ? "" : printed.ends_with('/') ? printed : printed + '/';
    return location{begin + std::string{path.substr(prefix.size())}, begin.size()};
}

/// Returns the path below each PATH around it, first by its spelling, then by its location.
std::vector<location> locations_of(std::string const& path,
                                   std::vector<std::string> const& roots) {
    std::vector<location> found;
    for (auto const& root : roots) {
        if (auto at = location_below(root, absolute(root), absolute(path))) {
            found.push_back(std::move(*at));
        }
    }
    if (!found.empty()) return found;
    for (auto const& root : roots) {
        if (auto at = location_below(root, resolved(root), parent_resolved(path))) {
            found.push_back(std::move(*at));
        }
    }
    return found;
}

bool is_at_or_above(std::string_view directory, std::string_view path) noexcept {
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

/// A question of the scan to the matcher on the way to a location, with the answer.
struct queried_path {
    std::string path;
    std::size_t below = 0;
    file_type type = file_type::regular;
    verdict result = verdict::none;

    candidate as_candidate() const noexcept { return {path, below, type}; }
};

/// Excludes each path that does not lead to any of the locations, and records the verdict on every
/// other path.
struct path_tracer {
    any_matcher const& matcher;
    std::vector<location> const& targets;
    std::vector<queried_path>& queries;
    std::mutex& mutex;

    verdict operator()(candidate const& of) const noexcept {
        bool const leads = std::any_of(targets.begin(), targets.end(), [&](location const& one) {
            return is_at_or_above(of.path, one.path);
        });
        if (!leads) return verdict::exclude;
        auto const result = matcher(of);
        record(of, result);
        return result;
    }
    verdict previous_verdict(candidate const& of) const noexcept {
        return matcher.previous_verdict(of);
    }
    directory_rules on_directory(candidate const& directory, directory_reader& reader) const {
        return matcher.on_directory(directory, reader);
    }

private:
    void record(candidate const& of, verdict result) const noexcept {
        try {
            std::lock_guard const lock{mutex};
            queries.push_back({std::string{of.path}, of.below, of.type, result});
        } catch (std::bad_alloc const&) { // the sentence then has no rule
        }
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
    case fs::file_type::socket: return file_type::socket;
    case fs::file_type::fifo: return file_type::fifo;
    case fs::file_type::character: return file_type::character;
    case fs::file_type::block: return file_type::block;
    default: return file_type::regular;
    }
}

/// Returns the first symbolic link above the location, below its root; empty without a link.
std::string link_above(location const& of) {
    for (auto end = of.path.find('/', of.below); end != of.path.npos;
         end = of.path.find('/', end + 1)) {
        auto const above = of.path.substr(0, end);
        if (type_of(above, false) == file_type::symlink) return above;
    }
    return {};
}

std::string quoted(std::string const& path) { return '\'' + escape(path) + '\''; }

answer answer_outside(std::string const& path, std::vector<std::string> const& roots) {
    std::vector<std::string> names;
    for (auto const& root : roots) names.push_back(quoted(printed_path(root)));
    return {false, fmt::format("{} is not watched because it lies outside of {}", quoted(path),
                               fmt::join(names, ", "))};
}

bool is_path(location const& at, file_settings const& files) {
    return std::any_of(files.paths.begin(), files.paths.end(),
                       [&](auto const& root) { return printed_path(root) == at.path; });
}

/// The result of the walk to the locations.
struct walk {
    std::vector<queried_path> queries;
    snapshot seen;

    /// Returns the last question about exactly this path with such an answer.
    queried_path const* find(std::string_view path, bool watched) const {
        auto const at =
            std::find_if(queries.rbegin(), queries.rend(), [&](queried_path const& one) {
                return one.path == path && watches(one.result) == watched;
            });
        return at == queries.rend() ? nullptr : &*at;
    }
    /// Returns the last excluded path on the way to a location.
    queried_path const* excluded_on(location const& way) const {
        auto const at =
            std::find_if(queries.rbegin(), queries.rend(), [&](queried_path const& one) {
                return !watches(one.result) && is_at_or_above(one.path, way.path);
            });
        return at == queries.rend() ? nullptr : &*at;
    }
};

walk walk_to(std::vector<location> const& locations, any_matcher const& matcher,
             tree_enumerator& enumerator) {
    walk made;
    std::mutex mutex;
    path_tracer const way{matcher, locations, made.queries, mutex};
    snapshot_builder found;
    std::error_code error;
    enumerator.enumerate(matcher_ref{way}, found, error);
    made.seen = found.finish();
    return made;
}

/// Answers for a watched file, or for a directory opened by the scan: by the rule that included
/// the path.
answer answer_for_watched(location const& at, walk const& of, any_matcher const& matcher) {
    if (auto const* const query = of.find(at.path, true)) {
        return {true, to_string({at.path, {}, explain(matcher, query->as_candidate())})};
    }
    return {true, quoted(at.path) + " is watched because it is a PATH"};
}

/// Answers for an unvisited path: by the rule that excluded the path or a directory above. For a
/// missing path, the rules alone decide.
answer answer_for_unwatched(location const& at, walk const& of, file_settings const& files,
                            any_matcher const& matcher, bool asks_for_directory) {
    auto type = type_of(at.path, files.follow);
    auto const missing_note = type == file_type::none ? "; the path does not exist now" : "";
    if (auto const* const by = of.excluded_on(at)) {
        auto const directory = by->path == at.path ? std::string{} : by->path;
        return {false, to_string({at.path, directory, explain(matcher, by->as_candidate())}) +
                           missing_note};
    }
    if (auto const link = files.follow ? std::string{} : link_above(at); !link.empty()) {
        return {false, fmt::format("{} is not watched because {} is a symbolic link (see -L)",
                                   quoted(at.path), quoted(link))};
    }
    if (!of.seen.findings().empty()) {
        return {false, fmt::format("{} is not watched because restat {}", quoted(at.path),
                                   to_string(of.seen.findings().front()))};
    }
    if (type == file_type::none && asks_for_directory) type = file_type::directory;
    if (type == file_type::none) type = file_type::regular;
    auto const why = explain_path(matcher, {at.path, at.below, type});
    if (*missing_note != '\0' || !why.watched())
        return {why.watched(), to_string(why) + missing_note};
    return {false, quoted(at.path) + " is not watched because the scan did not visit it"};
}

answer answer_for(std::string const& path, file_settings const& files,
                  any_matcher const& matcher) {
    auto enumerator = make_enumerator(files);
    auto const locations = locations_of(path, files.paths);
    if (locations.empty()) return answer_outside(path, files.paths);
    auto const of = walk_to(locations, matcher, enumerator);
    auto const is_watched = [&](location const& one) {
        if (of.seen.contains(split_path{one.path})) return true;
        bool const is_directory = type_of(one.path, files.follow) == file_type::directory;
        return is_directory && (is_path(one, files) || of.find(one.path, true) != nullptr);
    };
    auto const watched = std::find_if(locations.begin(), locations.end(), is_watched);
    if (watched != locations.end()) return answer_for_watched(*watched, of, matcher);
    std::optional<answer> first;
    for (auto const& at : locations) {
        auto found = answer_for_unwatched(at, of, files, matcher, path.ends_with('/'));
        if (found.watched) return found; // watched if it existed
        if (!first) first = std::move(found);
    }
    return *first;
}

} // namespace

int print_explanation(settings const& from) {
    counting_matcher const matcher{make_matcher(from.files)};
    auto const why = answer_for(from.explained, from.files, matcher.of());
    std::vector<finding> faults; // may affect the answer
    matcher.faults(faults);
    for (auto const& what : faults) status_reporter{from, matcher}.report_error(to_string(what));
    bool const failed = static_cast<bool>(write_all(STDOUT_FILENO, why.sentence + '\n'));
    return why.watched && !failed ? 0 : 1;
}

} // namespace restat::cli
