#pragma once

#include "oracle/plain_walk.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oracle {

/// The documented meaning of the few rules that scripts use.
class plain_rules {
public:
    explicit plain_rules(rules which) : which_{which} {}

    void set_root(std::string const& root);
    /// Reads the ignore files of a directory that the walk enters.
    void enter(std::string const& directory);
    bool excludes(std::string const& directory, std::string const& name, bool is_directory) const;
    /// A file below the root, by its own rules or those for a directory above it. For rules that
    /// are in the tree, and one root.
    bool would_exclude(std::string const& path) const;
    /// A file below its innermost root, by the rules that are not in the tree.
    bool excludes_below(std::string_view root, std::string_view path) const;
    /// A path that is a root and a file.
    bool excludes_named(std::string const& path) const;

private:
    struct rule {
        std::string text;
        bool takes_back = false;
        bool anchored = false;
        bool directories_only = false;
    };
    using rule_file = std::vector<rule>;

    static rule_file read(std::string const& path);
    static int verdict(rule_file const& rules, std::string const& name, bool is_directory,
                       bool is_own_directory);
    int verdict_above(std::map<std::string, rule_file> const& files, std::string const& directory,
                      std::string const& name, bool is_directory) const;

    rules which_;
    std::string root_;
    std::map<std::string, rule_file> ignore_;
    std::map<std::string, rule_file> gitignore_;
};

} // namespace oracle
