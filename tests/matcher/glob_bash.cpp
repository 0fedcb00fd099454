// Compares random globs with bash: names with `case`, paths with expansion in a tree.
#include <restat/matcher/glob_matcher.hpp>

#include <restat/testing/temp_tree.hpp>

#include "candidates.hpp"
#include "random_globs.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

using restat::glob_matcher;
using restat::verdict;
using tests::dice;
using tests::directory;
using tests::file;
using tests::last_component;
using tests::random_name_glob;
using tests::wanted;

BOOST_AUTO_TEST_SUITE(globs_of_bash)

namespace {

/// Returns the lines that bash prints for a script; none without bash.
std::vector<std::string> ask_bash(restat::testing::temp_tree const& tree,
                                  std::string const& script) {
    tree.write("script", "export LC_ALL=C\ncd '" + tree.path() + "'\n" + script);
    auto const command = "bash '" + tree / "script" + "' > '" + tree / "said" + "'";
    if (std::system(command.c_str()) != 0) return {};
    std::vector<std::string> lines;
    std::ifstream said{tree / "said"};
    for (std::string line; std::getline(said, line);) lines.push_back(line);
    return lines;
}

std::string joined(std::vector<std::string> const& lines) {
    std::string all;
    for (auto const& line : lines) all += line + '\n';
    return all;
}

bool has_bash() {
    bool const found = std::system("bash -c 'shopt -s globstar' 2>/dev/null") == 0;
    if (!found) BOOST_TEST_MESSAGE("skipped: there is no bash with globstar here");
    return found;
}

} // namespace

BOOST_AUTO_TEST_CASE(globs_agree_with_bash_on_names) {
    if (!has_bash()) return;
    auto const seed = tests::new_seed();
    dice random{seed};
    std::vector<std::string> globs;
    std::vector<std::string> names;
    for (int i = 0; i < 5'000; ++i) {
        auto const glob = random_name_glob(random);
        globs.push_back(random.below(4) == 0 ? glob + "\\*" : glob);
        names.emplace_back(last_component(random.path()));
        if (random.below(8) == 0) names.back() += '*';
    }
    restat::testing::temp_tree const tree;
    tree.write("globs", joined(globs));
    tree.write("names", joined(names));
    auto const said = ask_bash(tree, "while IFS= read -r glob && IFS= read -r name <&3; do\n"
                                     "case $name in $glob) echo yes;; *) echo no;; esac\n"
                                     "done <globs 3<names\n");
    BOOST_REQUIRE(said.size() == globs.size());
    std::size_t found = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
        found += said[i] == "yes";
        BOOST_TEST_INFO("seed " << seed << ": '" << globs[i] << "' on '" << names[i] << "'");
        BOOST_REQUIRE(glob_matcher{globs[i]}(file(names[i])) == wanted(said[i] == "yes"));
    }
    BOOST_TEST(found > 200U);
}

namespace {

/// A tree of random files and directories, with a list of its files.
struct random_tree {
    explicit random_tree(dice& random) {
        add("t/a/b");
        for (int i = 0; i < 60; ++i) {
            std::string path = "t";
            for (auto more = 1 + random.below(4); more > 0; --more) {
                path += std::string{"/"} + "ab."[random.below(3)] + "ab-"[random.below(3)];
            }
            add(path);
        }
    }

    void add(std::string const& path) {
        std::error_code error;
        std::filesystem::path const parent = std::filesystem::path{tree / path}.parent_path();
        std::filesystem::create_directories(parent, error); // fails below a file
        if (error || std::filesystem::exists(tree / path)) return;
        tree.write(path);
        auto const below = path.substr(2);
        if (below.find('/') != below.npos) files_below.push_back(below);
    }

    restat::testing::temp_tree tree;
    std::vector<std::string> files_below; // of a directory
};

std::string random_path_glob(dice& random) {
    std::string glob = random.below(3) == 0 ? "**/" : "";
    auto const parts = 1 + random.below(3);
    for (std::size_t i = 0; i < parts; ++i) {
        glob += random_name_glob(random, 2) + '/';
        if (random.below(4) == 0) glob += "**/";
    }
    return glob + random_name_glob(random, 3);
}

/// Returns a glob that matches at least this path.
std::string glob_of(std::string const& path, dice& random) {
    constexpr std::string_view letters[] = {"?", "*", "[!x]", "[a-c.-]"};
    std::string glob;
    for (char const c : path) {
        auto const& letter = random.one_of(letters);
        bool const keeps = c == '/' || glob.ends_with(letter) || random.below(2) == 0;
        glob += keeps ? std::string_view{&c, 1} : letter;
        if (c == '/' && random.below(4) == 0) glob += "**/";
    }
    return glob;
}

} // namespace

BOOST_AUTO_TEST_CASE(globs_agree_with_bash_on_paths) {
    if (!has_bash()) return;
    auto const seed = tests::new_seed();
    dice random{seed};
    random_tree const there{random};
    std::vector<std::string> globs;
    constexpr std::size_t known = 300; // globs with a match
    while (globs.size() < known) {
        globs.push_back(glob_of(random.one_of(there.files_below), random));
    }
    while (globs.size() < 1'500) {
        auto const glob = random_path_glob(random);
        // Bash does not normalize a component without a wildcard, so a dot leads elsewhere.
        bool const leads_away = ("/" + glob).find("/./") != glob.npos ||
                                ("/" + glob).find("/../") != glob.npos || glob.ends_with("/.") ||
                                glob.ends_with("/..");
        if (!leads_away) globs.push_back(glob);
    }
    there.tree.write("globs", joined(globs));
    auto const said = ask_bash(there.tree, "cd t; shopt -s globstar dotglob nullglob; IFS=\n"
                                           "while read -r glob; do\n"
                                           "printf '%s\\n' $glob; echo //\n"
                                           "done <../globs\n");
    std::vector<std::set<std::string>> expected(1);
    for (auto const& line : said) {
        if (line == "//") {
            expected.emplace_back();
        } else {
            expected.back().insert(line);
        }
    }
    BOOST_REQUIRE(expected.size() == globs.size() + 1);
    std::size_t found = 0;
    auto const root = there.tree / "t";
    for (std::size_t i = 0; i < globs.size(); ++i) {
        glob_matcher const matcher{globs[i]};
        for (auto const& at : std::filesystem::recursive_directory_iterator{root}) {
            auto const path = at.path().string().substr(root.size() + 1);
            bool const matched = expected[i].contains(path);
            found += matched;
            BOOST_TEST_INFO("seed " << seed << ": '" << globs[i] << "' on '" << path << "'");
            auto const said_of = matcher(at.is_directory() ? directory(path) : file(path));
            BOOST_REQUIRE((said_of == verdict::include) == matched);
        }
    }
    BOOST_TEST(found >= known);
}

BOOST_AUTO_TEST_SUITE_END()
