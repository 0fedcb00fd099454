#include <restat/matcher/gitignore_matcher.hpp>

#include "enumerator/git_repository.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

// The rules of the library against the rules of git, on real trees.
using namespace restat;
using namespace scanning;

namespace {

// Each round runs a process of git, so sanitized builds run few rounds.
#ifndef __has_feature
#define __has_feature(of) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                             \
    __has_feature(thread_sanitizer)
constexpr unsigned rounds = 30;
#else
constexpr unsigned rounds = 150;
#endif

unsigned first_seed() {
    char const* const set = std::getenv("RESTAT_SEED");
    return set ? static_cast<unsigned>(std::strtoul(set, nullptr, 10)) : std::random_device{}();
}

/// Generates trees and rules from few letters, so that rules match often, and from all special
/// characters of rules.
class generator {
public:
    explicit generator(unsigned seed) : dice_{seed} {}

    std::string name() {
        static constexpr char const* names[] = {
            "a",   "b",  "ab", "a b", "a ", "b.o", ".o",       "a.o.b", "[a]", "*",
            "a\\", "!a", "#a", "-",   "]",  "bb",  "\xc3\xa9", "A",     "B.o", "aB"};
        return names[below(std::size(names))];
    }

    std::string rule() {
        for (;;) {
            auto made = any_rule();
            if (!differs_between_versions(made)) return made;
        }
    }
    std::string rules(std::size_t most) {
        std::string text = below(12) == 0 ? "\xef\xbb\xbf" : "";
        for (auto left = below(most) + 1; left > 0; --left) {
            text += rule();
            if (left > 1 || below(2) == 0) text += below(6) == 0 ? "\r\n" : "\n";
        }
        return text;
    }

    std::size_t below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(dice_);
    }

private:
    std::string any_rule() {
        static constexpr char const* parts[] = {"a",
                                                "b",
                                                "a",
                                                "b",
                                                ".o",
                                                "*",
                                                "*",
                                                "**",
                                                "?",
                                                "/",
                                                "/",
                                                "/**/",
                                                "**/",
                                                "/**",
                                                "\\",
                                                "[ab]",
                                                "[!a]",
                                                "[a-b]",
                                                "[]a]",
                                                "[^]b]",
                                                "[a-",
                                                "[[:alpha:]]",
                                                "[[:upper:][:digit:]]",
                                                "\\ ",
                                                " ",
                                                "\\*",
                                                "!",
                                                "#",
                                                "[",
                                                "]",
                                                "-",
                                                "\\a",
                                                "[\\]a]",
                                                "a b",
                                                "[!/]",
                                                "\xc3\xa9",
                                                "\t",
                                                "[[:x:]]",
                                                "A",
                                                "\\B",
                                                "[A-B]",
                                                "[A]",
                                                "[![:upper:]]"};
        std::string text;
        if (below(4) == 0) text += '!';
        if (below(4) == 0) text += '/';
        if (below(8) == 0) text += name();
        for (auto left = below(5); left > 0; --left) text += parts[below(std::size(parts))];
        if (below(4) == 0) text += '/';
        if (below(6) == 0) text += below(2) == 0 ? "  " : "\\ ";
        return text;
    }

    // Git before 2.52: `x**` crosses directories unless a wildcard comes before it.
    static bool differs_between_versions(std::string_view rule) {
        auto const special = rule.find_first_of("*?[\\");
        return special != rule.npos && special > 0 && rule.substr(special).starts_with("**") &&
               rule[special - 1] != '/' && rule.substr(0, special) != "!";
    }

    std::mt19937 dice_;
};

void grow(repository& repo, generator& random, std::set<std::string>& paths) {
    std::vector<std::string> open{""};
    for (int i = 0; i < 50; ++i) {
        auto const parent = open[random.below(open.size())];
        auto const path = parent + random.name();
        if (!paths.insert(path).second) continue;
        if (random.below(2) == 0) {
            repo.tree.make_directory("repo/" + path);
            repo.directories.insert(path);
            open.push_back(path + "/");
        } else {
            repo.tree.write("repo/" + path);
        }
    }
    for (auto const& directory : open) {
        if (!directory.empty() && random.below(3) != 0) continue;
        repo.tree.write("repo/" + directory + ".gitignore", random.rules(6));
    }
    if (random.below(3) == 0) repo.tree.append("repo/.git/config", "[core]\nignoreCase = true\n");
    if (random.below(3) == 0) repo.tree.write("repo/.git/info/exclude", random.rules(3));
    if (random.below(3) == 0) repo.tree.write("home/.config/git/ignore", random.rules(3));
    if (random.below(3) == 0) {
        repo.tree.write("home/.gitconfig", "[core]\n\texcludesFile = ~/mine # own\n");
        repo.tree.write("home/mine", random.rules(3));
    }
}

std::string tell(repository const& repo) {
    std::string text;
    for (auto const& file : {std::string{".git/info/exclude"}, std::string{".gitignore"}}) {
        std::unique_ptr<FILE, int (*)(FILE*)> const in{
            std::fopen((repo.top + "/" + file).c_str(), "r"),
            [](FILE* f) { return f ? std::fclose(f) : 0; }};
        text += file + ": ";
        for (int c = 0; in && (c = std::fgetc(in.get())) != EOF;) text += static_cast<char>(c);
    }
    return escape(text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(git_and_we, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(matcher_agrees_with_git_on_random_trees_and_rules) {
    unsigned const seed = first_seed();
    BOOST_TEST_MESSAGE("RESTAT_SEED=" << seed);
    std::size_t asked = 0;
    std::size_t decided = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        generator random{seed + round};
        repository repo;
        std::set<std::string> paths;
        grow(repo, random, paths);
        auto const theirs = repo.ask_git(paths);
        auto const ours = repo.ask_matcher(paths);
        BOOST_REQUIRE_MESSAGE(theirs.size() == paths.size(), "git answers");
        for (auto const& path : paths) {
            ++asked;
            decided += theirs.at(path).empty() ? 0 : 1;
            BOOST_TEST(escape(ours.at(path)) == escape(theirs.at(path)),
                       "RESTAT_SEED=" << seed + round << " '" << escape(path) << "' ours "
                                      << escape(ours.at(path)) << " theirs "
                                      << escape(theirs.at(path)) << " in " << tell(repo));
        }
    }
    BOOST_TEST_MESSAGE(asked << " paths, " << decided << " of them decided by a rule");
    BOOST_TEST(decided > 2 * rounds); // about 15 decisions per tree
}

BOOST_AUTO_TEST_CASE(matcher_agrees_with_git_below_the_top_and_in_nested_repositories) {
    repository repo;
    repo.tree.write("repo/.gitignore", "*.o\n/sub/x\nsub/y\nz/\n");
    repo.tree.write("repo/sub/.gitignore", "!keep.o\nlocal\n");
    repo.tree.write("repo/.git/info/exclude", "/sub/deep/e\n");
    repo.tree.write("home/.config/git/ignore", "*.mine\n");
    for (auto const* path : {"a.o", "keep.o", "x", "y", "local", "deep/e", "deep/a.o", "deep/y",
                             "deep/b.mine", "plain", "z/file"}) {
        repo.tree.write("repo/sub/" + std::string{path});
    }
    std::set<std::string> const paths{"a.o",         "keep.o", "x",        "y",
                                      "local",       "deep/e", "deep/a.o", "deep/y",
                                      "deep/b.mine", "plain",  "z/file"};
    auto const ours = repo.ask_matcher(paths, "sub");
    BOOST_TEST(ours.at("a.o") == ".gitignore:1:*.o");
    BOOST_TEST(ours.at("deep/e") == ".git/info/exclude:1:/sub/deep/e");
    BOOST_TEST((ours == repo.ask_git(paths, "sub")));

    // The subdirectory becomes a repository, so the rules above no longer apply.
    repo.make_git_directory("repo/sub/.git");
    repo.tree.write("repo/sub/.git/info/exclude", "plain\n");
    auto const own = repo.ask_matcher(paths, "sub");
    BOOST_TEST(own.at("a.o") == "");
    BOOST_TEST(own.at("local") == "sub/.gitignore:2:local");
    BOOST_TEST(own.at("plain") == "sub/.git/info/exclude:1:plain");
    BOOST_TEST(own.at("deep/b.mine") == repo.home + "/.config/git/ignore:1:*.mine");
    auto theirs = repo.ask_git(paths, "sub");
    for (auto const& [path, answer] : own) {
        bool const same =
            answer.ends_with(theirs.at(path)) && answer.empty() == theirs.at(path).empty();
        BOOST_TEST(same, path << ": " << answer << " and " << theirs.at(path));
    }
}

BOOST_AUTO_TEST_SUITE_END()
