#include "gitignore_level.hpp"

#include "base/unread.hpp"
#include "git_config.hpp"
#include "wild_pattern.hpp"

#include <algorithm>
#include <optional>

namespace restat::detail {
namespace {

constexpr std::size_t ignore_limit = std::size_t{1} << 20;
constexpr std::size_t config_limit = std::size_t{1} << 20;

std::string_view without_line_end(std::string_view text) noexcept {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

// Returns `path`, resolved relative to a directory with a final slash.
std::string resolved(std::string const& directory, std::string_view path) {
    return path.starts_with('/') ? std::string{path} : directory + std::string{path};
}

template <class Same>
bool all_files(gitignore_level const& a, gitignore_level const& b, Same same) {
    return same(a.ignore, b.ignore) && same(a.gitignore, b.gitignore) &&
           same(a.exclude, b.exclude) && same(a.user, b.user) &&
           std::equal(a.above.begin(), a.above.end(), b.above.begin(), b.above.end(),
                      [&](gitignore_above const& x, gitignore_above const& y) {
                          return same(x.ignore, y.ignore) && same(x.gitignore, y.gitignore);
                      });
}

class level_reader {
public:
    level_reader(gitignore_place const& at, gitignore_options const& from,
                 directory_reader& reader, std::vector<finding>& faults)
        : at_{at}, from_{from}, reader_{reader}, faults_{faults} {}

    gitignore_level read(gitignore_level const& before) {
        gitignore_level found;
        found.letters = at_.letters;
        if (at_.names.git) find_repository("", found, before);
        if (at_.is_root && !found.repository) climb(found, before);
        if (found.repository) read_repository(found, before);
        if (at_.names.ignore) {
            found.ignore = read_file(before.ignore, ".ignore", letter_case::sensitive);
        }
        if (at_.names.gitignore) {
            found.gitignore = read_file(before.gitignore, ".gitignore", found.letters);
        }
        return found;
    }

private:
    void fail(std::string path, std::error_code error, std::string operation = "read") {
        faults_.push_back({std::move(path), error, std::move(operation)});
    }

    // Returns a path of the reader as delivered.
    std::string printed(std::string const& path) const { return resolved(at_.directory, path); }

    // Returns whether a file exists; after an error, the previous answer.
    bool is_there(std::string const& path, bool before, file_type type = file_type::none) {
        std::error_code error;
        auto const record = reader_.stat(path, last_link::follow, error);
        if (!error) return type == file_type::none || record.type == type;
        if (is_absence(error)) return false;
        bool const above = path.starts_with('/'); // outside of the root, absence is normal
        if (before || !above) fail(printed(path), error, "stat");
        return before;
    }

    gitignore_file read_file(gitignore_file const& before, std::string const& path,
                             letter_case letters, last_link link = last_link::keep) {
        auto found = refresh(before, path, letters, link);
        if (found.rules && found.rules->too_large() != 0) {
            fail(found.rules->origin(), errc::pattern_too_large,
                 "use line " + std::to_string(found.rules->too_large()) + " of");
        }
        return found;
    }

    gitignore_file refresh(gitignore_file const& before, std::string const& path,
                           letter_case letters, last_link link) {
        std::error_code error;
        auto const record = reader_.stat(path, link, error);
        if (!error && record.type == file_type::symlink) {
            fail(printed(path), std::make_error_code(std::errc::too_many_symbolic_link_levels));
        }
        if (!error && record.type != file_type::regular) return {};
        bool const comparable = before.rules && before.rules->letters() == letters &&
                                before.rules->origin() == printed(path);
        if (!error && comparable && before.record.final &&
            changed_fields(before.record, record) == fields::none) {
            return before;
        }
        std::string text;
        if (!error) text = reader_.read(path, link, ignore_limit, error);
        if (error && is_absence(error)) return {};
        if (error) return fail(printed(path), error), before;
        if (comparable && before.rules->text() == text) return {record, before.rules};
        return {record,
                std::make_shared<gitignore_rules>(std::move(text), printed(path), letters)};
    }

    std::optional<std::string> read_small(std::string const& path) {
        std::error_code error;
        auto text = reader_.read(path, last_link::follow, config_limit, error);
        if (!error) return text;
        bool const none = is_absence(error) || error == std::errc::invalid_argument;
        if (!none) fail(printed(path), error);
        return {};
    }

    gitignore_index read_index(gitignore_index const& before, git_index_format format) {
        auto found = refresh_index(before, git_ + "/index", format);
        if (found.paths && found.paths->fault()) {
            fail(found.paths->origin(), found.paths->fault(), "use");
        }
        return found;
    }

    // Reads the index again if it changed; after a read error, keeps the previous index.
    gitignore_index refresh_index(gitignore_index const& before, std::string const& path,
                                  git_index_format format) {
        std::error_code error;
        auto const record = reader_.stat(path, last_link::follow, error);
        if (!error && record.type != file_type::regular) return {};
        bool const comparable = before.paths && before.paths->format() == format &&
                                before.paths->origin() == printed(path);
        if (!error && comparable && before.record.final &&
            changed_fields(before.record, record) == fields::none) {
            return before;
        }
        std::string bytes;
        if (!error) bytes = reader_.read(path, last_link::follow, git_index::largest, error);
        if (error && is_absence(error)) return {};
        if (error) return fail(printed(path), error), before;
        auto found = std::make_shared<git_index>(bytes, printed(path), format);
        bool const same = comparable && before.paths->fault() == found->fault() &&
                          before.paths->paths() == found->paths();
        return {record, same ? before.paths : std::move(found)};
    }

    // Checks whether `base`, a directory with a final slash, is the top of a repository.
    void find_repository(std::string const& base, gitignore_level& found,
                         gitignore_level const& before) {
        auto git = base + ".git";
        if (!is_there(git, before.repository)) return;
        if (auto const link = read_small(git)) {
            constexpr std::string_view key = "gitdir: ";
            auto const line = without_line_end(*link);
            if (!line.starts_with(key)) return;
            git = resolved(base, line.substr(key.size()));
        }
        auto common = git;
        if (auto const link = read_small(git + "/commondir")) {
            common = resolved(git + "/", without_line_end(*link));
        }
        bool const was = before.repository && before.common == common;
        found.repository = is_there(git + "/HEAD", was) &&
                           is_there(common + "/objects", was, file_type::directory) &&
                           is_there(common + "/refs", was, file_type::directory);
        found.common = std::move(common);
        if (found.repository) git_ = std::move(git);
    }

    // Walks upwards from a root to the top of its repository.
    void climb(gitignore_level& found, gitignore_level const& before) {
        std::error_code error;
        auto location = reader_.location(error);
        while (location.ends_with('/')) location.pop_back();
        if (error || !location.starts_with('/')) return;
        auto top = location.size();
        while (!found.repository && top > 0) {
            top = location.find_last_of('/', top - 1);
            find_repository(location.substr(0, top + 1), found, before);
        }
        if (!found.repository) return;
        top_ = location.substr(0, top + 1);
        found.lead = location.substr(top_.size()) + "/";
    }

    // Reads the ignore files between a root and the top of its repository.
    void read_above(gitignore_level& found, gitignore_level const& before) {
        bool const comparable = before.lead == found.lead;
        for (auto size = found.lead.size(); size != 0;) {
            size = found.lead.find_last_of('/', size - 2) + 1; // 0 at the top
            auto const i = found.above.size();
            bool const known = comparable && i < before.above.size();
            auto const old = known ? before.above[i] : gitignore_above{};
            auto const directory = top_ + found.lead.substr(0, size);
            found.above.push_back(
                {size, read_file(old.ignore, directory + ".ignore", letter_case::sensitive),
                 read_file(old.gitignore, directory + ".gitignore", found.letters)});
        }
    }

    git_settings read_settings(std::string const& common) {
        git_settings settings;
        if (!from_.system_config.empty()) read_config(from_.system_config, settings, 0);
        if (from_.global_config) {
            if (!from_.global_config->empty()) read_config(*from_.global_config, settings, 0);
        } else if (!from_.home.empty()) {
            read_config(config_home() + "/git/config", settings, 0);
            read_config(from_.home + "/.gitconfig", settings, 0);
        }
        settings.has_sha256 = false; // only the repository decides
        read_config(common + "/config", settings, 0);
        if (settings.has_worktree_config) read_config(git_ + "/config.worktree", settings, 0);
        for (auto const& [key, value] : from_.settings) {
            auto const dot = key.rfind('.');
            if (dot == key.npos) continue;
            settings.take(std::string_view{key}.substr(0, dot), key.substr(dot + 1), value);
        }
        return settings;
    }

    // Reads a config file and its included files, each at the place of the include.
    void read_config(std::string const& path, git_settings& into, int depth) {
        constexpr int most = 10; // the limit of git
        auto const text = depth > most ? std::nullopt : read_small(path);
        if (!text) return;
        read_git_config(*text, [&](git_variable const& one) {
            if (one.section == "include" || one.section == "includeif") {
                if (!names_path(one) || !is_included(one, path)) return;
                auto const other = config_path(one.value, path);
                if (!other.empty()) read_config(other, into, depth + 1);
            } else if (one.subsection.empty()) {
                into.take(one.section, one.name, one.value);
            }
        });
    }

    static bool names_path(git_variable const& one) {
        constexpr std::string_view path = "path";
        return std::equal(one.name.begin(), one.name.end(), path.begin(), path.end(),
                          [](char a, char b) { return lower(a) == b; });
    }

    // Returns a path named in a config file, relative to this file; empty without a known home
    // directory.
    std::string config_path(std::string const& path, std::string const& of) const {
        if (path.starts_with('~')) return user_path(path);
        return path.empty() ? "" : resolved(of.substr(0, of.find_last_of('/') + 1), path);
    }

    bool is_included(git_variable const& one, std::string const& in) {
        if (one.section == "include") return one.subsection.empty();
        std::string_view const condition = one.subsection;
        auto const after = [&](std::string_view key) { return condition.substr(key.size()); };
        for (std::string_view const key : {"gitdir:", "gitdir/i:"}) {
            bool const folds = key == "gitdir/i:";
            auto const letters = folds ? letter_case::folded : letter_case::sensitive;
            if (condition.starts_with(key)) return is_git_directory(after(key), in, letters);
        }
        if (condition.starts_with("onbranch:")) return is_branch(after("onbranch:"));
        return false;
    }

    // Returns whether a pattern matches a whole path or a branch.
    static bool matches(std::string pattern, std::string text, letter_case letters) {
        if (pattern.ends_with('/')) pattern += "**";
        if (letters == letter_case::folded) {
            std::transform(text.begin(), text.end(), text.begin(), lower);
        }
        auto const bare = [](std::string_view of) { return of.substr(of.starts_with('/')); };
        wild_pattern const wild{bare(pattern), wild_text::path, letters};
        if (auto const literal = wild.literal()) return *literal == bare(text);
        return wild.found_fault() == wild_pattern::fault::none && wild.matches(bare(text));
    }

    bool is_git_directory(std::string_view given, std::string const& in, letter_case letters) {
        std::string pattern{given};
        if (pattern.starts_with("~/")) {
            pattern = user_path(pattern);
        } else if (pattern.starts_with("./")) {
            pattern = in.substr(0, in.find_last_of('/') + 1) + pattern.substr(2);
        } else if (!pattern.starts_with('/')) {
            pattern = "**/" + pattern;
        }
        if (pattern.empty()) return false;
        std::error_code error;
        auto const top = git_.starts_with('/') ? std::string{} : reader_.location(error) + '/';
        return !error && matches(pattern, without_parents(top + git_), letters);
    }

    // Resolves `.` and `..` by name, as in the path in a `.git` file.
    static std::string without_parents(std::string_view path) {
        std::string plain;
        while (!path.empty()) {
            auto const name = path.substr(0, path.find('/'));
            path.remove_prefix(std::min(path.size(), name.size() + 1));
            if (name.empty() || name == ".") continue;
            if (name == "..") {
                plain.resize(plain.empty() ? 0 : plain.find_last_of('/'));
            } else {
                plain.append("/").append(name);
            }
        }
        return plain;
    }

    bool is_branch(std::string_view pattern) {
        constexpr std::string_view key = "ref: refs/heads/";
        auto const head = read_small(git_ + "/HEAD");
        if (!head || !head->starts_with(key)) return false;
        auto const branch = without_line_end(*head).substr(key.size());
        return matches(std::string{pattern}, std::string{branch}, letter_case::sensitive);
    }

    std::string config_home() const {
        return from_.config_home.empty() ? from_.home + "/.config" : from_.config_home;
    }

    // Returns the user's ignore file for all repositories; empty without such a file.
    std::string user_file(git_settings const& settings) {
        auto const usual = from_.home.empty() ? "" : config_home() + "/git/ignore";
        if (!settings.excludes_file) return usual;
        constexpr std::string_view optional = ":(optional)"; // ignores the setting if the file is
                                                             // missing
        std::string_view path = *settings.excludes_file;
        bool const may_be_gone = path.starts_with(optional);
        if (may_be_gone) path.remove_prefix(optional.size());
        auto found = user_path(path);
        return may_be_gone && !is_there(found, false) ? usual : found;
    }

    // Returns a path named in a config file; empty if it lies below an unknown home directory.
    std::string user_path(std::string_view path) const {
        if (!path.starts_with('~')) return path.empty() ? "" : resolved(top_, path);
        bool const own = path.starts_with("~/") && !from_.home.empty();
        return own ? from_.home + std::string{path.substr(1)} : "";
    }

    void read_repository(gitignore_level& found, gitignore_level const& before) {
        auto const settings = read_settings(found.common);
        bool const folds = settings.ignores_case.value_or(false);
        found.letters = folds ? letter_case::folded : letter_case::sensitive;
        read_above(found, before);
        auto const exclude = found.common + "/info/exclude";
        found.exclude = read_file(before.exclude, exclude, found.letters, last_link::follow);
        if (auto const user = user_file(settings); !user.empty()) {
            found.user = read_file(before.user, user, found.letters, last_link::follow);
        }
        if (from_.tracked == gitignore_options::tracked_files::excluded) return;
        auto const hash = settings.has_sha256 ? git_hash::sha256 : git_hash::sha1;
        found.index = read_index(before.index, {hash, found.letters});
    }

    gitignore_place const& at_;
    gitignore_options const& from_;
    directory_reader& reader_;
    std::vector<finding>& faults_;
    std::string git_; // the git directory of the repository or the worktree
    std::string top_; // top of the repository, with its slash, if the root lies below
};

} // namespace

bool same_rules(gitignore_level const& a, gitignore_level const& b) noexcept {
    return a.repository == b.repository && a.lead == b.lead &&
           all_files(a, b, [](gitignore_file const& x, gitignore_file const& y) {
               return x.rules == y.rules;
           });
}

bool same_files(gitignore_level const& a, gitignore_level const& b) noexcept {
    return a.common == b.common && a.letters == b.letters && same_rules(a, b) &&
           a.index.paths == b.index.paths && a.index.record.final == b.index.record.final &&
           changed_fields(a.index.record, b.index.record) == fields::none &&
           all_files(a, b, [](gitignore_file const& x, gitignore_file const& y) {
               return x.record.final == y.record.final &&
                      changed_fields(x.record, y.record) == fields::none;
           });
}

gitignore_level read_level(gitignore_place const& at, gitignore_level const& before,
                           gitignore_options const& from, directory_reader& reader,
                           std::vector<finding>& faults) {
    return level_reader{at, from, reader, faults}.read(before);
}

} // namespace restat::detail
