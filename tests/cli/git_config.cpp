// Checks the sources of `core.excludesFile` and `core.ignoreCase` against git itself.
#include "program.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

namespace {

using environment = std::vector<std::pair<std::string, std::string>>;

/// A repository `tree`, with the user's `home` beside it, and rules in `home/rules`.
class some_repository : public temporary_directory {
public:
    some_repository() {
        for (char const* name : {"tree/.git/objects", "tree/.git/refs", "tree/.git/info",
                                 "home/.config/git", "home/sub"}) {
            make_directory(name);
        }
        write("tree/.git/HEAD", "ref: refs/heads/topic/one\n");
        write("tree/.git/config", "[core]\n\trepositoryformatversion = 0\n");
        write("home/rules", "*.x\n");
        write("home/other", "*.y\n");
        write("home/inc", "[core]\nexcludesFile = ~/rules\n");
        write("home/sub/inc", "[include]\npath = ../inc\n");
        for (char const* name : {"a.x", "a.y", "A.X"}) write("tree/" + std::string{name}, "");
    }

    /// Returns the files not ignored by git.
    std::string by_git(environment const& with) const {
        std::string command = "cd '" + *this / "tree" + "' && unset XDG_CONFIG_HOME && HOME='" +
                              *this / "home" + "' GIT_CONFIG_NOSYSTEM=1";
        for (auto const& [name, value] : with) command += " " + name + "='" + value + "'";
        std::string kept;
        for (char const* name : {"A.X", "a.x", "a.y"}) {
            auto const asked = command + " git check-ignore -q --no-index " + name;
            if (std::system(asked.c_str()) != 0) kept += std::string{name} + '\n';
        }
        return kept;
    }
    std::string by_restat(environment const& with) const {
        auto const prepare = [&] {
            ::unsetenv("XDG_CONFIG_HOME");
            ::setenv("HOME", (*this / "home").c_str(), 1);
            ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
            for (auto const& [name, value] : with) ::setenv(name.c_str(), value.c_str(), 1);
        };
        return run_restat({"--list"}, {.directory = *this / "tree", .prepare = prepare}).output;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(settings_of_git)

BOOST_AUTO_TEST_CASE(settings_are_found_in_the_files_of_git) {
    struct {
        char const* file;
        std::string text; ///< `%` stands for the directory
        environment with = {};
        bool is_found = true;
    } const cases[] = {
        {"home/.gitconfig", "[include]\npath = inc\n"},
        {"home/.gitconfig", "[INCLUDE]\nPath = ~/inc\n"},
        {"home/.gitconfig", "[include]\npath = %/home/sub/inc\n"},
        {"home/.gitconfig", "[include \"x\"]\npath = inc\n", {}, false},
        {"home/.gitconfig", "[include]\npath = gone\n", {}, false},
        {"home/.gitconfig", "[include]\npath = inc\n[core]\nexcludesFile = ~/other\n"},
        {"home/.gitconfig", "[core]\nexcludesFile = ~/other\n[include]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"gitdir:%/\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"gitdir:%/tree/.git\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"gitdir:%/tree\"]\npath = inc\n", {}, false},
        {"home/.gitconfig", "[includeIf \"gitdir:tree/\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"gitdir:TREE/\"]\npath = inc\n", {}, false},
        {"home/.gitconfig", "[includeIf \"gitdir/i:TREE/\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"gitdir:~/../tree/\"]\npath = inc\n", {}, false},
        {"home/.gitconfig", "[includeIf \"gitdir:%/*/.git\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"onbranch:topic/one\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"onbranch:topic/\"]\npath = inc\n"},
        {"home/.gitconfig", "[includeIf \"onbranch:other\"]\npath = inc\n", {}, false},
        {"home/.gitconfig", "[includeIf \"nonsense:x\"]\npath = inc\n", {}, false},
        {"home/.config/git/config", "[include]\npath = ../../inc\n"},
        {"tree/.git/config", "[include]\npath = ../../home/inc\n"},
        {"tree/.git/config.worktree", "[core]\nexcludesFile = ~/rules\n", {}, false},
        {"home/x", "", {{"GIT_CONFIG_GLOBAL", "%/home/inc"}}},
        {"home/.gitconfig",
         "[core]\nexcludesFile = ~/rules\n",
         {{"GIT_CONFIG_GLOBAL", ""}},
         false},
        {"home/x", "", {{"GIT_CONFIG_NOSYSTEM", "0"}, {"GIT_CONFIG_SYSTEM", "%/home/inc"}}},
        {"home/x", "", {{"GIT_CONFIG_SYSTEM", "%/home/inc"}}, false},
        {"home/.gitconfig",
         "[core]\nexcludesFile = ~/other\n",
         {{"GIT_CONFIG_COUNT", "1"},
          {"GIT_CONFIG_KEY_0", "core.excludesFile"},
          {"GIT_CONFIG_VALUE_0", "%/home/rules"}}},
        {"home/inc",
         "[core]\nexcludesFile = ~/rules\nignoreCase = true\n[include]\npath = inc\n",
         {},
         false},
    };
    for (auto const& row : cases) {
        some_repository const there;
        auto const filled = [&](std::string text) {
            for (auto at = text.find('%'); at != text.npos; at = text.find('%')) {
                text.replace(at, 1, there.path());
            }
            return text;
        };
        there.write(row.file, filled(row.text));
        auto with = row.with;
        for (auto& [name, value] : with) value = filled(value);
        BOOST_TEST_INFO(row.file << ": " << row.text);
        for (auto const& [name, value] : with) BOOST_TEST_INFO(name << "=" << value);
        auto const ours = there.by_restat(with);
        BOOST_TEST(ours == there.by_git(with));
        if (!row.is_found) BOOST_TEST(ours == "A.X\na.x\na.y\n");
    }
}

BOOST_AUTO_TEST_CASE(settings_of_a_worktree_override_the_repository) {
    some_repository const there;
    there.write("tree/.git/config", "[extensions]\nworktreeConfig = true\n[core]\n"
                                    "repositoryformatversion = 1\nexcludesFile = ~/other\n");
    there.write("tree/.git/config.worktree", "[core]\nexcludesFile = ~/rules\n");
    BOOST_TEST(there.by_restat({}) == "A.X\na.y\n");
    BOOST_TEST(there.by_restat({}) == there.by_git({}));
}

BOOST_AUTO_TEST_CASE(circular_includes_end) {
    some_repository const there;
    there.write("home/.gitconfig",
                "[core]\nexcludesFile = ~/rules\n[include]\npath = .gitconfig\n");
    BOOST_TEST(there.by_restat({}) == "A.X\na.y\n");
}

BOOST_AUTO_TEST_SUITE_END()
