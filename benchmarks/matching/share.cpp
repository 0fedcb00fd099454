#include "contenders.hpp"

#include "scan/corpus.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/marker_matcher.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot_builder.hpp>
#include <restat/snapshot_update.hpp>

#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

namespace bench {
namespace {

using restat::any_matcher;

contender first_scan(std::string const& root, any_matcher const& matcher) {
    contender made;
    made.what = task::first_scan;
    made.run = [root, matcher] {
        restat::tree_enumerator files{root};
        restat::snapshot_builder into;
        std::error_code error;
        files.enumerate(restat::matcher_ref{matcher}, into, error);
        if (error) throw std::system_error{error, "scan"};
        return into.finish().size();
    };
    return made;
}

// A tree that is known, and the rules by which it came to be.
struct known_tree {
    known_tree(std::string const& root, any_matcher which)
        : matcher{std::move(which)}, files{root} {}

    std::size_t scan() {
        std::error_code error;
        update.begin(known);
        files.refresh(restat::matcher_ref{matcher}, update, error);
        if (error) throw std::system_error{error, "scan"};
        update.apply(known);
        return known.size();
    }

    any_matcher matcher;
    restat::tree_enumerator files;
    restat::snapshot known;
    restat::snapshot_update update;
};

contender rescan(std::string const& root, any_matcher const& matcher) {
    contender made;
    made.what = task::rescan;
    auto const tree = std::make_shared<known_tree>(root, matcher);
    tree->scan();
    made.run = [tree] { return tree->scan(); };
    return made;
}

share compare(std::string scan, contender bare, contender ruled) {
    share made{std::move(scan), bare.run(), 1.05, std::move(bare), std::move(ruled)};
    made.bare.name = made.scan + " by no rules";
    made.ruled.name = made.scan + " by the usual rules";
    made.bare.expected = made.ruled.expected = made.files; // else not the same work
    return made;
}

// What the program has: the rules of git, what is left out by default, and a choice of its user.
any_matcher usual_rules() {
    restat::options usual;
    usual.ignore_patterns.emplace_back("*.bak");
    return restat::ignore_matcher{usual} &
           (restat::marker_matcher{} & restat::gitignore_matcher{});
}

} // namespace

std::vector<share> shares_of_scans(std::size_t files, std::string const& folder,
                                   std::size_t rounds) {
    auto const root = make_corpus({shape::modules, files, 1}, folder).root + "/node_modules";
    std::ofstream{root + "/.gitignore"} << make_material(1, 1).ignore_files.front().second;
    any_matcher const all;
    auto const usual = usual_rules();
    std::vector<share> made;
    made.push_back(compare("first scan", first_scan(root, all), first_scan(root, usual)));
    made.push_back(compare("rescan", rescan(root, all), rescan(root, usual_rules())));
    std::vector<contender*> who;
    for (auto& one : made) who.insert(who.end(), {&one.bare, &one.ruled});
    take_turns(who, rounds);
    return made;
}

} // namespace bench
