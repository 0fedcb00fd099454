#pragma once

#include "enumerator/directory_check.hpp"
#include "enumerator/tree_watches.hpp"
#include "enumerator/walk_scope.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

// A scan of a tree with a known snapshot, over any file system.
//
// In each directory, the worker first checks the files and then enters the subdirectories, depth
// first and without recursion. The worker owns an object for each part of this job. An object
// calls only objects further down:
//
//     object               job                               calls, besides the last two
//     tree_worker          the loop                          all objects
//      directory_check     checks a directory ...            rule_questions, directory_recorder
//       known_check        ... by its known names            work_splitter, directory_recorder
//       listing_check      ... by a listing                  rule_questions, directory_recorder,
//                                                            known_subtrees
//      walk_scope          keeps the walk within its scope   rule_questions, known_subtrees
//      work_splitter       gives work to idle workers
//      rule_questions      asks the matcher
//      directory_recorder  records the results
//      known_subtrees      keeps or removes known directories
//                          without a visit
//       open_chain         the way down to the current directory, and its path
//        worker_scan       the scan and its known snapshot, seen by this worker
//
// `worker_parts` holds the four objects that call only the last two.
//
// A result may depend on the order of the workers if a directory has two paths below the same
// root. Descriptors may also run out. In both cases, the scan drops the results of all workers,
// and a single worker scans the whole tree again. If this worker lacks descriptors, too, the queue
// of events gives up its descriptor, and the worker scans once more.
namespace restat::detail {

/// A worker that walks directories.
template <class FileSystem>
class tree_worker {
public:
    using task = typename tree_scan<FileSystem>::task;

    void begin(tree_scan<FileSystem>& shared, std::size_t number) {
        rest();
        scan_.begin(shared, number);
    }
    /// Closes all directories and resets the number of checks.
    void rest() noexcept {
        leave();
        scan_.entries_checked = 0;
    }
    /// Gives up the remaining work.
    void leave() noexcept {
        check_.stop();
        chain_.close();
    }
    /// Walks a directory and its subtree, except for the parts given to other workers. Returns
    /// false if the walk has to continue later.
    bool run(task& given) {
        leave();
        chain_.begin(given, given.path);
        if (!given.names.empty() || given.first_row < given.end_row) {
            chain_.take_over(given);
            if (given.first_row < given.end_row)
                check_.begin_part(given.first_row, given.end_row);
        } else {
            visit(std::move(given.at), given.link, given.known);
        }
        return go_on();
    }
    /// Walks a directory that is not open yet, at the end of a detour.
    bool enter(task& given) {
        given.by_detour = true;
        leave();
        chain_.begin(given, given.path);
        std::error_code error;
        given.at = chain_.open_top(error);
        if (!error) return run(given);
        parts_.recorder.list_again();
        if (is_absence(error)) return true;
        parts_.recorder.fail(error, "open");
        parts_.known.keep_current();
        return true;
    }
    /// Continues at the place of the pause. An open directory may have been removed or replaced in
    /// the meantime: the worker then searches for the directory again by its name.
    bool resume() {
        if (chain_.empty()) return true;
        parts_.recorder.resume();
        if (chain_.has_moved()) {
            chain_.close_levels();
            chain_.go_back();
            // Otherwise opened for its next name.
            if (!check_.is_done()) is_open() ? check_.reopened() : check_.abandon();
        }
        return go_on();
    }
    void keep_later_edits() noexcept { parts_.recorder.keep_later_edits(); }
    std::size_t entries_checked() const noexcept { return scan_.entries_checked; }

    /// Marks a root and its subtree as removed unless the scan visits the root.
    void release(std::string const& root) {
        parts_.known.release(scan_.find_known(directory_key(root)));
    }
    /// Marks the known files below a root as kept.
    void keep(std::string const& root) { parts_.known.keep_at(directory_key(root)); }
    /// See `work_splitter`.
    void on_split(void (*start_helpers)(void*), void* of) noexcept {
        parts_.splitter.on_split(start_helpers, of);
    }

private:
    using directory = typename FileSystem::directory;
    using level = tree_level<FileSystem>;

    bool go_on() {
        if (!walk()) return false;
        leave();
        return true;
    }

    // Walks the remaining directories. Returns false if the scan has to pause.
    bool walk() {
        while (!chain_.empty() && !scan_.stopped()) {
            if (!check_.is_done()) {
                if (!check_.advance()) return false;
                continue;
            }
            if (scan_.is_over()) return false;
            parts_.splitter.share_directories();
            chain_.lowest().is_through() ? chain_.leave() : enter_next();
        }
        return true;
    }

    void enter_next() {
        level& in = chain_.lowest();
        in.current = in.next++;
        auto const found = in.below[in.current];
        auto const known_one = in.known_below[in.current];
        chain_.go_to(found.name);
        if (scope_.stays_as_known(known_one)) return;
        if (found.type == file_type::symlink) return enter_later(last_link::follow);
        if (!is_open()) return;
        std::error_code error;
        directory opened = chain_.open(found.name.data(), last_link::keep, error);
        if (!error) return visit(std::move(opened), last_link::keep, known_one);
        parts_.recorder.list_again();
        if (error == std::errc::not_a_directory) {
            become_another(found.name);
        } else if (!is_absence(error)) {
            parts_.recorder.fail(error, "open");
            parts_.known.keep_current();
        }
    }

    // Handles a name listed as a directory that now has another type.
    void become_another(std::string_view name) {
        std::error_code error;
        last_link itself = last_link::keep;
        char const* const given = name.data();
        stat_record const record =
            read_record(scan_->files, error, chain_.lowest().at, given, itself);
        if (error) {
            fail_current(error);
        } else if (record.type == file_type::symlink && scan_.follows_links()) {
            become_link(given, record);
        } else if (record.type != file_type::directory &&
                   parts_.questions.is_in_view(record.type)) {
            scan_.found().loose.add({chain_.path(), record});
        }
    }

    // Handles a name listed as a directory that is now a link to be followed.
    void become_link(char const* given, stat_record const& link) {
        std::error_code error;
        checked_path const object =
            read_target(scan_->files, link, error, chain_.lowest().at, given);
        if (error) {
            fail_current(error);
        } else if (object.record.type == file_type::directory) {
            enter_later(last_link::follow);
        } else if (parts_.questions.is_in_view(object.record.type)) {
            scan_.found().loose.add({chain_.path(), object.record, object.link});
        }
    }

    // Keeps everything known of an unreadable name, unless the name is gone.
    void fail_current(std::error_code error) {
        if (is_absence(error)) return;
        parts_.recorder.fail(error, "stat");
        parts_.known.keep_current();
    }

    // Makes an opened directory the lowest level and starts its check, if the walk visits the
    // directory.
    void visit(directory opened, last_link link, std::uint32_t known_one) {
        level& made = chain_.prepare(std::move(opened), link, known_one);
        ++scan_.entries_checked;
        stat_record record;
        bool needs_name = false;
        if (!read_watched(made, record, needs_name) || !is_wanted(made)) {
            made.at = {};
            return;
        }
        if (needs_name) scan_->watches->name(made.at, made.id);
        chain_.lower();
        made.scope = scope_.of_level();
        if (made.scope != directory_scope::nothing) return check_.begin(record);
        scope_.add_below();
        chain_.close_above();
    }

    // Watches a directory before its status is read, unless the directory has a watch. A new watch
    // needs a name afterwards.
    bool read_watched(level& made, stat_record& record, bool& needs_name) {
        auto* const watches = scan_->watches;
        if (!watches) return read(made, record);
        auto const at =
            made.known != directory_row::no_directory ? made.known : chain_.find_known();
        auto const expected = at != directory_row::no_directory
                                  ? id_of(scan_.known()->directories[at].mark)
                                  : object_id{};
        if (!watches->has(expected)) {
            needs_name = watches->add(made.at);
            return read(made, record);
        }
        if (!read(made, record)) return false;
        if (made.id == expected) return true;
        needs_name = watches->add(made.at); // another directory at this path
        return read(made, record);
    }

    bool read(level& made, stat_record& record) {
        std::error_code error;
        record = read_record(scan_->files, error, made.at);
        made.id = {record.device, record.inode};
        if (!error) return true;
        parts_.recorder.fail(error, "stat");
        parts_.recorder.list_again();
        parts_.known.keep_current();
        return false;
    }

    // Returns whether the walk visits an opened directory, and under this name.
    bool is_wanted(level& made) {
        auto const& origin = chain_.origin();
        bool const is_root = chain_.empty() && origin.is_root;
        bool const is_mounted = !is_root && made.id.device != origin.device;
        if (is_mounted && scan_->how.mounts == tree_options::file_systems::stay) {
            if (scan_->watches) scan_->watches->turn_away(made.at, made.id);
            parts_.recorder.list_again();
            return false;
        }
        if (!chain_.empty() && is_mount_point(scan_->files, made.at)) {
            enter_later(last_link::keep);
            return false;
        }
        if (comes_first(made)) return true;
        parts_.recorder.list_again();
        return false;
    }

    // Returns whether the scan has not visited the directory under another name, and will not.
    bool comes_first(level const& made) {
        bool is_elsewhere = false; // below another root, or kept
        if (scan_->visit(made.id, chain_.origin().number, is_elsewhere)) {
            bool const is_kept = parts_.known.is_kept_elsewhere(made);
            bool const leads_out = scan_->delta.scoped && parts_.known.is_known_elsewhere(made);
            if (!is_kept && !leads_out) return true;
            if (leads_out) scan_->note_led_out();
            is_elsewhere |= is_kept;
        }
        bool const is_top = chain_.empty(); // of its task: all before it are done
        if (!is_elsewhere && !is_top && !scan_->alone) scan_->given_up = true;
        return false;
    }

    // Leaves the current directory for a later pass of the scan.
    void enter_later(last_link link) {
        auto const& origin = chain_.origin();
        auto const lock = scan_->share();
        detour& made = scan_->detours.add();
        made.path.assign(chain_.path());
        made.links = origin.links;
        if (link == last_link::follow) made.links.push_back(chain_.path().size());
        made.count = origin.count;
        ++(link == last_link::follow ? made.count.links : made.count.mounts);
        made.number = origin.number;
        made.below = origin.below;
        made.device = origin.device;
        made.rules_changed = chain_.lowest().rules_changed;
        made.is_root = false;
    }

    // Opens the lowest directory again, if necessary. After a failure, gives up the remaining
    // names: as removed if the directory is gone, else as unreadable.
    bool is_open() {
        std::error_code error;
        chain_.reopen(error);
        if (!error) return true;
        level& in = chain_.lowest();
        parts_.recorder.list_again();
        if (!is_absence(error)) {
            parts_.recorder.fail_level(error, "open");
            check_.is_done() ? keep_below() : parts_.known.keep(in.known);
        }
        in.skip_below();
        return false;
    }

    // Keeps the current subdirectory and the remaining ones.
    void keep_below() {
        level const& in = chain_.lowest();
        if (in.current < in.below.size()) keep_below(in.current);
        for (auto i = in.next; i < in.below.size(); ++i) keep_below(i);
        chain_.go_back();
    }
    void keep_below(std::size_t index) {
        chain_.go_to(chain_.lowest().below[index].name);
        parts_.known.keep_current();
    }

    worker_scan<FileSystem> scan_;
    open_chain<FileSystem> chain_{scan_};
    worker_parts<FileSystem> parts_{scan_, chain_};
    walk_scope<FileSystem> scope_{parts_};
    directory_check<FileSystem> check_{parts_};
};

} // namespace restat::detail
