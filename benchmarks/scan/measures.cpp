// Who is measured beside whom, and what counts as the same work.
#include "measures.hpp"

#include "floor.hpp"
#include "libraries.hpp"
#include "ours.hpp"
#include "programs.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

namespace bench {
namespace {

namespace fs = std::filesystem;
using contenders = std::vector<contender>;

constexpr unsigned most_threads = 2;

void add_ours(contenders& who, corpus const& of, unsigned threads) {
    auto const fresh = std::make_shared<watched_tree>(of.root, threads);
    who.push_back({.name = std::string{ours},
                   .what = task::first_scan,
                   .threads = threads,
                   .run = [=] { return fresh->first_scan(); },
                   .expected = of.plan.files,
                   .count = [=] { return fresh->first_scan(); },
                   .prepare = [=] { fresh->forget(); }});
    auto const known = std::make_shared<watched_tree>(of.root, threads);
    who.push_back({.name = std::string{ours},
                   .threads = threads,
                   .run = [=] { return known->rescan(); },
                   .count = [=] { return known->first_scan(); }});
}

void add_floor(contenders& who, corpus const& of, unsigned threads) {
    auto const list = [root = of.root, threads] { return list_and_stat(root, threads); };
    who.push_back({.name = std::string{listing_floor},
                   .what = task::first_scan,
                   .threads = threads,
                   .run = list,
                   .expected = of.plan.files,
                   .count = list});
    auto const known = std::make_shared<known_tree>(of);
    who.push_back({.name = std::string{known_floor},
                   .threads = threads,
                   .run = [=] { return known->count_changes(threads); },
                   .count = [=] { return known->size(); }});
}

contenders ours_and_floor(corpus const& of) {
    contenders who;
    for (unsigned threads = 1; threads <= most_threads; ++threads) {
        add_floor(who, of, threads);
        if (threads == 1 || can_choose_threads) add_ours(who, of, threads);
    }
    return who;
}

void add_libraries(contenders& who, corpus const& of) {
    auto const map = std::make_shared<map_of_tree>(of.root);
    who.push_back({.name = std::string{standard_library},
                   .what = task::first_scan,
                   .run = [=] { return map->count_changes(); },
                   .expected = of.plan.files,
                   .prepare = [=] { map->forget(); }});
    auto const known = std::make_shared<map_of_tree>(of.root);
    who.push_back({.name = std::string{standard_library},
                   .run = [=] { return known->count_changes(); },
                   .count = [=] { return known->count_changes(); }});
    auto const walk = [root = of.root] { return walk_by_fts(root); };
    who.push_back({.name = "fts",
                   .what = task::walk,
                   .run = walk,
                   .expected = of.plan.files,
                   .count = walk});
}

void add_programs(contenders& who, corpus const& of, std::string const& scratch) {
    for (rival const& each : installed_rivals(of, scratch)) {
        who.push_back({.name = each.name,
                       .what = each.what,
                       .run = [each] { return count_lines(each.timed); },
                       .count = [each] { return count_lines(each.counted); }});
    }
}

// Those who tell what changed, after one file in a thousand did.
contenders after_edits(corpus const& of) {
    contenders who;
    std::size_t const edits = std::max<std::size_t>(of.plan.files / 1'000, 1);
    auto const add = [&](std::string_view name, unsigned threads, auto count, auto run) {
        who.push_back({.name = std::string{name},
                       .what = task::edited,
                       .threads = threads,
                       .run = run,
                       .expected = edits,
                       .count = count,
                       .prepare = [&of, edits] { edit_some(of, edits); }});
    };
    for (unsigned threads = 1; threads <= most_threads; ++threads) {
        auto const floor = std::make_shared<known_tree>(of);
        add(
            known_floor, threads, [=] { return floor->size(); },
            [=] { return floor->count_changes(threads); });
        if (threads > 1 && !can_choose_threads) continue;
        auto const tree = std::make_shared<watched_tree>(of.root, threads);
        add(
            ours, threads, [=] { return tree->first_scan(); }, [=] { return tree->rescan(); });
    }
    auto const map = std::make_shared<map_of_tree>(of.root);
    add(
        standard_library, 1, [=] { return map->count_changes(); },
        [=] { return map->count_changes(); });
    return who;
}

// What they did, without what they hold.
void keep_times(contenders& of, contenders& into) {
    for (contender& each : of) {
        into.push_back({.name = std::move(each.name),
                        .what = each.what,
                        .threads = each.threads,
                        .run = nullptr,
                        .seconds = std::move(each.seconds)});
    }
    of.clear();
}

} // namespace

contender const* scanned_corpus::find(std::string_view name, task what,
                                      unsigned threads) const noexcept {
    auto const found = std::find_if(contenders.begin(), contenders.end(), [&](auto const& each) {
        return each.name == name && each.what == what && each.threads == threads;
    });
    return found == contenders.end() ? nullptr : &*found;
}

scanned_corpus scan_side_by_side(corpus const& of, std::string const& scratch,
                                 effort const& how) {
    auto const began = steady::now();
    scanned_corpus result{of.plan, of.directories.size(), {}};
    contenders who = ours_and_floor(of);
    add_libraries(who, of);
    add_programs(who, of, scratch);
    take_turns(who, of.plan.files, how);
    keep_times(who, result.contenders);
    who = after_edits(of);
    auto const now = steady::now();
    take_turns(who, of.plan.files, {how.rounds, std::max(how.limit, now) + (now - began) / 5});
    keep_times(who, result.contenders);
    return result;
}

scanned_corpus scan_shape(corpus const& of, effort const& how) {
    scanned_corpus result{of.plan, of.directories.size(), {}};
    contenders who = ours_and_floor(of);
    take_turns(who, of.plan.files, how);
    keep_times(who, result.contenders);
    return result;
}

growth measure_growth(corpus const& small, corpus const& large, effort const& how) {
    std::size_t const often = std::clamp<std::size_t>(large.plan.files / small.plan.files, 1, 20);
    contenders who;
    for (auto const& [of, times] :
         {std::pair{&small, often}, std::pair{&large, std::size_t{1}}}) {
        unsigned const threads = can_choose_threads ? most_threads : 1;
        auto const tree = std::make_shared<watched_tree>(of->root, threads);
        tree->first_scan();
        auto const floor = std::make_shared<known_tree>(*of);
        auto const repeat = [times = times](auto once) {
            for (std::size_t i = 0; i < times; ++i) once();
            return std::size_t{0};
        };
        who.push_back(
            {.name = std::string{ours}, .run = [=] { return repeat([&] { tree->rescan(); }); }});
        who.push_back({.name = std::string{known_floor},
                       .run = [=] { return repeat([&] { floor->count_changes(threads); }); }});
    }
    take_turns(who, 0, how);
    double const scale =
        static_cast<double>(small.plan.files * often) / static_cast<double>(large.plan.files);
    auto const per_file = [&](std::size_t index) {
        spread const r = ratio(who[index + 2], who[index]);
        return spread{r.median * scale, r.low * scale, r.high * scale};
    };
    return {small.plan.files, large.plan.files, per_file(0), per_file(1)};
}

ignored_cost measure_ignored(std::size_t files, std::string const& scratch, effort const& how) {
    constexpr int polls = 2'000;
    contenders who;
    for (std::string const name : {"alone", "beside"}) {
        std::string const folder = scratch + "/" + name;
        fs::create_directory(folder);
        corpus const five = make_corpus({shape::shallow, 5, 1}, folder);
        if (name == "beside") {
            corpus const many = make_corpus({shape::modules, files, 1}, folder);
            fs::rename(many.root, five.root + "/ignored");
        }
        edit_some(five, 1);
        auto const tree = std::make_shared<watched_tree>(five.root, 1, all_but{"ignored"});
        who.push_back({.name = name,
                       .run =
                           [=] {
                               std::size_t changes = 0;
                               for (int i = 0; i < polls; ++i) changes += tree->rescan();
                               return changes;
                           },
                       .count = [=] { return tree->first_scan(); }});
    }
    take_turns(who, 5, how);
    return {files, ratio(who[1], who[0])};
}

} // namespace bench
