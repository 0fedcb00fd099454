#pragma once

#include "enumerator/looking.hpp"
#include "enumerator/tree_scan.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// A scan of a tree of which a snapshot is known, over any file system.
//
// In each directory first the files are looked at, then the subdirectories are entered, depth
// first; there is no recursion. One `level` for each directory on the way down holds the names of
// its subdirectories and how many of them are done.
//
//     levels_   root   a    a/b   a/b/c   a/b/c/d
//     open       -     -     x      x        x       only the lowest few
//
// A directory is listed unless its record is that of the listing that is known, was final then, and
// is of a file system whose stamps are to be trusted: then its known files are looked at, one by
// one, and its known subdirectories entered. A listing that could not be wholly made use of - a
// name that could not be read, a link that leads elsewhere, a directory that was reached another
// way - does not count as known.
//
// A directory that was closed is opened again when the walk comes back to it: from the nearest
// open one above it, or the root, downwards, name by name, never through a link that was not
// followed the first time, and only if each is still the same directory.
//
// Where the result would depend on who comes first - a directory that can be reached twice below
// one root - or where descriptors run out, what several threads came upon is dropped, and one
// does it all.
namespace restat::detail {

/// One that walks.
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
    /// Holds nothing open.
    void rest() noexcept {
        leave();
        looked_at_ = 0;
    }
    /// Walks a directory and all below it, but for what it gives to others; false if it is to be
    /// gone on with.
    bool run(task& what);
    /// The same, for a directory that is not open yet: one that is entered by a detour.
    bool enter(task& what);
    bool go_on();
    /// Goes on after a pause, if what was open then still stands where it stood.
    bool resume();
    /// Gives up what is left.
    void leave() noexcept;
    std::size_t looked_at() const noexcept { return looked_at_; }

    /// Has a root be gone, with all below it, unless it is come by.
    void release(std::string const& root) {
        if (!known()) return;
        release_known(find_known(directory_key(root)));
    }
    /// Has a known directory, with all below it, stay as it is.
    void keep_known(std::uint32_t top);

    /// Called between directories.
    void (*pause)(void*) = nullptr;
    void* pause_for = nullptr;

private:
    static constexpr std::size_t window = 12; // levels that stay open
    static constexpr auto no_directory = directory_row::no_directory;

    /// What a limited scan wants of a directory; any other wants the whole.
    enum class reach : unsigned char {
        whole,  ///< with all below it
        itself, ///< its names and files, and of what is below it only what is new
        beyond, ///< nothing; it goes through
    };

    struct level {
        directory at;
        object_id id;
        last_link link = last_link::keep; // how it was opened
        std::size_t path_size = 0;        // of path_, with the slash, while in this directory
        std::uint32_t known = no_directory;
        reach wanted = reach::whole;
        bool rules_changed = false; // verdicts on what is in it may not be as they were
        name_list below;            // subdirectories
        std::vector<std::uint32_t> known_below;
        std::size_t next = 0;
        std::size_t current = 0; // the one that was entered last; what follows may be given away
    };

    /// What is to be said of the directory that is being looked at.
    struct state {
        stat_record record;
        bool has_named = false;
        bool unfinished = false;
        bool ruled = true;
    };

    /// How far the look into the lowest level is.
    enum class step : unsigned char { done, known, part_of_known, listing, listed };
    enum class progress : unsigned char { done, paused, failed };

    level& lowest() noexcept { return levels_[depth_ - 1]; }
    snapshot::contents const* known() const noexcept { return scan_->delta.known; }

    bool walk();
    void push(directory opened, last_link link, std::uint32_t known);
    bool is_wanted(level& made, state& now);
    bool is_mount_point(directory const& at) const {
        if constexpr (requires { scan_->files.is_mount_point(at); }) {
            return scan_->files.is_mount_point(at);
        } else {
            return false;
        }
    }
    bool is_known_elsewhere(level const& made) const;
    bool is_kept_elsewhere(level const& made);
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
    bool read_rules(level& in, state& now, bool listed);
    progress look_at_known(level& in);
    void add_known_below(level& in);
    bool compare_known(level& in, std::uint32_t at);
    bool look_at_listed(level& in, state& now);
    void add_unlisted(level& in);
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
    void keep_entry(level& in, std::string_view name);
    void keep_row(level& in, std::string_view name);
    void finish(level& in, state const& now);
    bool has_same_names(level const& in) const;
    void note_stamps(level const& in, state const& now);
    directory_row row_of(level const& in, state const& now) const;

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
    /// Has the directory of what is being looked at listed again.
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
    std::size_t looked_at_ = 0;

    std::string root_;      // as it is told
    std::string path_;      // what is being looked at, as it is told; empty for the root "."
    std::size_t below_ = 0; // where the part below the root begins in path_
    std::size_t top_ = 0;   // how long the path of the task is, without a slash
    std::vector<std::size_t> links_; // of the task
    std::size_t number_ = 0;
    std::uint64_t device_ = 0;
    bool is_root_ = true;
    bool by_detour_ = false;
    std::vector<level> levels_; // more than are in use, so that their memory is used again
    std::size_t depth_ = 0;
    name_list listing_;
    task given_;

    // The look into the lowest level.
    step step_ = step::done;
    state now_;
    std::uint32_t looked_ = 0;      // rows or names of it
    std::uint32_t until_ = 0;       // rows
    bool shares_rows_ = false;      // some are looked at by others
    bool lists_again_ = false;      // which was told
    std::uint32_t asked_ = 0;       // names of which it is known whether
    std::array<bool, 64> wanted_{}; // they are looked at
    bool skips_ = false;
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

// False if it is time to pause.
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
    if (!error) {
        push(std::move(opened), last_link::keep, lowest().known_below[index]);
        return;
    }
    list_again();
    if (error == std::errc::not_a_directory) {
        become_another(found.name);
    } else if (!is_absence(error)) {
        fail(error, "open");
        keep_known(lowest().known_below[index]);
    }
}

// What was a directory when it was listed, and is none now.
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

// Makes a directory the lowest level, to be looked into, if it is to be walked.
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
    made.next = 0;
    made.current = 0;
    made.below.clear();
    made.known_below.clear();
    now_ = {};
    ++looked_at_;
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
