// The truth table on a file system and a clock in memory. A row is a combination of spelling of the
// roots, entry point, enumerator and strategy. The matchers, the options, the kinds of file system
// and the moments of the save take turns over the rows. In each row every style of saving happens.
//
// The test runs a sample of the rows. RESTAT_TRUTH_TABLE=rows runs each row, and
// RESTAT_TRUTH_TABLE=all each row with each of what takes turns.
//
// Only real files can show what makes system calls by itself: `list_enumerator`,
// `program_enumerator`, `module_enumerator`, `whole_file_restart`, `build_step`, the strategies
// that start processes, and the entry points of `run.hpp`. See `in_process.cpp` and
// `entry_points.cpp`.

#include "truth_table/styles.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/enumerator/joined_enumerator.hpp>
#include <restat/enumerator/range_enumerator.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/gitignore_matcher.hpp>
#include <restat/matcher/glob_matcher.hpp>
#include <restat/matcher/logic.hpp>
#include <restat/matcher/regex_matcher.hpp>
#include <restat/reloader_guard.hpp>
#include <restat/restart/callback_restart.hpp>
#include <restat/restart/forwarding_restart.hpp>
#include <restat/testing/manual_clock.hpp>
#include <restat/testing/memory_file_system.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace restat;
using namespace std::chrono_literals;
using restat::testing::manual_clock;
using restat::testing::memory_file_system;
using truth_table::fake_desk;
using fake_tree = basic_tree_enumerator<memory_file_system>;

namespace {

// What varies.
struct spelling {
    path_list roots;
    std::string reported; // what stands before STYLE/a in a reported path
};
enum class entry_point { poll, one_entry, slices, run, run_in_slices, guard };
enum class files_from { tree, whole_scans, joined, range };
enum class answer { restarted, declined, refused, throws, suspended };
enum class strategy_kind { callback, forwarding, supervising };
enum class which { all, glob, not_glob, gitignore, regex, logic };
enum class kernel { modern, ramfs, small_inodes, fat };
enum class moment { later, at_once, while_scanning };

struct row {
    std::size_t roots;
    entry_point entry;
    files_from from;
    strategy_kind strategy;
    answer answers;
    which matcher;
    tree_options how;
    bool has_limit;
    kernel files;
    moment saved;
};

struct strategy_choice {
    strategy_kind kind;
    answer answers;
};
constexpr std::array strategies{strategy_choice{strategy_kind::callback, answer::restarted},
                                strategy_choice{strategy_kind::callback, answer::declined},
                                strategy_choice{strategy_kind::callback, answer::refused},
                                strategy_choice{strategy_kind::callback, answer::throws},
                                strategy_choice{strategy_kind::forwarding, answer::restarted},
                                strategy_choice{strategy_kind::forwarding, answer::suspended},
                                strategy_choice{strategy_kind::supervising, answer::restarted},
                                strategy_choice{strategy_kind::supervising, answer::refused},
                                strategy_choice{strategy_kind::supervising, answer::throws},
                                strategy_choice{strategy_kind::supervising, answer::suspended}};

std::vector<std::string> paths_below(std::string const& root) {
    std::vector<std::string> all;
    for (std::size_t n = 0; n < truth_table::styles.size(); ++n)
        all.push_back(root + '/' + std::to_string(100 + n) + "/a");
    return all;
}

std::vector<spelling> const& spellings() {
    static std::vector<spelling> const all{
        {{"t"}, "t/"},
        {{"./t"}, "t/"},
        {{".//t/."}, "t/"},
        {{"/t"}, "/t/"},
        {{"/.//t//"}, "/t/"},
        {{"x/../t"}, "x/../t/"},
        {{"/x/../t/"}, "/x/../t/"},
        {{"."}, "t/"},
        {{"/"}, "/t/"},
        {{"t", "t/100", "t/138"}, "t/"},
        {{"t/110", "./t"}, "t/"},
        {{"t", "t"}, "t/"},
        {{"t", "/t"}, "t/"},
        {{"l"}, "l/"},
        {{"l", "t"}, "t/"},
        {{"t/105/a", "t"}, "t/"},
        {{"gone", "t", "t/gone"}, "t/"},
        {path_list{paths_below("t")}, "t/"},
        {path_list{paths_below("/t")}, "/t/"},
    };
    return all;
}

// A clock whose waits return at once, when the time came; what is to happen meanwhile does.
class scripted_clock {
public:
    struct script {
        std::multimap<time_point, std::function<void()>> acts;
        std::function<bool()> is_over;
    };
    scripted_clock(manual_clock time, script& events)
        : time_{std::move(time)}, events_{&events} {}

    time_point now() const noexcept { return time_.now(); }
    time_point work_now() const noexcept { return time_.work_now(); }
    wake wait_until(time_point when, std::stop_token const& stop) const {
        if (stop.stop_requested() || events_->is_over()) return wake::stopped;
        while (!events_->acts.empty() && events_->acts.begin()->first <= when) {
            auto const next = events_->acts.extract(events_->acts.begin());
            pass_until(next.key());
            next.mapped()();
        }
        pass_until(when);
        return wake::deadline;
    }

private:
    void pass_until(time_point when) const {
        if (when > now()) time_.advance(when - now());
    }
    manual_clock time_;
    script* events_;
};

// The strategies.
class answering {
public:
    struct record {
        manual_clock time;
        answer answers{};
        int offers = 0;
        time_point suspended_until{};
        std::map<std::string, std::string> delivered; // PATH -> what happened to it
    };
    explicit answering(record& kept) : kept_{&kept} {}

    restart_result restart(change_set const& changes, std::error_code&) {
        if (kept_->offers++ == 0) {
            if (kept_->answers == answer::refused) return restart_result::refused;
            if (kept_->answers == answer::throws) throw std::runtime_error{"not now"};
            if (kept_->answers == answer::suspended) return suspend();
        }
        for (change const& one : changes) {
            auto& of = kept_->delivered[one.path];
            of += (of.empty() ? "" : ", ") + std::string{to_string(one.kind)};
        }
        return kept_->answers == answer::declined ? restart_result::declined
                                                  : restart_result::restarted;
    }
    time_point suspended_until() const noexcept { return kept_->suspended_until; }

private:
    restart_result suspend() {
        kept_->suspended_until = kept_->time.now() + 2s;
        return restart_result::suspended;
    }
    record* kept_;
};

struct supervising : answering {
    using answering::answering;
    void start(time_point) { running_ = true; }
    supervision supervise(time_point) const {
        return {running_ ? supervision::state::running : supervision::state::idle};
    }
    void stop(time_point) { running_ = false; }
    int descriptor() const { return -1; }

private:
    bool running_ = false;
};

// A wrapper of an enumerator without the optional members: each scan is a whole one.
struct whole_scans {
    fake_tree tree;
    void enumerate(matcher_ref matcher, snapshot_builder& into, std::error_code& error) {
        tree.enumerate(matcher, into, error);
    }
};

// Paths that have a record of their own, as an asset table has.
struct asset {
    std::string_view path;
    stat_record record;
};
class asset_table {
public:
    asset_table(std::vector<std::string> paths, memory_file_system files)
        : paths_{std::move(paths)}, files_{std::move(files)} {}

    class iterator {
    public:
        using value_type = asset;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        iterator(asset_table const& of, std::size_t at) : of_{&of}, at_{at} {}
        asset operator*() const {
            auto const& path = of_->paths_[at_];
            std::error_code error;
            return {path, of_->files_.stat(('/' + path).c_str(), last_link::keep, error)};
        }
        iterator& operator++() { return ++at_, *this; }
        iterator operator++(int) { return {*of_, at_++}; }
        bool operator==(iterator const& other) const { return at_ == other.at_; }

    private:
        asset_table const* of_ = nullptr;
        std::size_t at_ = 0;
    };
    iterator begin() const { return {*this, 0}; }
    iterator end() const { return {*this, paths_.size()}; }

private:
    std::vector<std::string> paths_;
    memory_file_system files_;
};

any_matcher make_matcher(which of) {
    switch (of) {
    case which::glob: return any_matcher{glob_matcher{"**/a"}};
    case which::not_glob: return any_matcher{!glob_matcher{"*.o"}};
    case which::gitignore: return any_matcher{gitignore_matcher{}};
#ifndef RESTAT_WITHOUT_PCRE2
    case which::regex: return any_matcher{regex_matcher{"(^|/)a$"}};
#endif
    case which::logic:
        return any_matcher{(glob_matcher{"a"} | glob_matcher{"b"}) & !glob_matcher{"*.o"}};
    default: return {};
    }
}

memory_file_system make_files(kernel of) {
    switch (of) {
    case kernel::ramfs: return memory_file_system{1ns, 4ms};
    case kernel::small_inodes: return memory_file_system{1s, 4ms};
    case kernel::fat: return memory_file_system{2s, 4ms};
    default: return memory_file_system{};
    }
}

// One row: a tree, a reloader on it, and what the reloader delivers.
class stage {
public:
    explicit stage(row const& of)
        : row_{of}, files_{make_files(of.files)}, desk_{files_}, roots_{spellings()[of.roots]} {
        files_.follow(time_);
        files_.report_birth_times(of.files == kernel::modern);
        files_.reuse_inodes(of.files == kernel::fat || of.files == kernel::small_inodes);
        files_.symlink("t", "l");
        if (of.matcher == which::gitignore) files_.write("t/.gitignore", "n\n*.o\n");
        for (auto const what : {testing::file_call::open, testing::file_call::stat})
            files_.set_cost(what, 1us);
        time_.advance(10s);
        seen_.time = time_;
        seen_.answers = of.answers;
        events_.is_over = [this] { return is_over(); };
    }

    /// What is wrong, a line each.
    std::string run() {
        switch (row_.from) {
        case files_from::tree: return run(tree());
        case files_from::whole_scans: return run(whole_scans{tree()});
        case files_from::joined:
            return run(joined_enumerator{range_enumerator{assets(10)}, tree()});
        default: return run(range_enumerator{assets(truth_table::styles.size())});
        }
    }

private:
    fake_tree tree() const { return fake_tree{roots_.roots, row_.how, files_}; }
    asset_table assets(std::size_t most) const {
        std::vector<std::string> paths;
        for (std::size_t n = 0; n < most; ++n) paths.push_back(reported(n));
        return {paths, files_};
    }
    std::string reported(std::size_t style) const {
        return roots_.reported + std::to_string(100 + style) + "/a";
    }

    template <class Enumerator>
    std::string run(Enumerator files) {
        answering plain{seen_};
        switch (row_.strategy) {
        case strategy_kind::callback:
            return run(std::move(files),
                       callback_restart{[plain](change_set const& c, std::error_code& e) mutable {
                           return plain.restart(c, e);
                       }});
        case strategy_kind::forwarding:
            return run(std::move(files), forwarding_restart<answering>{plain});
        default: return run(std::move(files), supervising{seen_});
        }
    }

    template <class Enumerator, class Strategy>
    std::string run(Enumerator files, Strategy strategy) {
        bool const in_slices = row_.entry == entry_point::run_in_slices ||
                               (row_.entry == entry_point::guard && row_.how.threads == 1);
        schedule const when{.max_wait = row_.has_limit ? 5s : unlimited,
                            .cpu_share = 1,
                            .slice = in_slices ? 20us : 0us};
        basic_reloader reloader{std::move(files), make_matcher(row_.matcher),
                                scripted_clock{time_, events_}, std::move(strategy), when};
        reloader.baseline();
        plan_save();
        drive(reloader);
        return wrong_of(reloader.latest());
    }

    // The host may change its directory at any time.
    void plan_save() {
        auto const save = [this] {
            files_.change_directory("x");
            desk_.save_all();
            saved_at_ = time_.now();
        };
        if (row_.saved == moment::at_once) return save();
        events_.acts.emplace(time_.now() + 1500ms, [this, save] {
            if (row_.saved == moment::later) return save();
            files_.before(testing::file_call::stat, 20, save);
        });
    }

    template <class Reloader>
    void drive(Reloader& reloader) {
        auto const limit = time_.now() + 10min;
        auto const step = [&](auto act) {
            poll_result came{.next = time_.now() + 1s};
            try {
                came = act();
            } catch (std::runtime_error const&) {
                BOOST_REQUIRE(row_.answers == answer::throws);
            }
            if (came.next <= time_.now()) time_.advance(1ms); // the next frame
            return time_.now() < limit &&
                   reloader.clock().wait_until(came.next, {}) != wake::stopped;
        };
        switch (row_.entry) {
        case entry_point::poll:
            while (step([&] { return reloader.poll(); })) {
            }
            break;
        case entry_point::one_entry:
            while (step([&]() -> poll_result { return reloader.poll_for(0ns); })) {
            }
            break;
        case entry_point::slices:
            while (step([&]() -> poll_result { return reloader.poll_for(20us); })) {
            }
            break;
        case entry_point::guard: {
            reloader_guard const watching{reloader};
            while (watching.is_watching()) std::this_thread::yield();
            break;
        }
        default: reloader.run();
        }
    }

    // Some time after the last delivery that is expected, or much later.
    bool is_over() {
        if (!saved_at_) return false;
        if (!ends_at_ && is_all_there()) ends_at_ = time_.now() + 1500ms;
        return time_.now() > ends_at_.value_or(*saved_at_ + 1min);
    }
    bool is_all_there() const {
        std::size_t saves = 0;
        for (auto const& style : truth_table::styles) saves += style.is_save ? 1 : 0;
        return seen_.delivered.size() >= saves;
    }

    std::string wrong_of(snapshot const& latest) {
        std::string wrong;
        auto const check = [&](std::string const& name, std::string const& is,
                               std::string const& expected) {
            if (is != expected) wrong += name + ": \"" + is + "\", not \"" + expected + "\"\n";
        };
        for (std::size_t n = 0; n < truth_table::styles.size(); ++n) {
            auto const& style = truth_table::styles[n];
            auto const path = reported(n);
            check(style.name, seen_.delivered[path], style.is_save ? "modified" : "");
            seen_.delivered.erase(path);
            auto const known = latest.find(path);
            bool const is_known =
                known != latest.end() &&
                changed_fields((*known).record,
                               files_.record(fake_desk::directory_of(n) + "/a")) == fields::none;
            check(std::string{"latest: "} + style.name, is_known ? "" : "another record", "");
        }
        for (auto const& [path, what] : seen_.delivered) {
            if (path.find(roots_.reported) == 0) check(path, what, "");
        }
        return wrong;
    }

    row row_;
    manual_clock time_;
    memory_file_system files_;
    fake_desk desk_;
    spelling const& roots_;
    scripted_clock::script events_;
    answering::record seen_;
    std::optional<time_point> saved_at_;
    std::optional<time_point> ends_at_;
};

// The digits of a number, of which each has a base of its own.
class digits {
public:
    explicit digits(std::size_t number) : left_{number} {}
    std::size_t next(std::size_t base) {
        auto const digit = left_ % base;
        left_ /= base;
        return digit;
    }
    template <class Value>
    Value next_of(std::size_t base) {
        return static_cast<Value>(next(base));
    }

private:
    std::size_t left_;
};

constexpr std::size_t spelling_count = 19;
constexpr std::size_t main_rows = spelling_count * 6 * 4 * strategies.size();
// The coarse file systems take long, because a record is final late: they come less often.
constexpr std::array kernels{kernel::modern, kernel::ramfs, kernel::modern,       kernel::ramfs,
                             kernel::modern, kernel::ramfs, kernel::small_inodes, kernel::fat};
constexpr std::size_t other_rows = 6 * 2 * 2 * 2 * 2 * kernels.size() * 3;

struct row_counts {
    std::size_t step = ROWS_APART; // of the rows
    std::size_t others = 1;        // of what takes turns, for each row
};

row_counts how_many(char const* asked) {
    if (!asked) return {};
    return {1, asked == std::string_view{"all"} ? other_rows : 1};
}

row make_row(std::size_t main, std::size_t other) {
    digits of{main};
    row made{};
    made.roots = of.next(spelling_count);
    made.entry = of.next_of<entry_point>(6);
    made.from = of.next_of<files_from>(4);
    auto const& strategy = strategies[of.next(strategies.size())];
    made.strategy = strategy.kind;
    made.answers = strategy.answers;
    digits more{other};
    made.matcher = more.next_of<which>(6);
    made.how.links = more.next_of<tree_options::symlinks>(2);
    made.how.report = more.next_of<tree_options::entries>(2);
    made.how.threads = 1 + more.next(2);
    made.has_limit = more.next(2) == 0;
    made.files = kernels[more.next(kernels.size())];
    made.saved = more.next_of<moment>(3);
    return made;
}

std::string to_string(row const& of) {
    std::string line = "roots";
    for (auto const& root : spellings()[of.roots].roots) line += ' ' + root;
    auto const add = [&](char const* name, auto value) {
        line += std::string{", "} + name + ' ' + std::to_string(static_cast<int>(value));
    };
    add("entry", of.entry), add("files", of.from), add("strategy", of.strategy);
    add("answer", of.answers), add("matcher", of.matcher), add("links", of.how.links);
    add("report", of.how.report), add("threads", of.how.threads), add("limit", of.has_limit);
    add("kernel", of.files), add("moment", of.saved);
    return line.substr(0, 400);
}

} // namespace

BOOST_AUTO_TEST_SUITE(truth_table_on_fake)

BOOST_AUTO_TEST_CASE(each_save_is_one_change_and_neutral_acts_are_none) {
    BOOST_REQUIRE(spellings().size() == spelling_count);
    auto const counts = how_many(std::getenv("RESTAT_TRUTH_TABLE"));
    int wrong_rows = 0;
    std::size_t rows = 0;
    for (std::size_t main = 0; main < main_rows; main += counts.step) {
        for (std::size_t n = 0; n < counts.others && wrong_rows < 20; ++n, ++rows) {
            auto const of = make_row(main, (main * 7919 + n) % other_rows);
            auto const wrong = stage{of}.run();
            BOOST_TEST(wrong == "", to_string(of) << '\n' << wrong);
            wrong_rows += wrong.empty() ? 0 : 1;
        }
    }
    BOOST_TEST_MESSAGE(rows << " rows of " << truth_table::styles.size() << " styles");
}

BOOST_AUTO_TEST_SUITE_END()
