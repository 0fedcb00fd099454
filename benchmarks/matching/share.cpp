#include "contenders.hpp"

#include "scan/corpus.hpp"

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/ignore_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/matcher_ref.hpp>
#include <restat/snapshot_builder.hpp>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace bench {
namespace {

template <class Matcher>
contender scan_with(std::string name, std::string const& root, Matcher matcher) {
    auto const kept = std::make_shared<Matcher const>(std::move(matcher));
    contender made;
    made.name = std::move(name);
    made.what = task::first_scan;
    made.run = [kept, root] {
        restat::tree_enumerator files{root};
        restat::snapshot_builder into;
        std::error_code error;
        files.enumerate(restat::matcher_ref{*kept}, into, error);
        if (error) throw std::system_error{error, "scan"};
        return into.finish().size();
    };
    made.expected = made.run();
    return made;
}

} // namespace

share share_of_a_scan(std::size_t files, std::string const& folder, std::size_t rounds) {
    auto const root = make_corpus({shape::shallow, files, 1}, folder).root;
    std::filesystem::create_directory(root + "/.git");
    std::ofstream{root + "/.git/HEAD"} << "ref: refs/heads/main\n";
    std::ofstream{root + "/.gitignore"} << make_material(1, 1).ignore_files.front().second;
    // What the program has: the rules of git, the defaults, and a choice of its user.
    restat::options usual;
    usual.ignore_patterns.emplace_back("*.bak");
    auto stack = restat::gitignore_matcher{} & restat::ignore_matcher{usual};
    auto const nothing = [](restat::candidate const& path) noexcept {
        return path.name() == ".git" ? restat::verdict::exclude : restat::verdict::none;
    };
    share made{files, scan_with("no rules", root, nothing),
               scan_with("the usual rules", root, std::move(stack))};
    made.ruled.expected = made.bare.expected; // else they did not do the same work
    take_turns({&made.bare, &made.ruled}, rounds);
    return made;
}

} // namespace bench
