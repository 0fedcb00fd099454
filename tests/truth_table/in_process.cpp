// The truth table of one process: enumerators, verbs, spellings of roots, strategies and options,
// each pair of values at least once, on real files. In each row every style of saving happens.

#include "truth_table/pairwise.hpp"
#include "truth_table/styles.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/list_enumerator.hpp>
#include <restat/enumerator/range_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/testing/temp_tree.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace restat;
using namespace std::chrono_literals;

namespace {

enum factor : std::size_t {
    enumerator,
    verb,
    spelling,
    answer,
    matcher,
    links,
    threads,
    factors
};
std::vector<std::size_t> const levels{4, 4, 6, 3, 4, 2, 3};

// The rows are run in the directory that holds the tree; this is put back.
struct in_directory {
    explicit in_directory(std::string const& to) { std::filesystem::current_path(to); }
    ~in_directory() { std::filesystem::current_path(before); }
    std::filesystem::path before = std::filesystem::current_path();
};

std::string spelled(std::size_t how, std::string const& top, std::string const& path) {
    std::string const all[] = {path,         "./" + path,    top + '/' + path,
                               ".//" + path, "t/../" + path, top + "/./" + path};
    return all[how];
}

any_matcher make_matcher(std::size_t which) {
    switch (which) {
    case 1: return any_matcher{glob_matcher{"**/a"}};
    case 2: return any_matcher{!glob_matcher{"*.o"}};
    case 3: return any_matcher{gitignore_matcher{}};
    default: return {};
    }
}

// What was delivered, with an answer that some rows vary.
class receiver {
public:
    explicit receiver(std::size_t answers) : answers_{answers} {}

    restart_result operator()(change_set const& changes) {
        std::lock_guard const lock{mutex_};
        if (answers_ == 1 && !std::exchange(refused_, true)) return restart_result::refused;
        for (change const& one : changes)
            lines_.push_back(std::string{to_string(one.kind)} + ' ' + one.path);
        return answers_ == 2 ? restart_result::declined : restart_result::restarted;
    }
    std::vector<std::string> lines() const {
        std::lock_guard const lock{mutex_};
        return lines_;
    }

private:
    std::size_t answers_;
    bool refused_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

using strategy = callback_restart<std::function<restart_result(change_set const&)>>;

template <class Reloader>
void settle_by_hand(Reloader& reloader, bool in_slices) {
    for (bool was_whole = false; !was_whole;) {
        poll_result came;
        bool ended = true;
        if (in_slices) {
            auto const slice = reloader.poll_for(200us);
            came = slice;
            ended = slice.round_ended;
        } else {
            came = reloader.poll();
        }
        was_whole = ended && came.state == poll_state::unchanged;
        if (!was_whole) interruptible_clock{}.wait_until(came.next, {});
    }
}

template <class Enumerator>
std::string run_row(truth_table::row const& row, Enumerator files, truth_table::desk& saves) {
    receiver seen{row[answer]};
    bool const by_guard = row[verb] >= 2;
    schedule const when{.interval = 10ms,
                        .quiet_period = by_guard ? 500ms : 20ms,
                        .max_wait = 60s,
                        .cpu_share = 1,
                        .slice = row[verb] == 3 ? 500us : 0us};
    basic_reloader reloader{std::move(files), make_matcher(row[matcher]), interruptible_clock{},
                            strategy{std::ref(seen)}, when};
    reloader.baseline();
    if (by_guard) {
        reloader_guard const watching{reloader};
        if (!saves.save_all()) return "a command failed";
        // Until everything is there, for a while.
        for (int n = 0; n < 2000 && !saves.wrong_of(seen.lines()).empty(); ++n)
            std::this_thread::sleep_for(10ms);
    } else {
        settle_by_hand(reloader, row[verb] == 1);
        if (!saves.save_all()) return "a command failed";
    }
    for (int n = 0; n < 2; ++n) settle_by_hand(reloader, row[verb] == 1);
    return saves.wrong_of(seen.lines());
}

std::string run_row(truth_table::row const& row) {
    testing::temp_tree const tree;
    truth_table::desk saves{tree.path()};
    in_directory const there{tree.path()};
    tree_options const how{.links = row[links] ? tree_options::symlinks::follow
                                               : tree_options::symlinks::named_only,
                           .threads = row[threads]};
    auto const name = [&](std::string const& path) {
        return spelled(row[spelling], tree.path(), path);
    };
    std::vector<std::string> paths;
    for (auto const& file : saves.files()) paths.push_back(name(file));
    // The files beside `a` come and go: only `a` counts where a whole tree is watched.
    switch (row[enumerator]) {
    case 0: return run_row(row, tree_enumerator{name("t"), how}, saves);
    case 1: return run_row(row, list_enumerator{paths}, saves);
    case 2: return run_row(row, range_enumerator{paths}, saves);
    default: {
        std::vector<std::string> const some(paths.begin(), paths.begin() + 10);
        return run_row(row,
                       joined_enumerator{list_enumerator{some}, tree_enumerator{name("t"), how}},
                       saves);
    }
    }
}

std::string to_string(truth_table::row const& row) {
    char const* const names[] = {"enumerator", "verb",  "spelling", "answer",
                                 "matcher",    "links", "threads"};
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
        line += std::string{names[i]} + ' ' + std::to_string(row[i]) + "  ";
    return line;
}

} // namespace

BOOST_AUTO_TEST_SUITE(truth_table_in_process)

BOOST_AUTO_TEST_CASE(the_rows_hold_each_pair_of_values) {
    std::set<truth_table::value_pair> covered;
    auto const rows = truth_table::pairwise(levels);
    for (auto const& row : rows) covered.merge(truth_table::pairs_of(row));
    BOOST_TEST((covered == truth_table::every_pair(levels)));
    BOOST_TEST(rows.size() < 60);
}

BOOST_AUTO_TEST_CASE(each_save_is_one_change_and_neutral_acts_are_none) {
    for (auto const& row : truth_table::pairwise(levels)) {
        auto const wrong = run_row(row);
        BOOST_TEST(wrong == "", to_string(row) << '\n' << wrong);
    }
}

BOOST_AUTO_TEST_SUITE_END()
