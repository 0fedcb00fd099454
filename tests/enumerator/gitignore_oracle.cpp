// The rules of the library against the rules of git: the table of cases in all variants, classes
// byte by byte, settings.
#include <restat/matcher/gitignore_matcher.hpp>

#include "enumerator/git_repository.hpp"
#include "matcher/candidates.hpp"
#include "matcher/gitignore_cases.hpp"

using namespace restat;
using namespace scanning;

namespace {

constexpr std::string_view folding = "[core]\n\tignoreCase = true\n";

/// Inverts each rule: adds a missing `!`, or removes a present `!`.
std::string turned_around(std::string_view rules) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    bool const marked = rules.starts_with(mark);
    std::string turned{marked ? mark : ""};
    bool begins = true;
    for (char const c : rules.substr(marked ? mark.size() : 0)) {
        bool const drops = begins && c == '!';
        if (begins && !drops && c != '#') turned += '!';
        if (!drops) turned += c;
        begins = c == '\n';
    }
    return turned;
}

/// Each case of the table in a directory of its own.
struct table {
    explicit table(bool turned, bool folded) {
        if (folded) repo.tree.append("repo/.git/config", folding);
        for (auto const& row : tests::gitignore_cases) {
            auto const at = std::to_string(places.size()) + "/";
            auto const rules = turned ? turned_around(row.rules) : std::string{row.rules};
            repo.tree.write("repo/" + at + ".gitignore", rules);
            auto path = at + (folded ? tests::swap_case(row.path) : std::string{row.path});
            if (path.ends_with('/')) {
                path.pop_back();
                repo.tree.make_directory("repo/" + path);
                repo.directories.insert(path);
            } else {
                repo.tree.write("repo/" + path);
            }
            places.push_back(path);
        }
    }

    repository repo;
    std::vector<std::string> places; // of the rows
};

void compare(answers const& ours, answers const& theirs) {
    BOOST_TEST(ours.size() == theirs.size());
    for (auto const& [path, answer] : theirs) {
        BOOST_TEST(escape(ours.at(path)) == escape(answer),
                   escape(path) << ": ours " << escape(ours.at(path)) << ", theirs "
                                << escape(answer));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(git_and_we_agree, *boost::unit_test::label("once"))

BOOST_AUTO_TEST_CASE(matcher_agrees_with_git_on_the_table_also_folded_and_inverted) {
    for (bool const turned : {false, true}) {
        for (bool const folded : {false, true}) {
            BOOST_TEST_CONTEXT((turned ? "turned " : "") << (folded ? "folded" : "")) {
                table const all{turned, folded};
                std::set<std::string> asked(all.places.begin(), all.places.end());
                auto ours = all.repo.ask_matcher(asked);
                for (std::size_t i = 0; i < all.places.size(); ++i) {
                    auto const& row = tests::gitignore_cases[i];
                    auto const& place = all.places[i];
                    if (!turned) BOOST_TEST(ours.at(place).empty() == (row.expected == '-'));
                    if (row.is_new) asked.erase(place), ours.erase(place);
                }
                compare(ours, all.repo.ask_git(asked));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(matcher_agrees_with_git_on_the_bytes_of_each_class) {
    for (bool const folded : {false, true}) {
        repository repo;
        repo.are_there = false;
        if (folded) repo.tree.append("repo/.git/config", folding);
        std::set<std::string> names;
        for (std::string const name :
             {"alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
              "space", "upper", "xdigit", "word"}) {
            repo.tree.write("repo/" + name + "/.gitignore",
                            "n[[:" + name + ":]]\no[![:" + name + ":]]\n");
            for (int byte = 1; byte < 256; ++byte) {
                if (byte == '/') continue;
                for (char const* first : {"/n", "/o"}) {
                    names.insert(name + first + static_cast<char>(byte));
                }
            }
        }
        BOOST_TEST_CONTEXT((folded ? "folded" : "")) {
            compare(repo.ask_matcher(names), repo.ask_git(names));
        }
    }
}

BOOST_AUTO_TEST_CASE(matcher_agrees_with_git_on_settings) {
    for (std::string_view const text : {
             "[core]\n\texcludesFile = ~/mine\n",
             "[core]excludesFile=~/mine",
             "[CORE]\nEXCLUDESFILE = ~/mine",
             "[core] excludesFile = ~/mine",
             "[core] ; so\nexcludesFile = ~/mine # far",
             "[core]\nexcludesFile = \"~/mi\"ne",
             "[core]\nexcludesFile = ~/mi\\\nne",
             "[core]\nexcludesFile = ~/mine#2",
             "[core]\nexcludesFile = ~/my own",
             "[core]\nexcludesFile = ~/my own \t ",
             "[core]\nexcludesFile = \"~/mine \"",
             "[core]\nexcludesFile = ~/a\\tb",
             "[core]\nexcludesFile = rules\n",
             "[core]\nexcludesFile = ./rules\n",
             "[core]\nexcludesFile = sub/rules\n",
             "[core]\nexcludesFile = ../home/mine\n",
             "[core]\nexcludesFile = /dev/null\n",
             "[core]\nexcludesFile =\n",
             "[core]\nexcludesFile = ~/gone\n",
             "[core]\r\nexcludesFile = ~/mine\r\n",
             "\xef\xbb\xbf[core]\nexcludesFile = ~/mine\n",
             "[user]\nexcludesFile = ~/mine\n",
             "[core \"x\"]\nexcludesFile = ~/mine\n",
             "[core]\nexcludesFile = ~/mine\n[core]\nexcludesFile = ~/my own\n",
             "[core]\nexcludesFile = ~/mine\n[other]\nexcludesFile = ~/my own\n",
             "[core]\nexcludesFileX = ~/mine\n",
             "[core]\nignoreCase = true\nignoreCase = false\n",
             "[core]\nignoreCase\n",
             "[core]\nignoreCase = yes\n",
             "[core]\nignoreCase = ON\n",
             "[core]\nignoreCase = 1\n",
             "[core]\nignoreCase = 2\n",
             "[core]\nignoreCase = -1\n",
             "[core]\nignoreCase = 1k\n",
             "[core]\nignoreCase = 0x0\n",
             "[core]\nignoreCase = 010\n",
             "[core]\nignoreCase = 0\n",
             "[core]\nignoreCase = off\n",
             "[core]\nignoreCase =\n",
             "[core]\nignoreCase = \"\"\n",
         }) {
        repository repo;
        repo.tree.write("repo/.git/config", text);
        repo.tree.write("home/mine", "mine\nM*x\n");
        repo.tree.write("home/my own", "own\n");
        repo.tree.write("home/a\tb", "tab\n");
        repo.tree.write("home/.config/git/ignore", "default\n");
        repo.tree.write("repo/rules", "in\n");
        repo.tree.write("repo/sub/rules", "/sub/x\n");
        repo.tree.write("repo/.gitignore", "Fold\nF?ld2\n");
        std::set<std::string> const names{"mine", "mx",    "Mx",   "own",   "tab", "default",
                                          "in",   "sub/x", "fold", "FOLD2", "Fold"};
        for (auto const& name : names) repo.tree.write("repo/" + name);
        BOOST_TEST_CONTEXT(escape(text)) {
            compare(repo.ask_matcher(names), repo.ask_git(names));
            compare(repo.ask_matcher({"x"}, "sub"), repo.ask_git({"x"}, "sub"));
        }
    }
}

BOOST_AUTO_TEST_CASE(matcher_agrees_with_git_on_worktrees) {
    for (bool const is_relative : {false, true}) {
        repository repo;
        std::string const own = "main/.git/worktrees/w";
        repo.make_git_directory("main/.git");
        repo.tree.append("main/.git/config", folding);
        repo.tree.write("main/.git/info/exclude", "of_all\n/top/deep\n");
        repo.tree.write(own + "/HEAD", "ref: refs/heads/w\n");
        repo.tree.write(own + "/commondir", "../..\n");
        repo.tree.write(own + "/gitdir", repo.top + "/.git\n");
        repo.tree.write(own + "/info/exclude", "of_one\n");
        repo.tree.remove("repo/.git");
        repo.tree.write("repo/.git",
                        "gitdir: " + (is_relative ? "../" + own : repo.tree / own) + "\n");
        repo.tree.write("repo/.gitignore", "x\n");
        std::set<std::string> const names{"of_all", "OF_ALL", "of_one", "X", "y", "top/deep/z"};
        for (auto const& name : names) repo.tree.write("repo/" + name);
        auto const file_by_name = [](answers all) { // each spells the path differently
            for (auto& [path, answer] : all)
                answer.erase(0, std::min(answer.rfind("exclude:"), answer.size()));
            return all;
        };
        auto const ours = file_by_name(repo.ask_matcher(names));
        BOOST_TEST(ours.at("OF_ALL") == "exclude:1:of_all");
        BOOST_TEST(ours.at("of_one") == "");
        compare(ours, file_by_name(repo.ask_git(names)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
