#pragma once

#include "material.hpp"

#include "scan/timing.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Seconds of processor that this process and those it waited for have taken: unlike the time on
/// the wall, not what others do on the machine.
double processor_seconds();

/// Lets each run once per round, forwards and backwards in turn. Throws if one does not find what
/// it found before.
void take_turns(std::vector<contender*> const& who, std::size_t rounds);

/// Who matches paths, and how many of them in a run: those that take long are given fewer.
struct path_contender {
    contender who;
    std::size_t paths = 0;
    std::string group;         ///< what it is compared within
    std::optional<double> aim; ///< nanoseconds a path

    spread nanoseconds() const;
};

/// Ours, fnmatch in a loop, and PCRE2 with one alternation.
std::vector<path_contender> in_process(material const& what);

/// `git check-ignore --stdin` on a repository that is made in `folder`, and libgit2, where they
/// are there. Throws if git ignores other paths than ours.
std::vector<path_contender> beside_git(material const& what, std::string const& folder);

/// What a scan takes with the usual rules, over the same scan with a matcher that watches all.
struct share {
    std::string scan; ///< "first scan", "rescan"
    std::size_t files = 0;
    double aim = 0; ///< of the ratio
    contender bare;
    contender ruled;
};
/// Of a tree of about so many files, the first scan, and one of what is known in which nothing
/// differs.
std::vector<share> shares_of_scans(std::size_t files, std::string const& folder,
                                   std::size_t rounds);

} // namespace bench
