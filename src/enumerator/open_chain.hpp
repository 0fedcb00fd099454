#pragma once

#include "enumerator/worker_scan.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

// The place of a worker in the tree: the directories from the top of its task down to the current
// directory.
//
//     levels   root   a    a/b   a/b/c   a/b/c/d
//     open       -     -     x      x        x       only the lowest few
//
// Once the walk returns to a closed directory, the chain opens the directory again. The chain
// starts from the nearest open directory above, or from the root, and goes downwards name by
// name. The chain never passes a link not followed the first time, and requires the same
// directory at each name.
namespace restat::detail {

/// The scope of a limited scan in a directory. All other scans use `whole`.
enum class directory_scope : unsigned char {
    whole,   ///< the directory with its subtree
    itself,  ///< its names and files, and only new directories below
    nothing, ///< the walk passes through
};

/// A directory on the way down.
template <class FileSystem>
struct tree_level {
    typename FileSystem::directory at; ///< none while closed
    object_id id;
    last_link link = last_link::keep; ///< how the directory was opened
    std::size_t path_size = 0;        ///< of its path, with the slash
    std::uint32_t known = directory_row::no_directory;
    directory_scope scope = directory_scope::whole;
    bool rules_changed = false; ///< verdicts on its names may have changed
    name_list below;            ///< subdirectories
    std::vector<std::uint32_t> known_below;
    std::size_t next = 0;    ///< the next subdirectory
    std::size_t current = 0; ///< entered last; later subdirectories may be given away

    void add_below(std::string_view name, file_type type, std::uint32_t known_one) {
        below.add(name, type);
        known_below.push_back(known_one);
    }
    void clear_below() noexcept {
        below.clear();
        known_below.clear();
        next = current = 0;
    }
    bool is_through() const noexcept { return next == below.size(); }
    /// Gives up the remaining subdirectories.
    void skip_below() noexcept { next = below.size(); }
};

/// The directories from the top of a task down to the current directory, and the current path.
template <class FileSystem>
class open_chain {
public:
    using directory = typename FileSystem::directory;
    using level = tree_level<FileSystem>;

    static constexpr std::size_t window = 12; ///< levels kept open

    explicit open_chain(worker_scan<FileSystem> const& scan) noexcept : scan_{scan} {}

    /// Goes to the place of a task, with no level yet.
    void begin(walk_origin const& from, std::string const& path) {
        close();
        from_ = from;
        path_ = path;
        top_ = path_.size() - (path_.size() > 1 && path_.ends_with('/') ? 1 : 0);
        if (levels_.empty()) levels_.resize(8);
    }
    /// Closes and removes all levels.
    void close() noexcept {
        while (depth_ > 0) leave();
    }

    walk_origin const& origin() const noexcept { return from_; }
    bool empty() const noexcept { return depth_ == 0; }
    /// Returns whether the lowest level is a root.
    bool is_at_root() const noexcept { return depth_ == 1 && from_.is_root; }
    level& lowest() noexcept { return levels_[depth_ - 1]; }
    level const& lowest() const noexcept { return levels_[depth_ - 1]; }
    /// Returns the level above the lowest, or null.
    level const* parent() const noexcept { return depth_ > 1 ? &levels_[depth_ - 2] : nullptr; }
    std::span<level> levels() noexcept { return {levels_.data(), depth_}; }

    /// Returns the path of the current object, as reported; of a level with its slash. The path
    /// of the root "." is empty.
    std::string const& path() const noexcept { return path_; }
    /// Returns the path of the lowest level, with its slash.
    std::string_view level_path() const noexcept { return {path_.data(), lowest().path_size}; }
    std::string_view name() const noexcept {
        return std::string_view{path_}.substr(lowest().path_size);
    }
    /// Makes a name in the lowest level the current object.
    void go_to(std::string_view name) {
        path_.resize(lowest().path_size);
        path_ += name;
    }
    /// Makes the lowest level the current object.
    void go_back() { path_.resize(lowest().path_size); }
    /// Calls `act` with the current path as the path of a directory, with its slash.
    template <class Act>
    auto as_directory(Act act) {
        bool const has_slash = path_.empty() || path_.ends_with('/');
        if (!has_slash) path_ += '/';
        auto const result = act(std::string_view{path_});
        if (!has_slash) path_.pop_back();
        return result;
    }
    /// Returns the known directory at the current path, or `no_directory`.
    std::uint32_t find_known() {
        return as_directory([&](std::string_view path) { return scan_.find_known(path); });
    }

    /// Returns an unused level for an opened directory. `lower` makes it the lowest level.
    level& prepare(directory opened, last_link link, std::uint32_t known) {
        if (depth_ == levels_.size()) levels_.resize(2 * depth_);
        level& made = levels_[depth_];
        made.at = std::move(opened);
        made.link = link;
        made.rules_changed = empty() ? from_.rules_changed : lowest().rules_changed;
        made.known = known;
        made.scope = directory_scope::whole;
        made.clear_below();
        return made;
    }
    void lower() {
        level& made = levels_[depth_++];
        if (is_at_root()) from_.device = made.id.device;
        if (!path_.empty() && !path_.ends_with('/')) path_ += '/';
        made.path_size = path_.size();
        if (made.known == directory_row::no_directory) made.known = scan_.find_known(path_);
    }
    /// Continues with a part of a directory, split off by another worker.
    void take_over(typename tree_scan<FileSystem>::task& part) {
        level& in = prepare(std::move(part.at), part.link, part.known);
        in.id = part.id;
        in.path_size = path_.size();
        std::swap(in.below, part.names);
        std::swap(in.known_below, part.known_names);
        part.names.clear();
        part.known_names.clear();
        depth_ = 1;
    }
    /// Closes and removes the lowest level.
    void leave() noexcept { levels_[--depth_].at = {}; }

    /// Opens a subdirectory of the lowest level.
    directory open(char const* name, last_link link, std::error_code& error) {
        return open_in(depth_ - 1, name, link, error);
    }
    /// Opens the top of the task, from its root downwards. Follows no links except the links
    /// already followed on the way of the walk.
    directory open_top(std::error_code& error) {
        directory opened = scan_->paths.open(from_.root.c_str(), error);
        auto const& links = from_.links;
        for (std::size_t at = from_.below; at < top_ && !error;) {
            auto const end = std::min(path_.find('/', at), top_);
            bool const is_link = std::find(links.begin(), links.end(), end) != links.end();
            auto const link = is_link ? last_link::follow : last_link::keep;
            opened = scan_->files.open(opened, path_.substr(at, end - at).c_str(), link, error);
            at = end + 1;
        }
        return opened;
    }
    /// Opens the lowest level again, unless the level is open. Needs the path of a level, or of a
    /// name in it.
    void reopen(std::error_code& error) {
        std::size_t index = depth_ - 1;
        while (index > 0 && !levels_[index].at) --index;
        for (; index < depth_ && !error; ++index) {
            if (!levels_[index].at) reopen(index, error);
        }
    }
    /// Closes all levels, to be opened again by their names.
    void close_levels() noexcept {
        for (level& one : levels()) one.at = {};
    }
    /// Closes the levels above the lowest few.
    void close_above() noexcept {
        if (depth_ > window) close_above(depth_ - 1);
    }
    /// Returns whether the path of the lowest level leads to another directory or to none, as far
    /// as the path can be checked.
    bool has_moved() {
        level const& in = lowest();
        std::string path{level_path()};
        if (path.size() > 1 && path.ends_with('/')) path.pop_back();
        last_link const how = is_at_root() ? last_link::follow : in.link;
        std::error_code error;
        stat_record const now = scan_->paths.stat(path.empty() ? "." : path.c_str(), how, error);
        bool const same = !error && object_id{now.device, now.inode} == in.id;
        return !same && error != std::errc::filename_too_long;
    }

private:
    // Closes the level that leaves the window. The top of a task below a root stays open, because
    // opening this top again takes a call for each name from the root.
    void close_above(std::size_t lowest_one) noexcept {
        std::size_t const above = lowest_one - window;
        if (above > 0 || from_.is_root) levels_[above].at = {};
    }

    // Opens a subdirectory. If no descriptors are left, closes the levels above and tries again;
    // with several workers, gives up the scan.
    directory open_in(std::size_t parent, char const* name, last_link link,
                      std::error_code& error) {
        directory opened = scan_->files.open(levels_[parent].at, name, link, error);
        if (!is_shortage(error)) return opened;
        if (!scan_->alone) {
            scan_->given_up = true;
            return opened;
        }
        for (std::size_t i = 0; i < parent; ++i) levels_[i].at = {};
        return scan_->files.open(levels_[parent].at, name, link, error);
    }

    void reopen(std::size_t index, std::error_code& error) {
        directory opened;
        if (index == 0) {
            opened = open_top(error);
        } else {
            level const& above = levels_[index - 1];
            char const* const name = above.below[above.current].name.data();
            opened = open_in(index - 1, name, levels_[index].link, error);
        }
        if (error) return;
        stat_record const record = scan_->files.stat(opened, error);
        if (error) return;
        if (object_id{record.device, record.inode} != levels_[index].id) {
            error.assign(ESTALE, std::generic_category()); // another directory in its place
            return;
        }
        levels_[index].at = std::move(opened);
        if (index >= window) close_above(index);
    }

    worker_scan<FileSystem> const& scan_;
    walk_origin from_;
    std::string path_;
    std::size_t top_ = 0;       // size of the path of the task, without a slash
    std::vector<level> levels_; // more than in use, to reuse their memory
    std::size_t depth_ = 0;
};

} // namespace restat::detail
