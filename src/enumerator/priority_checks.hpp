#pragma once

#include "enumerator/checked_path.hpp"
#include "enumerator/tree_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Checks known files out of turn.
//
// A check by the whole path costs a single call and suffices for an unchanged file. If the file
// has changed, the path may lead through a link in the place of a former directory. So the scan
// uses only a second check through the directory, opened from its root downwards as in the walk,
// and only if the directory is still the same. All other cases - a missing name, an error,
// another type of object - are left to the walk, because the walk also sees the surrounding
// entries.
namespace restat::detail {

template <class FileSystem>
class priority_checks {
public:
    explicit priority_checks(tree_scan<FileSystem>& of) : scan_{of} {}

    /// Checks the priority files of the scan. Positions in the known snapshot have no meaning
    /// before it takes the new names of its paths.
    void check_all() {
        auto* const by = scan_.update.bounds();
        if (by == nullptr || !scan_.delta.known || scan_.delta.has_new_names()) return;
        is_first_ = true;
        while (auto const position = by->next_priority()) {
            if (!check(*position)) by->missed_priority();
            is_first_ = false;
        }
    }

private:
    using directory = typename FileSystem::directory;
    using contents = snapshot::contents;

    // The check of the first file is completed: otherwise a slice with a small budget would leave
    // each changed file to the walk, and so would never confirm a change.
    bool is_over() const { return !is_first_ && scan_.update.is_over(); }

    contents const& known() const noexcept { return *scan_.delta.known; }

    // Returns false if the file could not be checked on its own.
    bool check(std::size_t position) {
        if (position >= known().rows.size()) return false;
        run_ = known().run_of(position, run_);
        auto const& run = known().runs[run_];
        auto const in = run.directory;
        auto const at = run.row + static_cast<std::uint32_t>(position - run.index);
        entry const old = known().at(in, known().rows[at]);
        bool const named = known().kinds[known().rows[at].kind].named;
        if (old.record.type == file_type::directory) return false;
        path_.clear();
        old.path.append_to(path_);
        std::error_code error;
        char const* const path = path_.c_str();
        checked_path object = read(named, error, path);
        if (!error && is_same(old, object)) return true;
        if (named) {
            bool const is_file = object.record.type != file_type::none &&
                                 object.record.type != file_type::directory;
            if (!error && is_file) put(in, at, object, true);
            return !error && is_file;
        }
        if (is_over()) return false;
        directory opened = open_known(in, error);
        if (!opened) return false;
        char const* const last = known().name(in, known().rows[at]);
        object = read(false, error, opened, last);
        bool const is_alike =
            object.record.type == old.record.type && object.link.type == old.link.type;
        if (error || !is_alike) return false;
        if (!is_same(old, object)) put(in, at, object);
        return true;
    }

    template <class... Where>
    checked_path read(bool named, std::error_code& error, Where&... where) {
        last_link itself = last_link::keep;
        checked_path const object{read_record(scan_.paths, error, where..., itself), {}};
        bool const follows = named || scan_.how.links == tree_options::symlinks::follow;
        if (error || object.record.type != file_type::symlink || !follows) return object;
        return read_target(scan_.paths, object.record, error, where...);
    }

    static bool is_same(entry const& old, checked_path const& now) noexcept {
        return is_same(old.record, now.record) && is_same(old.link, now.link);
    }
    static bool is_same(stat_record const& old, stat_record const& now) noexcept {
        return changed_fields(old, now) == fields::none && old.final == now.final;
    }

    // Also updates a row listed by the walk and not yet delivered.
    void put(std::uint32_t in, std::uint32_t at, checked_path const& now, bool named = false) {
        auto& out = scan_.delta.harvests[0];
        row const packed = out.fresh.kinds.pack({{}, now.record, now.link}, named);
        out.edits.push_back({at, packed});
        if (!named) out.fresh.renew(known(), in, known().rows[at], packed);
    }

    // Opens a known directory from its root downwards. Returns no directory if another object has
    // taken its place.
    directory open_known(std::uint32_t at, std::error_code& error) {
        auto const& all = known().directories;
        chain_.clear();
        for (auto i = at; i != directory_row::no_directory; i = all[i].parent) {
            chain_.push_back(i);
            if (scan_.roots.is_nested(known().path(i))) break;
        }
        std::string name{without_slash(known().path(chain_.back()))};
        if (name.empty()) name = ".";
        directory opened = scan_.paths.open(name.c_str(), error);
        for (std::size_t i = chain_.size() - 1; i-- > 0 && !error;) {
            if (is_over()) return {};
            auto const one = chain_[i];
            name = without_slash(known().path(one).substr(known().path(chain_[i + 1]).size()));
            auto const link = all[one].mark.followed ? last_link::follow : last_link::keep;
            opened = scan_.files.open(opened, name.c_str(), link, error);
        }
        if (error || is_over()) return {};
        stat_record const found = scan_.files.stat(opened, error);
        bool const same = object_id{found.device, found.inode} == id_of(all[at].mark);
        return !error && same ? std::move(opened) : directory{};
    }

    static std::string_view without_slash(std::string_view path) noexcept {
        return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    }

    tree_scan<FileSystem>& scan_;
    std::vector<std::uint32_t> chain_;
    std::string path_;      // of the current file
    std::size_t run_ = 0;   // with the last file, to find the next
    bool is_first_ = false; // the file of the current check is the first of the slice
};

} // namespace restat::detail
