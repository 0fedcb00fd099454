#pragma once

#include "enumerator/priority_checks.hpp"
#include "enumerator/tree_worker.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <numeric>

namespace restat::detail {

/// Scans a tree with a known snapshot. Keeps memory between scans.
template <class FileSystem>
class tree_refresh {
public:
    /// Returns false if the scan was stopped.
    bool run(FileSystem& files, tree_plan const& plan, matcher_ref matcher,
             snapshot_update& update) try {
        bool const was_paused = update.is_paused();
        update.pause(false);
        bool const goes_on = was_paused && is_under_way(files, plan.roots, matcher, update);
        if (!goes_on) {
            // The scan may have paused before its first check.
            auto& delta = update.delta();
            if (!was_paused || round_ || !delta.is_respelling() || !walked_.is(plan.roots))
                begin(plan, delta);
            while (delta.respell_some()) {
                if (update.is_over() || update.stop_requested()) return pause_in(update);
            }
            start(files, plan, matcher, update);
        }
        while (round_->run(goes_on)) {
            if (round_->scan.given_up)
                alone_until_ = number_ + 100; // most such trees need one thread in each scan
            else if (!watches_.give_up(shortage_in(update.delta())))
                return finish(update);
            start(files, plan, matcher, update);
        }
        return pause_in(update);
    } catch (...) {
        round_.reset(); // an abandoned scan is not continued
        throw;
    }

    /// Makes the next scan list each directory.
    void forget() noexcept { finished_matcher_ = used_matcher_ = std::nullopt; }

    tree_watches<FileSystem>& events() noexcept { return watches_; }
    root_list const& roots() const noexcept { return walked_; }

private:
    using task = typename tree_scan<FileSystem>::task;
    struct round_plan {
        tree_plan of;
        std::size_t threads;
        bool list_all;
    };
    // A thread costs about as much as this many checks; smaller scans start none.
    static constexpr std::size_t worth_a_thread = 2000;

    // Begins a scan, with another number only after the results of the previous scan were used:
    // then the rules of the previous scan are the rules of the known snapshot.
    void begin(tree_plan const& plan, snapshot_delta& delta) {
        round_.reset();
        if (is_done_ && !delta.pending) {
            ++number_;
            used_roots_.take(finished_roots_, plan.base);
            used_matcher_ = finished_matcher_;
        }
        is_done_ = false;
        delta.pending = true;
        walked_.take(plan.roots, plan.base);
        delta.drop_names();
        respell(delta, plan.how.selection, used_roots_, walked_);
        if (delta.respelled) delta.restart(1); // until the first check
    }

    static bool pause_in(snapshot_update& update) noexcept {
        update.pause(!update.stop_requested());
        return update.is_paused();
    }

    void start(FileSystem& files, tree_plan const& plan, matcher_ref matcher,
               snapshot_update& update) {
        round_.reset();
        if (plan.how.events == event_use::automatic)
            watches_.begin({files, plan.base}, walked_, matcher, number_);
        bool const others = walked_.all() != used_roots_.all() || !used_matcher_.has_value() ||
                            !used_matcher_->is_same(matcher);
        bool const alone =
            number_ < alone_until_ || update.bounds() != nullptr || update.delta().scoped;
        std::size_t const threads = alone ? 1 : threads_for<FileSystem>(plan.how);
        update.delta().restart(threads);
        visited_.clear();
        directories_.clear();
        found_.clear();
        detours_.clear();
        devices_.clear();
        round_.emplace(*this, files, matcher, update, round_plan{plan, threads, others});
    }

    // Returns the roots of the last used scan; null if unchanged, or if changes are reported.
    root_list const* roots_before(tree_options how) const noexcept {
        if (how.selection != selection_changes::silent || !used_roots_.is_taken()) return nullptr;
        return used_roots_.all() != walked_.all() ? &used_roots_ : nullptr;
    }

    bool is_under_way(FileSystem& files, std::vector<std::string> const& roots,
                      matcher_ref matcher, snapshot_update& update) const {
        return round_ && &round_->scan.files == &files && &round_->scan.update == &update &&
               walked_.is(roots) && round_->scan.matcher.is_same(matcher);
    }

    bool finish(snapshot_update& update) {
        if (update.stop_requested()) return false;
        if (!update.delta().is_concluding()) keep_former_roots(round_->scan, used_roots_);
        while (update.delta().conclude_some()) {
            if (update.is_over() || update.stop_requested()) return pause_in(update);
        }
        watches_.note_removed(update.delta());
        finished_roots_ = walked_.all();
        finished_matcher_ = round_->scan.matcher;
        round_.reset();
        is_done_ = true;
        return true;
    }

    struct one_scan {
        one_scan(tree_refresh& of, FileSystem& files, matcher_ref matcher,
                 snapshot_update& update, round_plan plan)
            : memory{of}
            , workers{plan.threads, *of.tasks_}
            , scan{.files = files,
                   .paths = {files, plan.of.base},
                   .roots = of.walked_,
                   .changed = {of.walked_, of.roots_before(plan.of.how), matcher,
                               plan.of.how.links == tree_options::symlinks::follow},
                   .how = plan.of.how,
                   .matcher = matcher,
                   .update = update,
                   .delta = update.delta(),
                   .visited = of.visited_,
                   .workers = workers,
                   .detours = of.found_,
                   .devices = of.devices_,
                   .watches = of.watches_ ? &of.watches_ : nullptr,
                   .number = of.number_,
                   .list_all = plan.list_all || update.delta().list_all}
            , at_once{plan.of.how.threads > 1} {
            scan.alone = plan.threads == 1;
            if (plan.list_all) scan.delta.scoped = false; // other directories may differ, too
            if (scan.delta.scoped) scan.delta.fates.limit(find_nested_roots(scan));
            while (memory.workers_.size() < plan.threads)
                memory.workers_.push_back(std::make_unique<tree_worker<FileSystem>>());
            for (auto& worker : memory.workers_) worker->rest();
            for (std::size_t i = 0; i < plan.threads; ++i) memory.workers_[i]->begin(scan, i);
            if (scan.changed) scan.changed.note_roots(scan.delta.known, mine());
            memory.workers_[0]->on_split([](void* self) { static_cast<one_scan*>(self)->grow(); },
                                         this);
        }
        ~one_scan() {
            scan.given_up = true; // helpers still work only after an exception
            workers.end_all();
            memory.workers_[0]->on_split(nullptr, nullptr);
            for (auto& worker : memory.workers_) worker->rest();
        }

        void operator()(std::size_t number, task& given) {
            auto const before = core_time();
            memory.workers_[number]->run(given);
            spent[number] += core_time() - before;
        }

        std::chrono::nanoseconds core_time() const noexcept {
            return restat::core_time(scan.files);
        }

        void grow() {
            bool const pays = at_once ||
                              memory.workers_[0]->entries_checked() >= worth_a_thread ||
                              knows_many();
            if (pays && scan.workers.may_start()) scan.workers.start(*this);
        }

        bool knows_many() const noexcept {
            return scan.delta.known && scan.delta.known->rows.size() >= 2 * worth_a_thread;
        }
        bool stopped() const noexcept { return scan.update.stop_requested() || scan.given_up; }

        // Runs the scan. Returns false if the scan has to pause.
        bool run(bool goes_on) {
            based_scope const based{scan.paths, scan.roots.has_relative()};
            std::size_t const before = entries_checked();
            auto const began = core_time();
            memory.workers_[0]->keep_later_edits();
            priority_checks<FileSystem>{scan}.check_all();
            bool const ends = !is_walked && scan.index_known() && walk_on(goes_on);
            if (ends) workers.finish();
            is_walked = is_walked || ends;
            scan.update.count(entries_checked() - before);
            spent[0] = core_time() - began;
            scan.update.spend(
                std::accumulate(spent.begin(), spent.end(), std::chrono::nanoseconds{}));
            return is_walked;
        }

        std::size_t entries_checked() const noexcept {
            std::size_t all = 0;
            for (auto const& worker : memory.workers_) all += worker->entries_checked();
            return all;
        }

        bool walk_on(bool goes_on) {
            for (; next_root < scan.roots.size(); ++next_root) {
                if (stopped()) return true;
                if (scan.update.is_over()) return false;
                check_root(next_root);
            }
            if (is_inside && goes_on && !memory.workers_[0]->resume()) return false;
            is_inside = false;
            for (; next < memory.directories_.size() && !stopped();) {
                if (scan.update.is_over()) return false;
                if (!walk(memory.directories_[next++], last_link::keep)) {
                    is_inside = true;
                    return false;
                }
            }
            return walk_detours();
        }

        // Adds a finding on behalf of `check_named`.
        void add_error(std::string_view path, std::error_code error, std::string_view operation) {
            mine().findings.push_back({std::string{path}, error, std::string{operation}});
            if (!is_absence(error)) keep(std::string{path});
        }

        void check_root(std::size_t number) {
            std::string const& path = scan.roots[number];
            if (path.empty()) return add_error(path, {ENOENT, std::generic_category()}, "find");
            if (!scan.is_within_reach(path)) return keep_root(number);
            if (scan.delta.scoped) memory.workers_[0]->release(path);
            checked_path const root = check_named(scan.paths, path, *this);
            if (scan.changed) scan.changed.note_root(path, root, mine());
            if (root.record.type == file_type::none) return;
            if (root.record.type == file_type::directory) {
                bool const is_link = root.link.type != file_type::none;
                is_link ? enter_later(number) : memory.directories_.push_back(number);
            } else if (watches(scan.matcher({path, name_offset(path), root.record.type, true})) &&
                       scan.claim(path)) {
                add_named({path, root.record, root.link});
            }
        }

        void add_named(entry const& is) {
            auto const at = find_row(is.path.name());
            if (at == snapshot::contents::no_row) return mine().loose.add(is, true);
            mine().named.push_back(at);
            entry const old = scan.delta.known->kinds.unpack(scan.delta.known->rows[at], is.path);
            if (!is_alike(old, is))
                mine().edits.push_back({at, mine().fresh.kinds.pack(is, true)});
        }

        // Returns the known row of a root that is a file.
        std::uint32_t find_row(std::string_view path) const {
            auto const* known = scan.delta.known;
            auto const at = known ? known->find_row(path) : snapshot::contents::no_row;
            if (at == snapshot::contents::no_row) return at;
            return known->kinds[known->rows[at].kind].named ? at : snapshot::contents::no_row;
        }

        // Keeps everything known of an unreadable root.
        void keep(std::string const& path) {
            memory.workers_[0]->keep(path);
            auto const* known = scan.delta.known;
            auto const at = known ? known->find_row(path) : snapshot::contents::no_row;
            if (at == snapshot::contents::no_row) return;
            row const& old = known->rows[at];
            if (known->kinds[old.kind].named) return mine().named.push_back(at);
            mine().loose.add(known->kinds.unpack(old, path), true);
        }

        // Keeps a root outside the scope of this scan.
        void keep_root(std::size_t number) {
            std::string const& path = scan.roots[number];
            if (scan.delta.was_readable(path)) mine().readable.push_back(path);
            auto const row = find_row(path);
            if (row == snapshot::contents::no_row) return;
            mine().named.push_back(row);
            if (scan.delta.scope.empty()) return; // the scan lists nothing
            scan.claim(path);                     // its directory may be another one now
        }

        // Walks a root; `link` says whether the root is a link. Returns false if the scan has to
        // pause.
        bool walk(std::size_t number, last_link link) {
            std::string const& root = scan.roots[number];
            task& given = (*memory.tasks_)[most_workers];
            given.take(root, number);
            given.path.assign(root, root == "." ? 1 : 0);
            given.links.clear();
            given.count = {.links = link == last_link::follow ? 1U : 0U};
            given.link = link;
            given.is_root = true;
            given.by_detour = false; // paths below a linked root count as real
            given.rules_changed = false;
            std::error_code error;
            given.at = scan.paths.open(root.c_str(), error);
            if (error) {
                mine().findings.push_back({root, error, is_absence(error) ? "find" : "open"});
                if (!is_absence(error)) memory.workers_[0]->keep(root); // but no file
                return true;
            }
            if (scan.roots.is_nested(number)) mine().readable.push_back(root);
            given.below =
                given.path.size() + (given.path.empty() || given.path.ends_with('/') ? 0 : 1);
            if (!memory.workers_[0]->run(given)) return false;
            while (scan.workers.take_last(given)) memory.workers_[0]->run(given);
            return true;
        }

        // Enters a root that is a link in a later pass, as any other link.
        void enter_later(std::size_t number) {
            detour& made = memory.found_.add();
            made.path = scan.roots[number];
            made.count = {.links = 1};
            made.number = number;
            made.is_root = true;
        }

        // Walks the detours, pass by pass. Returns false if the scan has to pause.
        bool walk_detours() {
            auto& pass = memory.detours_;
            while (!stopped()) {
                if (next_detour == pass.size()) {
                    pass.take_lowest(memory.found_);
                    next_detour = 0;
                    if (pass.size() == 0) return true;
                }
                if (scan.update.is_over()) return false;
                if (!enter(pass[next_detour++])) {
                    is_inside = true;
                    return false;
                }
            }
            return true;
        }

        bool enter(detour const& by) {
            if (by.is_root) return walk(by.number, last_link::follow);
            task& given = (*memory.tasks_)[most_workers];
            given.take(scan.roots[by.number], by.number);
            given.path = by.path;
            given.links = by.links;
            given.count = by.count;
            given.below = by.below;
            given.device = by.device;
            given.link = by.is_link() ? last_link::follow : last_link::keep;
            given.is_root = false;
            given.rules_changed = by.rules_changed;
            if (!memory.workers_[0]->enter(given)) return false;
            while (scan.workers.take_last(given)) memory.workers_[0]->run(given);
            return true;
        }

        scan_harvest& mine() noexcept { return scan.delta.harvests[0]; }
        tree_refresh& memory;
        worker_pool<task> workers;
        tree_scan<FileSystem> scan;
        bool at_once;
        std::array<std::chrono::nanoseconds, most_workers> spent{}; // of each worker
        std::size_t next_root = 0;                                  // the next root to be checked
        std::size_t next = 0; // the next root directory to be walked
        std::size_t next_detour = 0;
        bool is_inside = false; // the previous directory is not finished
        bool is_walked = false; // the walk has ended
    };

    tree_watches<FileSystem> watches_;
    visited_directories visited_;
    std::vector<std::pair<std::uint64_t, bool>> devices_;
    std::vector<std::size_t> directories_; // numbers of roots that are directories
    detour_list found_;                    // for later passes
    detour_list detours_;                  // of this pass
    std::unique_ptr<typename worker_pool<task>::queue> tasks_ =
        std::make_unique<typename worker_pool<task>::queue>();
    std::vector<std::unique_ptr<tree_worker<FileSystem>>> workers_;
    std::vector<std::string> finished_roots_; // of the last finished scan
    std::optional<matcher_ref> finished_matcher_;
    root_list used_roots_; // of the known snapshot, as the used matcher
    std::optional<matcher_ref> used_matcher_;
    std::uint64_t number_ = 1;
    bool is_done_ = false;
    root_list walked_;              // roots of the current scan
    std::uint64_t alone_until_ = 0; // number of the next scan by several threads
    std::optional<one_scan> round_; // the current scan; destroyed before the members in use
};

} // namespace restat::detail
