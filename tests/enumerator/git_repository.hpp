#pragma once

#include <restat/matcher/gitignore_matcher.hpp>

#include "enumerator/scanning.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace scanning {

/// The deciding rule of each path: "source:line:rule", or an empty string.
using answers = std::map<std::string, std::string>;

/// A repository of git, made by hand; the home of its user is beside the repository.
struct repository {
    restat::testing::temp_tree tree;
    std::string const top = tree.path() + "/repo";
    std::string const home = tree.path() + "/home";

    repository() {
        make_git_directory("repo/.git");
        tree.make_directory("home");
    }
    void make_git_directory(std::string const& name) const {
        tree.write(name + "/HEAD", "ref: refs/heads/main\n");
        tree.write(name + "/config", "[core]\n\trepositoryformatversion = 0\n");
        tree.make_directory(name + "/objects");
        tree.make_directory(name + "/refs");
    }

    /// Asks git about paths relative to a directory of the repository.
    answers ask_git(std::set<std::string> const& paths, std::string const& in = "") const {
        std::string input;
        for (auto const& path : paths) input.append(path).push_back('\0');
        tree.write("input", input);
        auto const command =
            "cd '" + top + "/" + in + "' && HOME='" + home +
            "' XDG_CONFIG_HOME= GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES='" + tree.path() +
            "' git check-ignore --no-index -v -n --stdin -z <'" + tree.path() + "/input'";
        std::unique_ptr<FILE, int (*)(FILE*)> const pipe{popen(command.c_str(), "r"), pclose};
        std::string output;
        for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
        return parse(output);
    }

    static answers parse(std::string_view output) {
        answers found;
        auto const next = [&] {
            auto const end = std::min(output.find('\0'), output.size());
            auto const field = std::string{output.substr(0, end)};
            output.remove_prefix(std::min(output.size(), end + 1));
            return field;
        };
        while (!output.empty()) {
            auto const source = next();
            auto const line = next();
            auto const rule = next();
            found[next()] = rule.empty() ? "" : source + ":" + line + ":" + rule;
        }
        return found;
    }

    /// Asks the matcher about the same paths, after two walks from that directory. The second walk
    /// already has the rules.
    answers ask_matcher(std::set<std::string> const& paths, std::string const& in = "") const {
        restat::gitignore_matcher const matcher{{.home = home}};
        auto const root = in.empty() ? top : top + "/" + in;
        restat::tree_enumerator walk{root};
        auto const first = scan(walk, {}, matcher);
        auto const seen = scan(walk, first, matcher);
        BOOST_TEST(told(seen) == told(first));
        std::vector<restat::finding> faults;
        matcher.faults(faults);
        for (auto const& fault : faults) BOOST_TEST(false, restat::to_string(fault));
        answers found;
        for (auto const& path : paths) {
            auto const whole = root + "/" + path;
            bool const is_directory = directories.contains((in.empty() ? "" : in + "/") + path);
            auto const why = restat::explain_path(
                matcher, restat::candidate{whole, root.size() + 1,
                                           is_directory ? restat::file_type::directory
                                                        : restat::file_type::regular});
            auto origin = why.decided.origin;
            if (origin.starts_with(top + "/")) origin.erase(0, top.size() + 1);
            found[path] = why.decided.rule.empty() ? "" : origin + ":" + why.decided.rule;
            if (!is_directory && are_there)
                BOOST_TEST(seen.contains(whole) == why.watched(), restat::escape(path));
        }
        return found;
    }

    std::set<std::string> directories; // paths below the top, as in the questions
    bool are_there = true;             // whether the paths of the questions exist
};

} // namespace scanning
