#include "contenders.hpp"

#include <restat/matcher/gitignore_matcher.hpp>

#ifdef RESTAT_HAS_LIBGIT2
#include <git2.h>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

namespace fs = std::filesystem;

void write(fs::path const& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
}

/// In this repository and no other, whatever the environment names, and without what the user or
/// the system configured.
std::string git(std::string const& repository) {
    return "env -u GIT_WORK_TREE -u GIT_INDEX_FILE -u GIT_COMMON_DIR -u GIT_OBJECT_DIRECTORY"
           " GIT_CONFIG_NOSYSTEM=1 HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent"
           " GIT_DIR='" +
           repository + "/.git' git -C '" + repository + "' ";
}

bool runs(std::string const& command) { return std::system(command.c_str()) == 0; }

std::string content_of(std::string const& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

/// A file of the first paths, each ended by NUL.
void write_list(std::string const& file, material const& what, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += what.paths[i] + '\0';
    write(file, text);
}

restat::gitignore_matcher matcher_of(material const& what) {
    restat::gitignore_matcher rules;
    for (auto const& [directory, text] : what.ignore_files) {
        rules.add(text, directory.empty() ? "." : directory);
    }
    return rules;
}

/// Of a path that is asked about alone, the directories count too.
bool ignores(restat::gitignore_matcher const& rules, std::string const& path) {
    return !explain_path(rules, restat::candidate{path}).watched();
}

void check_agreement(material const& what, std::size_t count, std::string const& listed) {
    auto const rules = matcher_of(what);
    std::string ours;
    for (std::size_t i = 0; i < count; ++i) {
        if (ignores(rules, what.paths[i])) ours += what.paths[i] + '\0';
    }
    auto const theirs = content_of(listed);
    if (ours == theirs) return;
    std::size_t at = 0;
    while (at < ours.size() && at < theirs.size() && ours[at] == theirs[at]) ++at;
    auto const begin = ours.rfind('\0', at) + 1;
    throw std::runtime_error{"git ignores other paths, first near " +
                             std::string{ours.c_str() + std::min(begin, ours.size())} + " and " +
                             std::string{theirs.c_str() + std::min(begin, theirs.size())}};
}

path_contender by_process(material const& what, std::string const& repository,
                          std::string const& folder) {
    path_contender made;
    made.group = "ignore files";
    made.who.name = "git check-ignore --stdin";
    made.paths = what.paths.size() / 10;
    auto const list = folder + "/list";
    auto const found = folder + "/found";
    write_list(list, what, made.paths);
    made.who.run = [command = git(repository) + "check-ignore --no-index -z --stdin <'" + list +
                              "' >'" + found + "'",
                    found] {
        runs(command); // its status says whether there was any
        auto const text = content_of(found);
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\0'));
    };
    made.who.expected = made.who.run();
    check_agreement(what, made.paths, found);
    return made;
}

#ifdef RESTAT_HAS_LIBGIT2
path_contender by_library(material const& what, std::string const& repository) {
    git_libgit2_init();
    git_repository* opened = nullptr;
    if (git_repository_open(&opened, repository.c_str()) != 0) {
        throw std::runtime_error{"libgit2 cannot open its repository"};
    }
    std::shared_ptr<git_repository> const in{opened, &git_repository_free};
    path_contender made;
    made.group = "ignore files";
    made.who.name = "libgit2";
    made.paths = what.paths.size() / 100;
    made.who.run = [in, &what, count = made.paths] {
        std::size_t found = 0;
        for (std::size_t i = 0; i < count; ++i) {
            int ignored = 0;
            git_ignore_path_is_ignored(&ignored, in.get(), what.paths[i].c_str());
            found += ignored != 0;
        }
        return found;
    };
    made.who.expected = made.who.run();
    return made;
}
#endif

} // namespace

std::vector<path_contender> beside_git(material const& what, std::string const& folder) {
    if (!runs("git --version >/dev/null 2>&1")) return {};
    auto const repository = folder + "/repository";
    fs::create_directories(repository);
    if (!runs(git(repository) + "init -q")) throw std::runtime_error{"git makes no repository"};
    for (auto const& [directory, text] : what.ignore_files) {
        write(fs::path{repository} / directory / ".gitignore", text);
    }
    std::vector<path_contender> all;
    all.push_back(by_process(what, repository, folder));
#ifdef RESTAT_HAS_LIBGIT2
    all.push_back(by_library(what, repository));
#endif
    return all;
}

} // namespace bench
