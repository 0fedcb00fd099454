#pragma once

#include "enumerator/looking.hpp"
#include "enumerator/tree_scan.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// A scan of a tree with a known snapshot, over any file system.
//
// In each directory, the worker first checks the files and then enters the subdirectories, depth
// first and without recursion. A `level` for each directory on the way down holds the names of
// the subdirectories and the number of finished subdirectories.
//
//     levels_   root   a    a/b   a/b/c   a/b/c/d
//     open       -     -     x      x        x       only the lowest few
//
// The worker lists a directory unless three conditions hold. The record of the directory is equal
// to the record of the known listing. This record was final at the time of the listing. The file
// system has trusted stamps. If all hold, the worker checks the known files individually and
// enters the known subdirectories. A listing does not count as known if some name could not be
// read, if a link leads elsewhere, or if a directory was reached another way.
//
// Once the walk returns to a closed directory, the worker opens the directory again. The worker
// starts from the nearest open directory above, or from the root, and goes downwards name by
// name. The worker never passes a link not followed the first time, and requires the same
// directory at each name.
//
// A result may depend on the order of the workers if a directory has two paths below the same
// root. Descriptors may also run out. In both cases, the scan drops the results of all workers,
// and a single worker scans the whole tree again.
namespace restat::detail {

/// A worker that walks directories.
template <class FileSystem>
class tree_worker {
public:
    using scan = tree_scan<FileSystem>;
    using task = typename scan::task;
    using directory = typename FileSystem::directory;

    void begin(scan& with, std::size_t number) {
        rest();
        scan_ = &with;
        out_ = &with.delta.harvests[number];
    }
    /// Closes all directories and resets the number of checks.
    void rest() noexcept {
        leave();
        entries_checked_ = 0;
    }
    /// Walks a directory and its subtree, except for the parts given to other workers. Returns
    /// false if the walk has to continue later.
    bool run(task& what);
    /// Walks a directory that is not open yet, at the end of a detour.
    bool enter(task& what);
    bool go_on();
    /// Continues after a pause. Searches again for an open directory that has left its path.
    bool resume();
    /// Gives up the remaining work.
    void leave() noexcept;
    /// Keeps later edits by other parts of the scan, if the check of the lowest level is dropped.
    /// Call before them: the edits of an earlier slice may have been taken.
    void keep_later_edits() noexcept {
        if (out_->edits.size() <= first_edit_)
            first_edit_ = std::numeric_limits<std::size_t>::max();
    }
    std::size_t entries_checked() const noexcept { return entries_checked_; }

    /// Marks a root and its subtree as removed unless the scan visits the root.
    void release(std::string const& root) {
        if (!known()) return;
        release_known(find_known(directory_key(root)));
    }
    /// Marks the known files below a root as kept.
    void keep(std::string const& root) { keep_at(directory_key(root)); }
    void keep_known(std::uint32_t top); // and its subtree
    void keep_at(std::string_view key);

    /// Called between directories, and between the files of a large directory.
    void (*pause)(void*) = nullptr;
    void* pause_for = nullptr;

private:
    static constexpr std::size_t window = 12; // levels kept open
    static constexpr auto no_directory = directory_row::no_directory;

    /// The scope of a limited scan in a directory. All other scans use `whole`.
    enum class reach : unsigned char {
        whole,  ///< the directory with its subtree
        itself, ///< its names and files, and only new directories below
        beyond, ///< nothing; the walk passes through
    };

    struct level {
        directory at;
        object_id id;
        last_link link = last_link::keep; // how the directory was opened
        std::size_t path_size = 0;        // of path_ in this directory, with the slash
        std::uint32_t known = no_directory;
        reach wanted = reach::whole;
        bool rules_changed = false; // verdicts on its names may have changed
        name_list below;            // subdirectories
        std::vector<std::uint32_t> known_below;
        std::size_t next = 0;
        std::size_t current = 0; // entered last; later subdirectories may be given away
    };

    /// The state of the directory being checked.
    struct state {
        stat_record record;
        bool has_named = false;
        bool unfinished = false;
        bool ruled = true;
    };

    /// The progress of the check of the lowest level.
    enum class step : unsigned char {
        done,
        known,         ///< checks the known files
        part_of_known, ///< checks some of the known files for another worker
        known_below,   ///< adds the known subdirectories
        listing,       ///< reads the names
        sorting,       ///< sorts the names
        completing,    ///< after a read error, adds the known names that were not listed
        sorting_all,
        listed,    ///< checks the listed names
        comparing, ///< compares the listed files with the known files
    };
    enum class progress : unsigned char { done, paused, failed };

    level& lowest() noexcept { return levels_[depth_ - 1]; }
    snapshot::contents const* known() const noexcept { return scan_->delta.known; }

    bool walk();
    void push(directory opened, last_link link, std::uint32_t known);
    bool is_wanted(level& made, state& now);
    bool is_known_elsewhere(level const& made) const;
    bool is_kept_elsewhere(level const& made);
    bool was_unread(std::uint32_t at) const;
    bool may_still_be_at(std::uint32_t at) const;
    reach reach_of(level const& made);
    void add_scoped_below(level& in);
    bool stays_as_known(level const& in, std::size_t index);
    void release_known(std::uint32_t top);
    void close_above();
    bool may_skip(level const& in, state const& now) const;
    void look_into(level& in);
    bool look_on(level& in);
    void list(level& in);
    bool read_names(level& in, state& now);
    bool sort_names(level& in, state& now);
    void begin_listed(level& in);
    bool read_rules(level& in, state& now, bool listed);
    progress look_at_known(level& in);
    bool add_known_below(level& in);
    bool compare_known(level& in, std::uint32_t at);
    bool look_at_listed(level& in);
    bool add_unlisted(level& in);
    void add_unless_listed(std::string_view name);
    bool sort_all(level& in);
    void ask_ahead(level const& in, state const& now);
    bool may_lead_on(file_type type) const noexcept;
    void visit(level& in, state& now, listed_name const& found);
    bool reports_directories() const noexcept {
        return scan_->how.report == tree_options::entries::files_and_directories;
    }
    void add_directory(level& in, state& now, listed_name const& found);
    void look_at(level& in, state& now, listed_name const& found);
    void look_through_link(level& in, state& now, char const* name, stat_record const& link);
    void add(level& in, stat_record const& record, stat_record const& link = {});
    void add_below(level& in, listed_name const& found);
    bool is_root(level const& in, row const& of) const;
    void keep_below(level const& in, std::size_t index);
    void keep_entry(level& in, std::string_view name);
    void keep_row(level& in, std::string_view name);
    bool compare_listed(level& in, state const& now);
    std::optional<bool> is_as_known(level const& in);
    void replace_known(level const& in, state const& now);
    void keep_listing(level const& in, state const& now);
    void note_mark(level const& in, state const& now);
    listing_mark mark_of(level const& in, state const& now) const;
    void enter_next();
    void enter_later(last_link link);
    directory open_top(std::error_code& error);
    void become_another(std::string_view name);
    bool give();
    bool give_from(level& in);
    void share_rows(level& in);
    bool give_to_others(level& in);
    std::size_t first_row_of(std::uint32_t directory) const noexcept;
    std::size_t first_to_give(level const& in) const;
    bool is_worth_giving(level const& in) const;
    void take_over(task& what);
    bool is_open();
    void abandon_look(level& in);
    void reopen(std::size_t index, std::error_code& error);
    directory open_in(std::size_t parent, char const* name, last_link link,
                      std::error_code& error);
    void leave_unfinished(std::error_code error);
    std::uint32_t find_known(std::string_view path) const {
        return known() ? known()->find_directory(path) : no_directory;
    }
    /// Makes the next scan list the directory of the current path again.
    void list_again() {
        if (depth_ > 0) {
            out_->unfinished.emplace_back(path_, 0, lowest().path_size);
        } else if (!is_root_) {
            out_->unfinished.emplace_back(path_, 0, name_offset(path_));
        }
    }

    bool asks(level const& in, file_type type);
    bool is_left_to_root();
    template <class Act>
    void for_each_below(std::uint32_t top, Act act) const;
    bool replaces_known(level const& in, file_type type) const;
    void fail(std::error_code error, std::string_view operation) {
        out_->findings.push_back({path_.empty() ? root_ : path_, error, std::string{operation}});
    }
    bool stopped() const noexcept {
        return scan_->update.stop_requested() || scan_->given_up.load(std::memory_order_relaxed);
    }

    scan* scan_ = nullptr;
    scan_harvest* out_ = nullptr;
    std::size_t entries_checked_ = 0;

    std::string root_;      // as reported
    std::string path_;      // path of the checked object, as reported; empty for the root "."
    std::size_t below_ = 0; // offset in path_ of the part below the root
    std::size_t top_ = 0;   // size of the path of the task, without a slash
    std::vector<std::size_t> links_; // of the task
    std::size_t number_ = 0;
    std::uint64_t device_ = 0;
    bool is_root_ = true;
    bool by_detour_ = false;
    std::vector<level> levels_; // more than in use, to reuse their memory
    std::size_t depth_ = 0;
    name_list listing_;
    task given_;

    // The check of the lowest level.
    step step_ = step::done;
    state now_;
    std::uint32_t looked_ = 0;      // number of checked rows or names, or the next subdirectory
    std::uint32_t until_ = 0;       // end of the rows to be checked
    bool shares_rows_ = false;      // other workers check some rows
    bool lists_again_ = false;      // recorded by list_again
    std::uint32_t compared_ = 0;    // number of listed files compared with known files
    std::uint32_t asked_ = 0;       // number of names with an answer in wanted_
    std::size_t listed_ = 0;        // names read before a read error
    std::array<bool, 64> wanted_{}; // whether the walk checks the name
    bool skips_ = false;
    bool is_whole_ = true; // the listing has all names
    std::size_t first_row_ = 0;
    std::size_t first_name_ = 0;
    std::size_t first_edit_ = 0;
    std::size_t first_finding_ = 0;
};

template <class FileSystem>
bool tree_worker<FileSystem>::run(task& what) {
    leave();
    root_ = what.root;
    path_ = what.path;
    below_ = what.below;
    top_ = path_.size() - (path_.size() > 1 && path_.ends_with('/') ? 1 : 0);
    links_ = what.links;
    number_ = what.number;
    device_ = what.device;
    is_root_ = what.is_root;
    by_detour_ = what.by_detour;
    if (levels_.empty()) levels_.resize(8);
    levels_[0].rules_changed = what.rules_changed;
    if (!what.names.empty() || what.first_row < what.end_row) {
        take_over(what);
    } else {
        push(std::move(what.at), what.link, what.known);
    }
    return go_on();
}

template <class FileSystem>
bool tree_worker<FileSystem>::go_on() {
    if (!walk()) return false;
    leave();
    return true;
}

template <class FileSystem>
void tree_worker<FileSystem>::leave() noexcept {
    step_ = step::done;
    while (depth_ > 0) levels_[--depth_].at = {};
}

// Walks the remaining directories. Returns false if the scan has to pause.
template <class FileSystem>
bool tree_worker<FileSystem>::walk() {
    while (depth_ > 0 && !stopped()) {
        if (step_ != step::done) {
            if (!look_on(lowest())) return false;
            continue;
        }
        if (scan_->update.is_over()) return false;
        if (pause) pause(pause_for);
        while (scan_->crew.is_hungry() && give()) {
        }
        if (lowest().next == lowest().below.size()) {
            levels_[--depth_].at = {};
        } else {
            enter_next();
        }
    }
    return true;
}

template <class FileSystem>
void tree_worker<FileSystem>::enter_next() {
    level& in = lowest();
    std::size_t const index = in.current = in.next++;
    path_.resize(in.path_size);
    auto const found = in.below[index];
    path_ += found.name;
    if (stays_as_known(in, index)) return;
    if (found.type == file_type::symlink) return enter_later(last_link::follow);
    if (!is_open()) return;
    std::error_code error;
    directory opened = open_in(depth_ - 1, found.name.data(), last_link::keep, error);
    if (!error) return push(std::move(opened), last_link::keep, lowest().known_below[index]);
    list_again();
    if (error == std::errc::not_a_directory) {
        become_another(found.name);
    } else if (!is_absence(error)) {
        fail(error, "open");
        keep_below(lowest(), index);
    }
}

// Handles a name listed as a directory that now has another type.
template <class FileSystem>
void tree_worker<FileSystem>::become_another(std::string_view name) {
    std::error_code error;
    last_link itself = last_link::keep;
    char const* const given = name.data();
    stat_record const record = read_record(scan_->files, error, lowest().at, given, itself);
    if (error) {
        if (!is_absence(error)) fail(error, "stat");
    } else if (record.type != file_type::directory && asks(lowest(), record.type)) {
        out_->loose.add({path_, record});
    }
}

// Makes an opened directory the lowest level and starts its check, if the walk visits the
// directory.
template <class FileSystem>
void tree_worker<FileSystem>::push(directory opened, last_link link, std::uint32_t hint) {
    if (depth_ == levels_.size()) levels_.resize(2 * depth_);
    bool const rules_changed =
        depth_ == 0 ? levels_[0].rules_changed : levels_[depth_ - 1].rules_changed;
    level& made = levels_[depth_];
    made.at = std::move(opened);
    made.link = link;
    made.rules_changed = rules_changed;
    made.known = hint;
    made.next = made.current = 0;
    made.below.clear();
    made.known_below.clear();
    now_ = {};
    ++entries_checked_;
    if (!is_wanted(made, now_)) {
        made.at = {};
        return;
    }
    if (depth_ == 0) device_ = is_root_ ? made.id.device : device_;
    if (!path_.empty() && !path_.ends_with('/')) path_ += '/';
    made.path_size = path_.size();
    if (made.known == no_directory) made.known = find_known(path_);
    made.wanted = reach_of(made);
    ++depth_;
    if (made.wanted != reach::beyond) return look_into(made);
    add_scoped_below(made);
    close_above();
}

} // namespace restat::detail
