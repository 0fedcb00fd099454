// What a scan of a large tree is to reach, as ratios of figures from one run.
#include "results.hpp"

#include <algorithm>

namespace bench {
namespace {

using side = aim::side;

std::optional<spread> compared(contender const* above, contender const* below) {
    if (!above || !below || above->seconds.empty() || below->seconds.empty()) return std::nullopt;
    return ratio(*above, *below);
}

std::optional<spread> exactly(std::optional<double> figure) {
    if (!figure) return std::nullopt;
    return spread{*figure, *figure, *figure};
}

std::string threads_of(unsigned count) { return count == 1 ? ", one thread" : ", two threads"; }

// The fastest of the programs that walk a tree.
contender const* best_walker(scanned_corpus const& in) {
    contender const* best = nullptr;
    for (contender const& each : in.contenders) {
        if (each.what != task::walk || each.name == "fts" || each.name.starts_with("Python"))
            continue;
        if (!best || spread_of(each.seconds).median < spread_of(best->seconds).median)
            best = &each;
    }
    return best;
}

void compare_with_floors(std::vector<aim>& into, scanned_corpus const& in, unsigned threads) {
    auto const of_two = [&](task what, std::string_view floor) {
        return compared(in.find(ours, what, threads), in.find(floor, what, threads));
    };
    into.push_back({"rescan, nothing changed / raw fstatat" + threads_of(threads), 1.10,
                    side::at_most, of_two(task::rescan, known_floor)});
    into.push_back({"first scan / raw getdents64 + fstatat" + threads_of(threads), 1.15,
                    side::at_most, of_two(task::first_scan, listing_floor)});
}

void compare_with_rivals(std::vector<aim>& into, results const& all, unsigned threads) {
    scanned_corpus const& in = all.largest();
    contender const* const rescan = in.find(ours, task::rescan, threads);
    contender const* const best = best_walker(in);
    into.push_back({"best of find, bfs and fd / rescan", 1.9, side::at_least,
                    compared(best, rescan), best ? best->name : ""});
    into.push_back({"std::filesystem + map / rescan", 5, side::at_least,
                    compared(in.find(standard_library, task::rescan), rescan)});
    into.push_back({"one thread / two threads, rescan", 1.7, side::at_least,
                    compared(in.find(ours, task::rescan, 1), in.find(ours, task::rescan, 2))});
}

} // namespace

std::optional<double> results::figure_of(std::string_view name) const noexcept {
    auto const found = std::find_if(figures.begin(), figures.end(),
                                    [&](figure const& each) { return each.name == name; });
    return found == figures.end() ? std::nullopt : std::optional{found->value};
}

std::vector<aim> aims_of(results const& all) {
    std::vector<aim> made;
    unsigned const most = can_choose_threads ? 2 : 1;
    for (unsigned threads = 1; threads <= most; ++threads) {
        compare_with_floors(made, all.largest(), threads);
    }
    compare_with_rivals(made, all, most);
    made.push_back({"bytes a file, one snapshot on the heap", 64, side::at_most,
                    exactly(all.figure_of("snapshot, heap"))});
    made.push_back({"allocations in an idle rescan", 0, side::at_most,
                    exactly(all.figure_of("idle rescan, allocations"))});
    aim linear{"time per file, largest / 10,000 files", 1.15};
    if (all.grown) {
        linear.seen = all.grown->of_restat;
        linear.note =
            "raw fstatat itself " + std::to_string(all.grown->of_floor.median).substr(0, 4);
    }
    made.push_back(std::move(linear));
    aim beside{"5 files beside ignored ones / alone", 1.05};
    if (all.ignored) {
        beside.seen = all.ignored->ratio;
        beside.note = std::to_string(all.ignored->files) + " ignored";
    }
    made.push_back(std::move(beside));
    return made;
}

} // namespace bench
