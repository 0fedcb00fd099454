#include "detection/world.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/renames.hpp>
#include <restat/testing/manual_clock.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace detection {

using namespace restat;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using testing::file_call;
using testing::memory_file_system;
using what = step::what;

namespace {

// The maximum delay of the redelivery of a record that was not final.
constexpr nanoseconds told_twice = 4s;

struct listed_tree {
    listing list;
    reloader_parts const* parts;
    memory_file_system files;
    void enumerate(matcher_ref m, snapshot_builder& b, std::error_code& c) { list(m, b, c); }
    bool birth_time(std::string_view path, stat_record const& of, stamp& made) const {
        return parts->birth_time(files, path, of, made);
    }
};

verdict everything(candidate const&) noexcept { return verdict::none; }

class world;
using memory_tree = basic_tree_enumerator<memory_file_system>;

/// A reloader of any enumerator.
struct watcher {
    virtual ~watcher() = default;
    virtual poll_state poll() = 0;
    virtual slice_result poll_for(nanoseconds budget) = 0;
    virtual snapshot const& latest() const = 0;
};

template <class Reloader>
struct watcher_of final : watcher {
    template <class... Parts>
    explicit watcher_of(Parts&&... parts) : reloader(std::forward<Parts>(parts)...) {}
    poll_state poll() override {
        std::error_code error;
        return reloader.poll(error).state;
    }
    slice_result poll_for(nanoseconds budget) override {
        std::error_code error;
        return reloader.poll_for(budget, error);
    }
    snapshot const& latest() const override { return reloader.latest(); }

    Reloader reloader;
};

/// Loads each delivered file, and hands the snapshot to the next run.
struct program {
    world* of;
    restart_result restart(change_set const& changes, std::error_code&);
    void hand_over(snapshot const& known);
    bool inherit(snapshot& into);
};

class world {
public:
    world(stamping const& stamps, reloader_parts const& parts)
        : files_{stamps.granularity, stamps.tick}, parts_{parts} {
        files_.follow(clock_);
        files_.make_directory("tree");
        if (parts_.in_slices) {
            for (auto const call : {file_call::open, file_call::list, file_call::stat}) {
                files_.set_cost(call, 10us);
            }
        }
        for (auto const* path : {"a/w", "a/x", "b/y", "c/z"}) act({what::write, path});
        clock_.advance(7ms);
    }

    std::string run(script const& steps);

    void told(change_set const& changes);
    void keep(snapshot const& known) { handed_ = known; }
    bool give(snapshot& into) {
        if (!handed_) return false;
        into = *std::exchange(handed_, std::nullopt);
        return true;
    }

private:
    template <class Enumerator>
    using reloader = basic_reloader<Enumerator, verdict (*)(candidate const&) noexcept,
                                    testing::manual_clock, program>;

    void begin();
    void load_all();
    void load(std::string const& path);
    bool is_made_up(change const& renamed) const;
    void owe(snapshot const& baseline);
    void miss(std::string const& path, stat_record const& seen);
    void take(script::const_iterator& at, script::const_iterator end);
    void look();
    void slice(nanoseconds budget);
    void begin_round();
    void end_round();
    void good_look(time_point began, std::set<std::uint64_t> const& seen);
    void act(step const& s);
    void change_names(step const& s, std::string const& path, std::string const& other);
    void change_content(step const& s, std::string const& path);
    void fail(step const& s, std::string const& path);
    void heal();
    bool is_failing(std::string const& path) const;

    void touch(std::string const& path);
    bool was_touched(std::string const& path) const;
    stat_record record(std::string const& path) const { return files_.record(path); }
    bool is_there(std::string const& path) const { return record(path).type != file_type::none; }
    std::string next_content() { return std::to_string(100'000 + ++version_); }
    void clear(std::string const& path);
    void check();

    memory_file_system files_;
    reloader_parts const& parts_;
    testing::manual_clock clock_;
    std::unique_ptr<watcher> reloader_;
    std::optional<snapshot> handed_;
    std::map<std::string, std::string> loaded_;
    struct object {
        stat_record record;
        std::uint64_t serial;
    };
    std::map<std::string, object> objects_; // the loaded objects
    std::map<std::string, time_point> touched_;
    std::map<std::string, time_point> told_;
    time_point delivered_{};
    std::set<std::string> failing_;
    std::set<std::string> told_unread_; // the paths delivered during a failure
    std::set<std::string> owed_;        // delivered, or in the baseline, while not final
    std::set<std::string> unseen_;      // loaded by the next run, and not seen by a scan yet
    std::set<std::uint64_t> put_back_;  // inodes with a reset mtime since the last good scan
    std::set<std::uint64_t> linked_;    // the inode numbers of files with two names
    time_point good_look_{};            // the start of the last scan without errors
    unsigned version_ = 0;
    // The delivered record of each file that had a different record when the program loaded the
    // file. For example, a mount covers a directory between two slices.
    std::map<std::string, stat_record> missed_;
    std::minstd_rand dice_;
    time_point round_began_{};
    time_point round_before_{};               // the start of the previous pass
    std::set<std::uint64_t> put_back_before_; // the set at the start of the pass
    bool clean_round_ = true;                 // no failure in the pass so far
    bool round_ended_ = false;
    bool heir_next_ = false;
    bool inherits_next_ = false; // so the next poll does not scan
    bool ended_ = false;
    std::string wrong_;
};

restart_result program::restart(change_set const& changes, std::error_code&) {
    of->told(changes);
    return restart_result::restarted;
}
void program::hand_over(snapshot const& known) { of->keep(known); }
bool program::inherit(snapshot& into) { return of->give(into); }

void world::begin() {
    begin_round();
    auto const start = [&](auto&& made) {
        if (parts_.observer) made->reloader.observe(parts_.observer);
        reloader_ = std::move(made);
    };
    if (parts_.in_slices) {
        start(std::make_unique<watcher_of<reloader<memory_tree>>>(
            memory_tree{"tree", {}, files_}, &everything, clock_, program{this},
            schedule{.interval = 0ns}));
    } else {
        start(std::make_unique<watcher_of<reloader<listed_tree>>>(
            listed_tree{parts_.files(files_), &parts_, files_}, &everything, clock_,
            program{this}));
    }
}

// Loads every readable file; a file in a failing place keeps its earlier content.
void world::load_all() {
    std::erase_if(loaded_, [&](auto const& one) { return !is_failing(one.first); });
    for (auto const& path : files_.files()) {
        if (!is_failing(path)) load(path);
    }
}

bool world::is_failing(std::string const& path) const {
    return std::any_of(failing_.begin(), failing_.end(), [&](std::string const& top) {
        return path == top || path.starts_with(top + "/");
    });
}

void world::load(std::string const& path) {
    // The next delivery reports a file removed since the scan.
    if (is_there(path) && record(path).type != file_type::directory) {
        loaded_[path] = files_.read(path);
        objects_[path] = {record(path), files_.serial(path)};
    }
}

// Returns true if a rename names two different objects. If either object changed after the scan,
// returns false, because the answer is unknown.
bool world::is_made_up(change const& renamed) const {
    auto const same = [](stat_record const& a, stat_record const& b) {
        return changed_fields(a, b) == fields::none;
    };
    auto const old = objects_.find(renamed.from);
    return old != objects_.end() && same(old->second.record, renamed.before) &&
           same(record(renamed.path), renamed.after) &&
           old->second.serial != files_.serial(renamed.path);
}

void world::owe(snapshot const& baseline) {
    for (entry const e : baseline) {
        if (!e.record.final) owed_.emplace(e.path);
    }
}

void world::miss(std::string const& path, stat_record const& seen) {
    if (changed_fields(record(path), seen) != fields::none) missed_[path] = seen;
}

void world::told(change_set const& changes) {
    auto const now = clock_.now();
    if (!parts_.hands_on(now - std::exchange(delivered_, now))) return;
    for (change const& c : changes) {
        if (c.kind != change_kind::renamed) continue;
        if (is_made_up(c)) wrong_ = "told that " + c.from + " became " + c.path + ", another";
    }
    for (change const& c : without_renames(changes)) {
        // The redelivery of a record that was not final may take seconds.
        bool const was_owed = owed_.erase(c.path) > 0;
        bool const late = parts_.in_slices && c.history.redelivered && was_owed;
        if (has(c.history.waited_for, awaited::final_record)) owed_.insert(c.path);
        if (!was_touched(c.path) && !late && wrong_.empty()) {
            wrong_ = "told of " + c.path + ", with which nothing was done";
        }
        // A file seen in the finished pass may be gone by now; the next pass then reports the
        // removal.
        told_[c.path] = parts_.in_slices ? round_before_ : now;
        if (is_failing(c.path)) told_unread_.insert(c.path);
        loaded_.erase(c.path);
        unseen_.erase(c.path);
        if (c.kind != change_kind::removed) load(c.path);
        missed_.erase(c.path);
        if (parts_.in_slices) miss(c.path, c.after);
    }
    ended_ = std::exchange(heir_next_, false);
}

void world::look() {
    bool const inherits = std::exchange(inherits_next_, false);
    if (inherits || !parts_.in_slices) {
        bool const was_good = failing_.empty() && !inherits;
        auto const began = clock_.now();
        auto const seen = put_back_;
        reloader_->poll();
        if (was_good && failing_.empty()) good_look(began, seen);
    } else if (dice_() % 8 != 0) {
        slice(10us * (dice_() % 5)); // up to a tenth of the tree, or the whole tree
    } else {
        begin_round();
        reloader_->poll();
        end_round();
    }
    if (!std::exchange(ended_, false)) return;
    owe(*handed_);
    begin(); // with the inherited snapshot, older than the loaded files
    inherits_next_ = true;
    load_all();
    for (auto const& [path, content] : loaded_) {
        if (!handed_->contains(path)) unseen_.insert(path);
    }
    if (!parts_.in_slices) return;
    for (entry const e : *handed_) miss(e.path.str(), e.record);
}

void world::slice(nanoseconds budget) {
    clean_round_ = clean_round_ && failing_.empty();
    round_ended_ = reloader_->poll_for(budget).round_ended;
    if (round_ended_) end_round();
}

void world::begin_round() {
    round_before_ = std::exchange(round_began_, clock_.now());
    clean_round_ = failing_.empty();
    put_back_before_ = put_back_;
}

void world::end_round() {
    if (clean_round_ && failing_.empty()) good_look(round_began_, put_back_before_);
    round_ended_ = true;
    begin_round();
}

void world::good_look(time_point began, std::set<std::uint64_t> const& seen) {
    good_look_ = began;
    for (auto const inode : seen) put_back_.erase(inode);
}

void world::take(script::const_iterator& at, script::const_iterator end) {
    step const& s = *at++;
    switch (s.kind) {
    case what::pause: clock_.advance(s.time); break;
    case what::look: look(); break;
    case what::during:
        if (at == end || !is_operation(*at) || at->kind == what::during) return;
        files_.before(static_cast<file_call>(s.number % 3), s.number / 3 % 12 + 1,
                      [this, next = *at] { act(next); });
        ++at;
        break;
    default: act(s);
    }
}

void world::act(step const& s) {
    auto const path = "tree/" + s.path;
    auto const other = "tree/" + s.other;
    switch (s.kind) {
    case what::write:
    case what::write_back:
    case what::empty:
    case what::chmod: return change_content(s, path);
    case what::fail: return fail(s, path);
    case what::heal: return heal();
    case what::reuse: return files_.reuse_inodes(s.number % 2 == 0);
    case what::set_back:
        return files_.set_time(std::chrono::seconds{files_.now().seconds} -
                               std::chrono::hours{24});
    case what::restart: heir_next_ = true; return;
    default: change_names(s, path, other);
    }
}

// Ignores impossible steps, such as an unmount without a mount.
void world::change_names(step const& s, std::string const& path, std::string const& other) {
    touch(path);
    if (s.kind == what::rename || s.kind == what::link) touch(other);
    try {
        switch (s.kind) {
        case what::remove: files_.remove(path); break;
        case what::rename:
            if (!is_there(path) || (other + "/").starts_with(path + "/")) break;
            if ((path + "/").starts_with(other + "/")) break;
            clear(other);
            files_.rename(path, other);
            break;
        case what::replace:
            files_.make_directory(path.substr(0, path.rfind('/')));
            files_.write("elsewhere", next_content());
            clear(path);
            files_.rename("elsewhere", path);
            break;
        case what::relink:
            clear(path);
            files_.symlink("../" + next_content(), path);
            break;
        case what::link:
            if (path == other || record(path).type != file_type::regular) break;
            if (put_back_.contains(record(path).inode)) break;
            clear(other);
            files_.link(path, other);
            linked_.insert(record(path).inode);
            break;
        case what::mount:
            if (record(path).type != file_type::directory || record(path).device != 1) break;
            files_.mount(path, 2 + s.number % 3);
            files_.write(path + "/w", next_content());
            break;
        default: files_.unmount(path);
        }
    } catch (reload_error const&) {
    }
    touch(path);
    if (s.kind == what::rename || s.kind == what::link) touch(other);
}

void world::change_content(step const& s, std::string const& path) {
    touch(path);
    auto const before = record(path);
    try {
        if (s.kind == what::chmod) {
            files_.set_mode(path, 0600 | (s.number & 077));
        } else {
            if (before.type != file_type::regular) clear(path);
            files_.write(path, s.kind == what::empty ? "" : next_content());
            // A hard link made or removed between the same two scans would hide this edit.
            bool const shows = before.type != file_type::none && !linked_.contains(before.inode);
            if (s.kind != what::write_back || !shows) return touch(path);
            files_.set_mtime(path, before.mtime);
            put_back_.insert(before.inode);
        }
    } catch (reload_error const&) {
    }
    touch(path);
}

void world::fail(step const& s, std::string const& path) {
    static constexpr std::errc errors[] = {std::errc::io_error, std::errc::permission_denied,
                                           std::errc::too_many_files_open,
                                           std::errc::not_enough_memory};
    auto const& top = s.number % 8 == 0 ? "tree" : path;
    files_.fail_at(top, static_cast<file_call>(s.number / 8 % 3),
                   errors[s.number / 24 % std::size(errors)]);
    failing_.insert(top);
}

// Edits made during a failure show only now, and records become final only now. Changes delivered
// meanwhile are delivered again.
void world::heal() {
    files_.heal();
    failing_.clear();
    for (auto const& path : std::exchange(told_unread_, {})) touched_[path] = clock_.now();
    for (auto& [path, done] : touched_) {
        if (done >= good_look_ - told_twice) done = clock_.now();
    }
}

void world::clear(std::string const& path) {
    if (is_there(path)) files_.remove(path);
}

// Marks a path, all paths below it (also hidden paths), and the other names of these files.
void world::touch(std::string const& path) {
    auto const now = clock_.now();
    auto const is_meant = [&](std::string const& file) {
        return file == path || file.starts_with(path + "/");
    };
    auto const files = files_.files();
    std::set<std::uint64_t> shared;
    for (auto const& file : files) {
        if (is_meant(file) && record(file).links > 1) shared.insert(record(file).inode);
    }
    touched_[path] = now;
    for (auto const& file : files) {
        if (is_meant(file) || shared.contains(record(file).inode)) touched_[file] = now;
    }
    for (auto& [file, done] : touched_) {
        if (is_meant(file)) done = now;
    }
}

bool world::was_touched(std::string const& path) const {
    auto const done = touched_.find(path);
    if (done == touched_.end()) return false;
    auto const told = told_.find(path);
    return told == told_.end() || done->second >= told->second - told_twice;
}

std::string world::run(script const& steps) {
    auto at = steps.begin();
    begin();
    if (parts_.loads_first) {
        load_all();
        while (at != steps.end() && at->kind != what::look) take(at, steps.end());
    }
    while (reloader_->poll() == poll_state::starting) clock_.advance(5ms);
    owe(reloader_->latest());
    round_began_ = clock_.now();
    if (!parts_.loads_first) load_all();
    while (at != steps.end()) take(at, steps.end());
    heal();
    for (int i = 0; i < 32; ++i) {
        clock_.advance(130ms);
        do {
            look();
        } while (parts_.in_slices && !round_ended_);
    }
    check();
    return wrong_;
}

void world::check() {
    std::map<std::string, std::string> there;
    for (auto const& path : files_.files()) there[path] = files_.read(path);
    for (auto const& [path, content] : there) {
        auto const known = loaded_.find(path);
        if (known != loaded_.end() && known->second == content) continue;
        auto const missed = missed_.find(path);
        if (missed != missed_.end() &&
            changed_fields(missed->second, record(path)) == fields::none) {
            continue;
        }
        wrong_ = "the last content of " + path + " was not loaded";
    }
    for (auto const& [path, content] : loaded_) {
        if (!there.contains(path) && !unseen_.contains(path))
            wrong_ = path + " is gone and that was not told";
    }
    snapshot const& believed = reloader_->latest();
    if (believed.size() != there.size()) wrong_ = "another set of paths is believed";
    for (auto const& [path, content] : there) {
        if (!believed.contains(path)) wrong_ = path + " is not believed to be there";
    }
}

script without(script const& steps, std::size_t at, std::size_t count) {
    script fewer(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(at));
    auto const rest = std::min(steps.size(), at + count);
    fewer.insert(fewer.end(), steps.begin() + static_cast<std::ptrdiff_t>(rest), steps.end());
    return fewer;
}

} // namespace

reloader_parts right_parts() {
    auto const walk = [](memory_file_system const& files) -> listing {
        auto const tree = std::make_shared<basic_tree_enumerator<memory_file_system>>(
            "tree", tree_options{}, files);
        return [tree](matcher_ref m, snapshot_builder& b, std::error_code& c) {
            tree->enumerate(m, b, c);
        };
    };
    auto const birth_time = [](memory_file_system const& files, std::string_view path,
                               stat_record const& of, stamp& made) {
        return basic_tree_enumerator<memory_file_system>{"tree", {}, files}.birth_time(path, of,
                                                                                       made);
    };
    return {walk, birth_time, [](nanoseconds) { return true; }, false, nullptr, false};
}

reloader_parts right_parts_in_slices() {
    auto parts = right_parts();
    parts.in_slices = true;
    return parts;
}

std::string run(script const& steps, stamping const& stamps, reloader_parts const& parts) {
    return world{stamps, parts}.run(steps);
}

script shrink(script steps, std::function<bool(script const&)> const& fails) {
    for (std::size_t size = steps.size() / 2; size > 0;) {
        bool smaller = false;
        for (std::size_t at = 0; at < steps.size();) {
            script fewer = without(steps, at, size);
            if (fails(fewer)) {
                steps = std::move(fewer);
                smaller = true;
            } else {
                at += size;
            }
        }
        if (size > 1 || !smaller) size /= 2;
    }
    return steps;
}

} // namespace detection
