#include "oracle/plain_rules.hpp"

#include <algorithm>
#include <fstream>

#include <fnmatch.h>
#include <sys/stat.h>

namespace oracle {

void plain_rules::set_root(std::string const& root) {
    root_ = root;
    ignore_.clear();
    gitignore_.clear();
}

void plain_rules::enter(std::string const& directory) {
    if (which_ != rules::gitignore) return;
    ignore_[directory] = read(directory + "/.ignore");
    gitignore_[directory] = read(directory + "/.gitignore");
}

plain_rules::rule_file plain_rules::read(std::string const& path) {
    rule_file all;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return all;
    std::ifstream from{path};
    for (std::string line; std::getline(from, line);) {
        rule one;
        if (line.starts_with('!')) one.takes_back = true, line.erase(0, 1);
        if (line.ends_with('/')) one.directories_only = true, line.pop_back();
        if (line.starts_with('/')) one.anchored = true, line.erase(0, 1);
        one.text = line;
        if (!line.empty() && line[0] != '#') all.push_back(std::move(one));
    }
    return all;
}

// 1: excludes, -1: takes back, 0: says nothing.
int plain_rules::verdict(rule_file const& rules, std::string const& name, bool is_directory,
                         bool is_own_directory) {
    for (auto one = rules.rbegin(); one != rules.rend(); ++one) {
        if (one->directories_only && !is_directory) continue;
        if (one->anchored && !is_own_directory) continue;
        if (::fnmatch(one->text.c_str(), name.c_str(), 0) == 0) return one->takes_back ? -1 : 1;
    }
    return 0;
}

int plain_rules::verdict_above(std::map<std::string, rule_file> const& files,
                               std::string const& directory, std::string const& name,
                               bool is_directory) const {
    for (std::string at = directory;; at.erase(at.rfind('/'))) {
        if (auto const found = files.find(at); found != files.end()) {
            int const says = verdict(found->second, name, is_directory, at == directory);
            if (says != 0) return says;
        }
        if (at == root_ || at.rfind('/') == at.npos || at.rfind('/') == 0) return 0;
    }
}

bool plain_rules::excludes(std::string const& directory, std::string const& name,
                           bool is_directory) const {
    switch (which_) {
    case rules::none: return false;
    case rules::no_temporaries: return name.ends_with(".tmp");
    case rules::no_a: return name == "a";
    case rules::gitignore: break;
    }
    int says = verdict_above(ignore_, directory, name, is_directory);
    if (says == 0) says = verdict_above(gitignore_, directory, name, is_directory);
    return says > 0;
}

bool plain_rules::would_exclude(std::string const& path) const {
    if (which_ != rules::gitignore || !is_below(path, root_)) return false;
    for (auto at = root_.size(); at < path.size();) {
        auto const end = std::min(path.find('/', at + 1), path.size());
        auto const name = path.substr(at + 1, end - at - 1);
        if (excludes(path.substr(0, at), name, end < path.size())) return true;
        at = end;
    }
    return false;
}

bool plain_rules::excludes_below(std::string_view root, std::string_view path) const {
    if (which_ == rules::gitignore) return false;
    for (auto at = root.size(); at < path.size();) {
        auto const end = std::min(path.find('/', at + 1), path.size());
        if (excludes("", std::string{path.substr(at + 1, end - at - 1)}, end < path.size()))
            return true;
        at = end;
    }
    return false;
}

bool plain_rules::excludes_named(std::string const& path) const {
    auto const name = path.substr(path.rfind('/') + 1);
    if (which_ == rules::no_temporaries) return name.ends_with(".tmp");
    return which_ == rules::no_a && name == "a";
}

} // namespace oracle
