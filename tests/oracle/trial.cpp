#include "oracle/trial.hpp"

#include "oracle/acts.hpp"
#include "oracle/dice.hpp"
#include "oracle/host.hpp"
#include "oracle/mover.hpp"
#include "oracle/plain_rules.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include <linux/capability.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oracle {
namespace {

using namespace std::chrono_literals;
using restat::poll_state;

// Takes from this thread what lets root read closed directories, or gives it back.
void heed_permissions(bool heeds) {
    __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    if (::syscall(SYS_capget, &head, data) != 0) return;
    unsigned const bits = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH;
    data[0].effective =
        heeds ? data[0].effective & ~bits : data[0].effective | (bits & data[0].permitted);
    ::syscall(SYS_capset, &head, data);
}

struct heeding {
    explicit heeding(bool heeds) { heed_permissions(heeds); }
    ~heeding() { heed_permissions(!heeds_); }
    bool heeds_ = true;
};

std::chrono::nanoseconds cpu_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

struct told {
    restat::change_kind kind;
    std::string path;
    bool again;
};

class trial {
public:
    trial(configuration const& of, std::vector<step> const& steps, std::uint64_t seed,
          place const& where)
        : of_{of}, steps_{steps}, where_{where}, dice_{seed + 77}, cwd_{where.base} {
        if (!of.directory.empty()) cwd_ += '/' + of.directory;
        struct statfs status {};
        has_fine_stamps_ = !where.has_coarse_stamps &&
                           ::statfs(where.base.c_str(), &status) == 0 &&
                           status.f_type != RAMFS_MAGIC && status.f_type != FUSE_SUPER_MAGIC;
        choose_roots();
        out_.resize(roots_.size());
    }

    outcome run() {
        try {
            if (!begin()) return result_;
            for (at_ = 0; at_ < steps_.size() && result_.failure.empty(); ++at_) {
                take_step(steps_[at_]);
            }
            end();
        } catch (std::exception const& error) {
            fail(std::string{"exception: "} + error.what());
        }
        host_.reset();
        mover_.reset();
        return result_;
    }

private:
    // --- set-up

    void choose_roots() {
        for (auto root : of_.roots) {
            if (root.starts_with('@')) root.replace(0, 1, where_.base);
            roots_.push_back(root);
        }
        if (of_.source == files_from::list_and_tree)
            listed_ = {cwd_ + "/f0", where_.base + "/t/c/f1"};
        for (auto const& root : roots_) {
            auto& to = of_.source == files_from::list ? plan_.listed : plan_.roots;
            to.push_back(plain_name(root, cwd_));
        }
        for (auto const& file : listed_) plan_.listed.push_back(plain_name(file, cwd_));
        plan_.follows = of_.follows;
        plan_.which = of_.which;
        all_roots_ = of_.source == files_from::list ? plan_.listed : plan_.roots;
    }

    bool begin() {
        if (::chdir(where_.base.c_str()) != 0) return fail("no directory"), false;
        actor{}.make_first_tree();
        mover_.emplace(where_.base, plan_, steps_);
        mover_->restore();
        (void)mover_->take();
        if (::chdir(cwd_.c_str()) != 0) return fail("no directory " + cwd_), false;
        heeding const now{true};
        host_ = make_host(
            of_, roots_, listed_, clock_,
            [this](restat::change_set const& changes) { return deliver(changes); },
            of_.in_scans ? std::function<void()>{[this] { in_scan(); }}
                         : std::function<void()>{});
        host_->baseline();
        load_all();
        if (is_on_thread()) host_->start();
        return true;
    }

    void end() {
        if (!result_.failure.empty()) return;
        finish();
        mover_->restore();
        disturbed_ = true; // opens directories, and unmounts
        pause();
        if (result_.failure.empty()) settle();
    }

    bool is_on_thread() const { return of_.how == verb::run || of_.how == verb::run_in_slices; }

    // --- steps

    void take_step(step const& what) {
        if (traces_) std::printf("%s\n", to_string(what).c_str());
        if (is_operation(what.kind)) return operate();
        if (what.kind == act::look) return look(what.number);
        if (what.kind == act::during) {
            during_ = what.number + 1;
            return;
        }
        finish();
        bool const was_running = pause();
        switch (what.kind) {
        case act::settle: settle(); break;
        case act::change_cwd: change_directory(); break;
        case act::root_out: change_roots(what.number); break;
        case act::pin: {
            heeding const now{true};
            bool const is_absolute = roots_[0].starts_with('/');
            host_->pin(is_absolute ? where_.base + '/' + what.a : what.a);
            break;
        }
        case act::other_verb: is_whole_ = !is_whole_; break;
        default: break;
        }
        if (was_running && result_.failure.empty()) resume();
    }

    void operate() {
        ++result_.operations;
        disturbed_ = true;
        if (during_ > 0 && next_in_scan_ == no_step) {
            next_in_scan_ = at_;
            poll();
            disturbed_ = true; // maybe after a refusal in that poll
            during_ = 0;
            if (next_in_scan_ == no_step) return;
            next_in_scan_ = no_step;
        }
        mover_->begin(at_);
        if (!of_.at_once) finish();
    }

    void finish() { mover_->finish(); }

    // Called in the middle of a scan.
    void in_scan() {
        if (next_in_scan_ == no_step || during_ == 0 || --during_ > 0) return;
        mover_->begin(std::exchange(next_in_scan_, no_step));
        mover_->finish();
    }

    void look(std::uint32_t milliseconds) {
        if (is_on_thread()) return std::this_thread::sleep_for(100us);
        clock_.skip_to(clock_.now() + std::chrono::milliseconds{milliseconds});
        poll();
        if (milliseconds % 2 == 0 || !result_.failure.empty()) return;
        std::this_thread::sleep_for(5ms); // a poll that delivers, if nothing happens meanwhile
        clock_.skip_to(clock_.now() + 6ms);
        poll();
    }

    void change_directory() {
        is_elsewhere_ = !is_elsewhere_;
        (void)!::chdir(is_elsewhere_ ? "/" : cwd_.c_str());
    }

    void change_roots(std::uint32_t number) {
        if (roots_.size() > 8) return;
        auto const which = number % roots_.size();
        out_[which] = !out_[which];
        disturbed_ = true; // other names may show earlier edits
        std::vector<std::string> spelled;
        std::vector<std::string> plain;
        for (std::size_t i = 0; i < roots_.size(); ++i) {
            if (out_[i]) continue;
            spelled.push_back(roots_[i]);
            plain.push_back(all_roots_[i]);
        }
        if (of_.source == files_from::list) {
            plan_.listed = plain;
        } else {
            plan_.roots = plain;
        }
        if (is_elsewhere_) change_directory(); // a root is made where the host is
        host_->use_roots(spelled);
        mover_->use_roots(out_);
        // What happened below a root and was not seen before it was taken out is nobody's concern.
        std::erase_if(loaded_, [&](auto const& one) { return !is_covered(one.first); });
        if (out_[which]) return;
        taken_in_.push_back(all_roots_[which]);
        // A slice may end the scan of the former roots.
        rounds_to_note_ = of_.mixes_verbs || is_in_slices() ? 2 : 1;
    }

    // What the first scan finds below a root that was taken in belongs to what is known, also if
    // it came after the root.
    void note_taken_in() {
        if (taken_in_.empty()) return;
        for (auto const& [name, one] : walk(plan_).files) {
            bool const is_new =
                std::any_of(taken_in_.begin(), taken_in_.end(),
                            [&path = name](auto const& root) { return is_below(path, root); });
            if (is_new) brought_in_.hidden.insert(name);
        }
        if (--rounds_to_note_ == 0) taken_in_.clear();
    }

    // --- the host

    // While the guard polls, this thread does not.
    bool pause() {
        if (!is_on_thread()) return false;
        if (host_->stop()) ended_by_itself();
        return true;
    }
    void resume() {
        heeding const now{true};
        host_->start();
    }
    void ended_by_itself() { fail("an exception of the callback ended the guard"); }

    struct step_result {
        poll_state state;
        restat::time_point next;
        bool is_round;
    };

    bool is_in_slices() const {
        return (of_.how == verb::poll_for || of_.how == verb::run_in_slices) != is_whole_;
    }

    step_result poll() {
        auto const came = poll_once();
        if (came.is_round) note_taken_in();
        return came;
    }

    // One poll, by the verb of the configuration.
    step_result poll_once() {
        heeding const now{true};
        ++result_.polls;
        if (of_.asks_matcher) host_->ask();
        bool const in_slices = is_in_slices();
        try {
            if (!in_slices) {
                ++result_.rounds;
                auto const came = host_->poll();
                return {came.state, came.next, true};
            }
            in_callback_ = 0ns;
            auto const began = cpu_time();
            auto const came = host_->poll_for(of_.budget);
            result_.rounds += came.round_ended;
            note_cpu_time(cpu_time() - began - in_callback_);
            return {came.state, came.next, came.round_ended};
        } catch (std::runtime_error const& error) {
            if (std::string{error.what()} != "by the host") throw;
            return {poll_state::refused, clock_.now(), !in_slices}; // a slice may end no round
        }
    }

    void note_cpu_time(std::chrono::nanoseconds used) {
        ++result_.slices;
        if (used <= of_.budget) return;
        auto const beyond = static_cast<std::uint64_t>((used - of_.budget) / 1us);
        result_.over += beyond > 500;
        result_.longest = std::max(result_.longest, beyond);
    }

    restat::restart_result deliver(restat::change_set const& changes) {
        auto const began = cpu_time();
        heeding const now{false};
        std::lock_guard const lock{mutex_};
        ++result_.deliveries;
        for (auto const& one : changes) note(one);
        auto answer = answered();
        auto const files = read(changes);
        // A directory that moves or is mounted over, and comes back, leaves all records as they
        // were. So a host that finds another file, or none, has to try again.
        bool const is_away =
            std::any_of(changes.begin(), changes.end(), [&](restat::change const& one) {
                return one.kind != restat::change_kind::removed && is_another_now(one, files);
            });
        times_away_ = is_away ? times_away_ + 1 : 0;
        if (is_away && times_away_ < 6) answer = restat::restart_result::refused;
        if (answer == restat::restart_result::restarted) {
            // What has two spellings may leave under the one and come under the other.
            for (auto const& one : changes) forget(one);
            for (auto const& [path, is] : files) load(path, is);
            note_as_told(changes, files);
        }
        in_callback_ += cpu_time() - began;
        return answer;
    }

    void note_as_told(restat::change_set const& changes,
                      std::map<std::string, object> const& files) {
        for (auto const& one : changes) {
            auto const path = plain_name(one.path, cwd_);
            auto const is = files.find(path);
            as_told_.erase(path);
            if (is == files.end()) continue;
            auto const& changed = is->second.changed;
            bool const is_so = one.after.ctime.seconds == changed.tv_sec &&
                               one.after.ctime.nanoseconds == changed.tv_nsec;
            if (is_so) as_told_.insert(path);
        }
    }

    // A write stamps a file, and only then changes its data. A load between them gets the former
    // data with the last stamps: no later stat can tell, and here no time passes between a scan
    // and a delivery.
    bool was_early(std::string const& path, object const& had, object const& is) const {
        return has_fine_stamps_ && as_told_.contains(path) && has_same_stamps(had, is);
    }

    // Returns whether a delivered file is not the one at its path now.
    bool is_another_now(restat::change const& one,
                        std::map<std::string, object> const& files) const {
        auto const path = plain_name(one.path, cwd_);
        auto const& is = files.at(path);
        if (is.type == '-') return !is_closed(path);
        bool const is_same = is.device == one.after.device && is.inode == one.after.inode;
        return is.target.empty() && !is_same;
    }

    restat::restart_result answered() {
        auto const now = clock_.now();
        // An edit of before a refusal in a slice may be seen only afterwards, also by a whole poll.
        bool const is_early = !is_on_thread() && !of_.at_once && !disturbed_ && was_refused_ &&
                              now < refused_ + 90ms;
        if (is_early)
            fail("offered again " + std::to_string((now - refused_) / 1us) + " us after " +
                 (was_thrown_ ? "an exception" : "a refusal"));
        was_refused_ = false;
        if (of_.throws && dice_.one_in(6)) {
            was_refused_ = was_thrown_ = true;
            refused_ = now;
            disturbed_ = is_in_slices();
            throw std::runtime_error{"by the host"};
        }
        if (of_.refuses && dice_.one_in(6)) {
            was_refused_ = true;
            was_thrown_ = false;
            refused_ = now;
            disturbed_ = is_in_slices();
            return restat::restart_result::refused;
        }
        return restat::restart_result::restarted;
    }

    void note(restat::change const& one) {
        if (traces_) std::printf("    %s %s\n", to_string(one.kind).data(), one.path.c_str());
        told_.push_back({one.kind, plain_name(one.path, cwd_), one.history.redelivered});
        if (!one.from.empty())
            told_.push_back({restat::change_kind::removed, plain_name(one.from, cwd_), false});
    }

    bool is_followed(std::string const& path) const { return of_.follows || is_named(path); }
    static bool is_in(std::vector<std::string> const& all, std::string const& path) {
        return std::find(all.begin(), all.end(), path) != all.end();
    }
    bool is_named(std::string const& path) const {
        return is_in(plan_.roots, path) || is_in(plan_.listed, path);
    }

    void forget(restat::change const& one) {
        bool const is_gone = one.kind == restat::change_kind::removed;
        if (!is_gone && one.from.empty()) return;
        auto const& gone = is_gone ? one.path : one.from;
        auto const path = plain_name(gone, cwd_);
        // A listed file may leave the tree, where it has another spelling.
        bool const is_listed =
            gone != path && is_in(listed_, path) && host_->latest().contains(path);
        if (!is_listed) loaded_.erase(path);
    }

    // The host loads each file as it is now.
    std::map<std::string, object> read(restat::change_set const& changes) const {
        std::map<std::string, object> all;
        for (auto const& one : changes) {
            if (one.kind == restat::change_kind::removed) continue;
            auto const path = plain_name(one.path, cwd_);
            all.insert_or_assign(path, read_object(path, is_followed(path)));
        }
        return all;
    }
    void load(std::string const& path, object const& is) {
        if (is.type == '-') {
            loaded_.erase(path);
        } else {
            loaded_[path] = is;
        }
    }

    void load_all() {
        loaded_.clear();
        for (auto& [name, one] : walk(plan_).files) {
            if (!one.hidden) loaded_.emplace(name, std::move(one));
        }
    }

    // --- judgement

    void settle() {
        std::size_t calm = 0;
        std::size_t stuck = 0;
        auto const give_up = std::chrono::steady_clock::now() + 40s;
        if (where_.has_coarse_stamps && at_ + 1 >= steps_.size())
            std::this_thread::sleep_for(2100ms); // a whole even second may be a stamp of FAT
        bool const by_round = is_in_slices();
        std::size_t rounds = 0; // the first of them may have begun before the last operation
        for (std::size_t n = 0; calm < 1 || (by_round && rounds < 2); ++n) {
            if (n == 50'000 || std::chrono::steady_clock::now() > give_up)
                return fail("does not settle: " + why_not());
            auto const came = poll();
            if (!result_.failure.empty()) return;
            rounds += came.is_round;
            if (came.state == poll_state::unchanged) {
                calm += came.is_round;
                stuck = 0;
            } else {
                calm = 0;
                ++stuck;
            }
            if (stuck == 1) std::this_thread::sleep_for(5ms); // until records are final
            if (stuck > 1) std::this_thread::sleep_for(1ms);
            if (stuck > 30) clock_.skip_to(clock_.now() + 300ms);
            clock_.skip_to(came.next);
        }
        ++result_.settled;
        judge();
    }

    // The first path that waits for something.
    std::string why_not() const {
        auto all = walk(plan_).files;
        all.insert(loaded_.begin(), loaded_.end());
        for (auto const& [name, one] : all) {
            for (auto const& path : {name, name.substr(std::min(name.size(), cwd_.size() + 1))}) {
                auto const why = host_->why(path);
                if (why.find("waits for") != why.npos) return why;
            }
        }
        return "nothing is pending";
    }

    void judge() {
        auto seen = walk(plan_);
        auto const kept_elsewhere = note_kept_elsewhere(seen);
        auto happened = mover_->take();
        happened.add(std::exchange(brought_in_, {}));
        auto const done = carry(std::move(happened), kept_elsewhere);
        find_invented(done, seen);
        bool const is_complete = !where_.has_coarse_stamps || at_ + 1 >= steps_.size();
        if (is_complete) find_missed(done, seen);
        if (is_complete) compare_latest(seen);
        if (!is_complete) brought_in_.hidden = done.hidden; // until it is
        earlier_.add(done);
        told_.clear();
        if (of_.which == rules::gitignore) mover_->note_judged();
    }

    // A directory whose known name lies below a closed directory may still be there, for all that
    // the host can see: links and mounts that lead to it wait until the directory is opened.
    // Returns these directories.
    std::set<std::string> note_kept_elsewhere(walked& seen) const {
        std::set<std::pair<std::uint64_t, std::uint64_t>> kept;
        for (restat::entry const one : host_->latest()) {
            auto const path = plain_name(std::string{one.path}, cwd_);
            if (is_closed(path)) kept.emplace(one.record.device, one.record.inode);
        }
        std::set<std::string> tops;
        if (kept.empty()) return tops;
        for (auto const& [name, one] : seen.files) {
            if (kept.contains({one.device, one.inode})) tops.insert(above(name));
        }
        for (auto& [name, one] : seen.files) {
            for (auto at = above(name); at.size() > 1 && !one.unreadable; at = above(at)) {
                one.unreadable = tops.contains(at);
            }
        }
        return tops;
    }
    static std::string above(std::string const& path) { return path.substr(0, path.rfind('/')); }

    // What happens below a closed directory, or in one whose known name lies below it, is seen when
    // it is opened. A file that roots bring into view there is seen for the first time then.
    report carry(report done, std::set<std::string> const& kept_elsewhere) {
        auto const waits = [&](std::string const& name) {
            return is_closed(name) ||
                   std::any_of(kept_elsewhere.begin(), kept_elsewhere.end(),
                               [&](auto const& one) { return is_below(name, one); });
        };
        done.add(unseen_);
        unseen_ = {};
        auto const keep = [&](std::set<std::string> const& from, std::set<std::string>& to) {
            for (auto const& name : from) {
                if (waits(name)) to.insert(name);
            }
        };
        keep(done.touched, unseen_.touched);
        keep(done.prefixes, unseen_.prefixes);
        keep(done.hidden, unseen_.hidden);
        return done;
    }

    static bool is_touched(report const& done, std::string const& path) {
        return done.touched.contains(path) || done.was_hidden(path) ||
               std::any_of(done.prefixes.begin(), done.prefixes.end(),
                           [&](auto const& one) { return is_below(path, one); });
    }

    void find_invented(report const& done, walked const& seen) {
        for (auto const& one : told_) {
            bool const is_touched_now = is_touched(done, one.path) && !is_merely_out(done, one);
            // Delivered before it was final, or while it could not be read.
            bool const is_late = one.again && (is_touched(earlier_, one.path) ||
                                               result_.settled < 3 || where_.has_coarse_stamps);
            if (is_touched_now || is_late) continue;
            auto const at = seen.files.find(one.path);
            return fail("invented: " + std::string{to_string(one.kind)} + ' ' + one.path +
                        (at == seen.files.end() ? ", which is not there"
                                                : ", which is " + to_string(at->second)));
        }
    }

    // Returns whether a path is called removed only since it was taken out of the roots.
    bool is_merely_out(report const& done, told const& one) const {
        bool const happened =
            done.touched.contains(one.path) ||
            std::any_of(done.prefixes.begin(), done.prefixes.end(),
                        [&](auto const& top) { return is_below(one.path, top); });
        return one.kind == restat::change_kind::removed && !happened && !is_covered(one.path) &&
               read_object(one.path, is_followed(one.path)).type != '-';
    }

    void find_missed(report const& done, walked const& seen) {
        for (auto const& [name, one] : seen.files) {
            if (one.hidden) {
                loaded_.erase(name);
                continue;
            }
            auto had = find_loaded(seen, name);
            bool const is_brought_in = done.was_hidden(name);
            if (one.unreadable) continue;
            if (is_brought_in && (had == loaded_.end() || !is_same_content(had->second, one))) {
                loaded_[known_name(seen, name)] = one; // came into view
            } else if (had == loaded_.end()) {
                return fail("missed: " + name + " is " + to_string(one) +
                            ", and was not delivered");
            } else if (!is_same_content(had->second, one) &&
                       was_early(had->first, had->second, one)) {
                ++result_.early;
                had->second = one;
            } else if (!is_same_content(had->second, one)) {
                return fail("missed: " + name + " is " + to_string(one) + ", delivered was " +
                            to_string(had->second));
            }
        }
        for (auto at = loaded_.begin(); at != loaded_.end();) {
            auto const one = at++;
            auto const same = seen.files.find(seen.primary(one->first));
            if (same != seen.files.end()) {
                if (same->second.hidden) loaded_.erase(one); // also under its other names
                continue;
            }
            // A rule that came meanwhile hides the name, also below a closed directory.
            bool const is_hidden = seen.would_exclude(one->first);
            // A link has another target under another name of its directory.
            bool const may_be = is_closed(one->first) || is_closed(seen.primary(one->first));
            if (!is_hidden && may_be) continue;
            if (!is_hidden && !done.was_hidden(one->first) && is_covered(one->first))
                return fail("missed: " + one->first +
                            " is gone, and was not delivered as removed");
            loaded_.erase(one);
        }
    }

    // Returns the one of several equal names under which the host knows a file.
    std::string known_name(walked const& seen, std::string const& name) const {
        for (restat::entry const one : host_->latest()) {
            auto path = plain_name(std::string{one.path}, cwd_);
            if (seen.primary(path) == name) return path;
        }
        return name;
    }

    // Returns whether the host watches a file of this path now, if there is one.
    bool is_covered(std::string const& path) const {
        plain_rules const by{of_.which};
        if (is_named(path)) return !by.excludes_named(path);
        std::string_view innermost;
        for (auto const& root : plan_.roots) {
            if (is_below(path, root) && root.size() > innermost.size()) innermost = root;
        }
        return !innermost.empty() && !by.excludes_below(innermost, path);
    }

    // Also by another of its names.
    std::map<std::string, object>::iterator find_loaded(walked const& seen,
                                                        std::string const& name) {
        auto const at = loaded_.find(name);
        if (at != loaded_.end()) return at;
        return std::find_if(loaded_.begin(), loaded_.end(), [&](auto const& one) {
            return one.first != name && seen.primary(one.first) == name;
        });
    }

    void compare_latest(walked const& seen) {
        std::map<std::string, int> believed;
        std::map<std::string, std::string> spelled;
        for (restat::entry const one : host_->latest()) {
            auto const path = plain_name(std::string{one.path}, cwd_);
            auto const name = seen.primary(path);
            // Below a closed directory stays what was there before, whatever is mounted there now.
            int const names = path != name && is_closed(path) ? 0 : 1;
            believed[name] += names;
            if (names > 0 || !spelled.contains(name)) spelled[name] = path;
        }
        for (auto const& [name, one] : seen.files) {
            auto const at = believed.find(name);
            bool const is_there = at != believed.end();
            // A file that is listed by another spelling than that of the tree has two names.
            int const names = is_in(listed_, name) && of_.source != files_from::list ? 2 : 1;
            if (is_there && at->second > names && !one.unreadable)
                return fail("latest() has twice: " + name);
            if (is_there) believed.erase(at);
            if (!one.unreadable && is_there == one.hidden)
                return fail(std::string{"latest() "} + (is_there ? "has " : "lacks ") + name +
                            ", which is " + to_string(one) + (one.hidden ? ", excluded" : ""));
        }
        for (auto const& [name, count] : believed) {
            if (!is_closed(spelled[name]) && !is_closed(name))
                return fail("latest() has what is not there: " + spelled[name]);
        }
        compare_afresh(seen);
    }

    void compare_afresh(walked const& seen) {
        bool const moved = is_elsewhere_;
        if (moved) change_directory();
        auto const fresh = host_->scan_afresh();
        if (moved) change_directory();
        auto const& latest = host_->latest();
        for (restat::entry const one : fresh) {
            auto const name = plain_name(std::string{one.path}, cwd_);
            auto const at = latest.find(one.path);
            auto const expected = seen.files.find(seen.primary(name));
            if (expected != seen.files.end() && expected->second.unreadable) continue;
            if (at == latest.end()) return fail("latest() lacks what a fresh scan has: " + name);
            auto const changed = changed_fields(one, *at);
            if (changed != restat::fields::none)
                return fail("latest() has another record than a fresh scan: " + name);
        }
    }

    void fail(std::string why) {
        if (!result_.failure.empty()) return;
        for (char const c : why) {
            bool const goes_on = result_.failure.ends_with(std::string(40, c));
            if (!goes_on) result_.failure += c; // names of far paths are of one letter
        }
    }

    static constexpr std::size_t no_step = ~std::size_t{};

    configuration const& of_;
    std::vector<step> const& steps_;
    place const& where_;
    dice dice_;
    std::string cwd_;
    std::vector<std::string> roots_;     // as they are spelled
    std::vector<std::string> all_roots_; // absolute
    std::vector<std::string> listed_;
    std::vector<bool> out_;
    watch_plan plan_;
    skipping_clock clock_;
    std::optional<mover> mover_;
    std::unique_ptr<host> host_;
    std::mutex mutex_;
    std::map<std::string, object> loaded_;
    std::set<std::string> as_told_; // loaded with the stamps that were delivered
    bool has_fine_stamps_ = false;  // each stamp that was read is followed by another
    std::vector<told> told_;
    std::vector<std::string> taken_in_; // roots, since the last scans
    std::size_t rounds_to_note_ = 0;    // scans that may be the first of these roots
    report brought_in_;                 // by such roots
    report earlier_;
    report unseen_;
    outcome result_;
    std::size_t at_ = 0;
    std::uint32_t during_ = 0;
    std::size_t next_in_scan_ = no_step;
    bool is_elsewhere_ = false;
    bool is_whole_ = false;
    bool traces_ = std::getenv("ORACLE_TRACE") != nullptr;
    bool disturbed_ = false;
    std::size_t times_away_ = 0; // deliveries in a row of files that are elsewhere
    bool was_refused_ = false;
    bool was_thrown_ = false;
    restat::time_point refused_{};
    std::chrono::nanoseconds in_callback_{};
};

} // namespace

void outcome::add(outcome const& other) {
    operations += other.operations;
    polls += other.polls;
    deliveries += other.deliveries;
    slices += other.slices;
    over += other.over;
    longest = std::max(longest, other.longest);
    settled += other.settled;
    early += other.early;
    rounds += other.rounds;
}

outcome run_script(configuration const& of, std::vector<step> const& steps, std::uint64_t seed,
                   place const& where) {
    return trial{of, steps, seed, where}.run();
}

} // namespace oracle
