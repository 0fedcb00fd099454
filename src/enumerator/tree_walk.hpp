#pragma once

#include <restat/enumerator/tree_enumerator.hpp>

#include "enumerator/looking.hpp"
#include "enumerator/tree_refresh.hpp"
#include "enumerator/walked_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <set>
#include <unordered_set>

// The walk of a tree, over any file system.
//
// Depth first, in the order of the names' bytes, so that what is found comes in the order of a
// snapshot and need not be sorted. One `level` for each directory on the way down holds its names
// and how many of them are done; there is no recursion.
//
//     levels_   root   a    a/b   a/b/c   a/b/c/d
//     open       -     -     x      x        x       only the lowest few
//
// A directory that was closed is opened again when the walk comes back to it: from the nearest
// open one above it, or the root, downwards, name by name, never through a link that was not
// followed the first time, and only if each is still the same directory. Going up by `..` would
// take one call, but in a race leads out of the tree. The window makes it rare: a walk back up
// through n levels opens about n * n / (2 * window) directories.
//
// Each directory is listed as a whole before anything in it is looked at, so the list does not
// depend on how the walk goes on; a name that has gone by then is gone.
namespace restat::detail {

struct object_id_hash {
    std::size_t operator()(object_id const& id) const noexcept {
        return static_cast<std::size_t>((id.inode ^ (id.device << 32)) * 0x9e3779b97f4a7c15U);
    }
};

template <class FileSystem>
class tree_walk {
public:
    tree_walk(FileSystem& files, tree_options how, matcher_ref matcher, snapshot_builder& into)
        : files_{files}, how_{how}, matcher_{matcher}, into_{into} {}

    /// Goes through all roots; false if it was stopped.
    bool run(std::vector<std::string> const& roots);

private:
    using directory = typename FileSystem::directory;

    static constexpr std::size_t window = 4; // levels that stay open

    struct level {
        directory at;
        object_id id;
        last_link link = last_link::keep; // how it was opened
        std::size_t path_size = 0;        // of path_, with the slash, while in this directory
        name_list names;
        std::size_t next = 0;
        bool has_named = false;     // some file in it is a root of its own
        bool rules_changed = false; // verdicts on what is in it may not be as they were
    };

    void look_at_root(std::string_view root);
    bool claim(std::string const& path);
    void walk_root(std::string const& root);
    void walk();
    void visit(listed_name const& found);
    void look_at(listed_name const& found, bool may_enter);
    void look_through_link(char const* name, stat_record const& link);
    void enter(listed_name const& found, last_link link);
    void push(directory opened, last_link link);
    void read_names(level& of);
    void read_rules(level& of);
    void leave_unfinished(std::error_code error);

    bool is_open();
    void reopen(std::size_t index, std::error_code& error);
    directory open_in(std::size_t parent, char const* name, last_link link,
                      std::error_code& error);
    void close_above(std::size_t index);

    object_id identify(directory& of, std::error_code& error);
    bool asks(file_type type);
    void fail(std::error_code error, std::string_view operation) {
        into_.add_error(path_.empty() ? root_ : path_, error, operation);
    }
    /// The path of the directory that the walk is in.
    std::string_view here() const {
        std::size_t const size = levels_.back().path_size;
        return levels_.size() == 1 ? root_ : std::string_view{path_}.substr(0, size - 1);
    }
    bool stopped() const noexcept { return into_.stop_requested(); }

    FileSystem& files_;
    tree_options how_;
    matcher_ref matcher_;
    snapshot_builder& into_;

    std::vector<std::string> directories_; // roots that are directories
    std::set<std::pair<object_id, std::string>> named_;
    std::unordered_set<object_id, object_id_hash> visited_;

    std::string root_;      // as it is told
    std::string path_;      // what is being looked at, as it is told; empty for the root "."
    std::size_t below_ = 0; // where the part below the root begins in path_
    std::vector<level> levels_;
};

template <class FileSystem>
bool tree_walk<FileSystem>::run(std::vector<std::string> const& roots) {
    for (std::string const& root : roots) {
        if (stopped()) return false;
        look_at_root(plain_path(root));
    }
    for (std::string const& root : directories_) walk_root(root);
    return !stopped();
}

template <class FileSystem>
void tree_walk<FileSystem>::look_at_root(std::string_view root) {
    std::string const path{root};
    look const seen = look_at_named(files_, path, into_);
    if (seen.record.type == file_type::none) return;
    if (seen.record.type == file_type::directory) {
        directories_.push_back(path);
    } else if (watches(matcher_({path, name_offset(path), seen.record.type})) && claim(path)) {
        into_.add(path, seen.record, seen.link);
    }
}

// Takes a file for the name it was given, so that it is not found once more in its directory.
template <class FileSystem>
bool tree_walk<FileSystem>::claim(std::string const& path) {
    std::size_t const name = name_offset(path);
    std::string const parent =
        name == 0 ? "." : path.substr(0, std::max<std::size_t>(name - 1, 1));
    std::error_code error;
    stat_record const in = files_.stat(parent.c_str(), last_link::follow, error);
    return error || named_.insert({{in.device, in.inode}, path.substr(name)}).second;
}

template <class FileSystem>
void tree_walk<FileSystem>::walk_root(std::string const& root) {
    root_ = root;
    path_ = root == "." ? "" : root;
    std::error_code error;
    directory opened = files_.open(root.c_str(), error);
    if (error) return fail(error, is_absence(error) ? "find" : "open");
    push(std::move(opened), last_link::follow);
    below_ = path_.size();
    walk();
}

template <class FileSystem>
void tree_walk<FileSystem>::walk() {
    while (!levels_.empty() && !stopped()) {
        level& lowest = levels_.back();
        if (lowest.next == lowest.names.size()) {
            levels_.pop_back();
        } else {
            path_.resize(lowest.path_size);
            visit(lowest.names[lowest.next++]);
        }
    }
}

template <class FileSystem>
void tree_walk<FileSystem>::visit(listed_name const& found) {
    level const& in = levels_.back();
    path_ += found.name;
    if (in.has_named && named_.contains({in.id, std::string{found.name}})) return;
    if (found.type == file_type::directory) return enter(found, last_link::keep);
    bool const may_lead_on =
        found.type == file_type::none ||
        (found.type == file_type::symlink && how_.links == tree_options::symlinks::follow);
    if (may_lead_on || asks(found.type)) look_at(found, true);
}

template <class FileSystem>
void tree_walk<FileSystem>::look_at(listed_name const& found, bool may_enter) {
    if (!is_open()) return;
    std::error_code error;
    char const* const name = found.name.data();
    last_link itself = last_link::keep;
    stat_record const record = read_record(files_, error, levels_.back().at, name, itself);
    if (error) {
        if (!is_absence(error)) fail(error, "stat");
    } else if (record.type == file_type::directory) {
        if (may_enter) enter(found, last_link::keep);
    } else if (record.type == file_type::symlink &&
               how_.links == tree_options::symlinks::follow) {
        look_through_link(name, record);
    } else if (record.type == found.type || asks(record.type)) {
        into_.add(path_, record);
    }
}

template <class FileSystem>
void tree_walk<FileSystem>::look_through_link(char const* name, stat_record const& link) {
    std::error_code error;
    look const seen = look_through(files_, link, error, levels_.back().at, name);
    if (error) {
        fail(error, "stat");
    } else if (seen.record.type == file_type::directory) {
        enter({name, file_type::symlink}, last_link::follow);
    } else if (asks(seen.record.type)) {
        into_.add(path_, seen.record, seen.link);
    }
}

template <class FileSystem>
void tree_walk<FileSystem>::enter(listed_name const& found, last_link link) {
    if (!asks(file_type::directory) || !is_open()) return;
    std::error_code error;
    directory opened = open_in(levels_.size() - 1, found.name.data(), link, error);
    if (!error) return push(std::move(opened), link);
    bool const became_another = error == std::errc::not_a_directory;
    if (link == last_link::keep && became_another) return look_at(found, false);
    if (!is_absence(error)) fail(error, "open");
}

template <class FileSystem>
void tree_walk<FileSystem>::push(directory opened, last_link link) {
    std::error_code error;
    level made;
    made.at = std::move(opened);
    made.link = link;
    made.id = identify(made.at, error);
    if (error) return fail(error, "stat");
    bool const mounted = !levels_.empty() && made.id.device != levels_.front().id.device;
    if (mounted && how_.mounts == tree_options::file_systems::stay) return;
    if (!visited_.insert(made.id).second) return;
    read_names(made);
    read_rules(made);
    if (!path_.empty() && !path_.ends_with('/')) path_ += '/';
    made.path_size = path_.size();
    auto const named = named_.lower_bound({made.id, ""});
    made.has_named = named != named_.end() && named->first == made.id;
    levels_.push_back(std::move(made));
    if (levels_.size() > window) levels_[levels_.size() - 1 - window].at = {};
}

template <class FileSystem>
void tree_walk<FileSystem>::read_names(level& of) {
    std::error_code error;
    while (!stopped() && files_.list(of.at, of.names, error)) {
    }
    // A directory that was removed while open has no names any more.
    if (error && !is_absence(error)) fail(error, "list");
    of.names.sort();
}

// Lets the matcher read what rules there are, before it is asked about a name.
template <class FileSystem>
void tree_walk<FileSystem>::read_rules(level& of) {
    if (!matcher_.enters()) return;
    walked_directory<FileSystem> reader{files_, of.at, &of.names};
    bool const is_root = levels_.empty();
    std::string_view const path = is_root ? root_ : path_;
    candidate const entering{path, is_root ? path.size() : below_, file_type::directory};
    bool const changed = matcher_.enter(entering, reader) == entered::changed;
    of.rules_changed = changed || (!is_root && levels_.back().rules_changed);
}

// Where rules changed, tells also what they alone brought into view or took out of it.
template <class FileSystem>
bool tree_walk<FileSystem>::asks(file_type type) {
    candidate const what{path_, below_, type};
    bool const in_view = watches(matcher_(what));
    if (!levels_.back().rules_changed) return in_view;
    bool const was_in_view = watches(matcher_.previously(what));
    if (in_view && !was_in_view) into_.reveal(path_);
    if (was_in_view && !in_view) into_.hide(path_);
    return in_view;
}

// Opens again the directory that the walk is in, if need be. If that cannot be, its remaining
// names are given up: as gone if it is gone, else as something that could not be read.
template <class FileSystem>
bool tree_walk<FileSystem>::is_open() {
    std::size_t const lowest = levels_.size() - 1;
    std::size_t index = lowest;
    while (index > 0 && !levels_[index].at) --index;
    std::error_code error;
    for (; index <= lowest && !error; ++index) {
        if (!levels_[index].at) reopen(index, error);
    }
    if (error) leave_unfinished(error);
    return !error;
}

template <class FileSystem>
void tree_walk<FileSystem>::leave_unfinished(std::error_code error) {
    level& lowest = levels_.back();
    if (!is_absence(error)) into_.add_error(here(), error, "open");
    lowest.next = lowest.names.size();
}

template <class FileSystem>
void tree_walk<FileSystem>::reopen(std::size_t index, std::error_code& error) {
    directory opened;
    if (index == 0) {
        opened = files_.open(root_.c_str(), error);
    } else {
        level const& parent = levels_[index - 1];
        char const* const name = parent.names[parent.next - 1].name.data();
        opened = open_in(index - 1, name, levels_[index].link, error);
    }
    if (error) return;
    object_id const id = identify(opened, error);
    if (!error && id != levels_[index].id) {
        error.assign(ESTALE, std::generic_category()); // another stands in its place
    }
    if (error) return;
    levels_[index].at = std::move(opened);
    if (index >= window) levels_[index - window].at = {};
}

// Where there are no descriptors left, those of the levels above are given back.
template <class FileSystem>
auto tree_walk<FileSystem>::open_in(std::size_t parent, char const* name, last_link link,
                                    std::error_code& error) -> directory {
    directory opened = files_.open(levels_[parent].at, name, link, error);
    bool const none_left = error == std::errc::too_many_files_open ||
                           error == std::errc::too_many_files_open_in_system;
    if (!none_left) return opened;
    close_above(parent);
    return files_.open(levels_[parent].at, name, link, error);
}

template <class FileSystem>
void tree_walk<FileSystem>::close_above(std::size_t index) {
    for (std::size_t i = 0; i < index; ++i) levels_[i].at = {};
}

template <class FileSystem>
object_id tree_walk<FileSystem>::identify(directory& of, std::error_code& error) {
    stat_record const record = files_.stat(of, error);
    return {record.device, record.inode};
}

} // namespace restat::detail

namespace restat {

template <class FileSystem>
void basic_tree_enumerator<FileSystem>::enumerate(matcher_ref matcher, snapshot_builder& into,
                                                  std::error_code& error) {
    error.clear();
    bool const done = detail::tree_walk{files_, how_, matcher, into}.run(roots_);
    if (!done) error = std::make_error_code(std::errc::operation_canceled);
}

} // namespace restat
