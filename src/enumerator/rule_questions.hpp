#pragma once

#include "enumerator/directory_recorder.hpp"
#include "enumerator/walked_directory.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace restat::detail {

/// The questions of a worker to the matcher.
template <class FileSystem>
class rule_questions {
public:
    rule_questions(worker_scan<FileSystem> const& scan, open_chain<FileSystem>& chain) noexcept
        : scan_{scan}, chain_{chain} {}

    /// Calls `on_directory` of the matcher for the lowest directory, before any question about
    /// its names. Takes null for names not read. Returns true if the rules of the directory
    /// changed.
    bool read_rules(directory_state& now, name_list const* names) {
        now.ruled = false;
        if (!scan_->matcher.enters()) return false;
        auto& in = chain_.lowest();
        walked_directory<FileSystem> reader{scan_->files, in.at, names, scan_->number};
        bool const is_root = chain_.is_at_root();
        std::string_view path = is_root ? chain_.origin().root : chain_.path();
        if (!is_root) path.remove_suffix(1); // the slash
        std::size_t const below = is_root ? path.size() : chain_.origin().below;
        auto const rules =
            scan_->matcher.on_directory({path, below, file_type::directory}, reader);
        now.ruled = rules != directory_rules::no_rules;
        in.rules_changed |= rules == directory_rules::changed;
        return rules == directory_rules::changed;
    }

    /// Returns whether the current path is in view. If rules or roots changed, also records each
    /// path revealed or hidden by this change alone.
    bool is_in_view(file_type type) {
        bool const may_be_root = type == file_type::directory || type == file_type::symlink;
        if (may_be_root && is_left_to_root()) return false;
        bool const is_now = watches(scan_->matcher({chain_.path(), chain_.origin().below, type}));
        if (chain_.lowest().rules_changed || scan_->changed) note_change(type, is_now);
        return is_now;
    }

    void begin_names() noexcept { asked_ = 0; }
    /// Returns whether the walk checks a listed name. Call in order of the names.
    bool is_wanted(name_list const& names, std::size_t index, directory_state const& in) {
        if (index == asked_) ask_ahead(names, in);
        return wanted_[index % wanted_.size()];
    }

private:
    // Decides for the next names whether the walk checks them. Many questions in a row take the
    // matcher half as long as questions between system calls.
    void ask_ahead(name_list const& names, directory_state const& in) {
        auto const end = std::min(names.size(), asked_ + wanted_.size());
        do {
            auto const found = names[asked_];
            chain_.go_to(found.name);
            bool const is_root_file =
                in.has_root_files &&
                scan_->named.contains({chain_.lowest().id, std::string{found.name}});
            wanted_[asked_ % wanted_.size()] =
                !is_root_file && (is_undecided(found.type) || is_in_view(found.type));
        } while (++asked_ < end && !scan_.is_over());
    }

    // Returns whether the type of a listed name leaves open the type to ask for: an unknown type,
    // or a link to be followed.
    bool is_undecided(file_type type) const noexcept {
        return type == file_type::none || (type == file_type::symlink && scan_.follows_links());
    }

    void note_change(file_type type, bool is_now) {
        auto const& path = chain_.path();
        auto const known = chain_.lowest().known;
        auto& found = scan_.found();
        bool const was_followed = type == file_type::symlink && scan_->changed &&
                                  scan_->changed.was_followed(scan_.known(), path);
        if (was_followed) found.hidden.push_back(path);
        bool const was_in_view = !was_followed && was_seen(type);
        bool const was_there = known != directory_row::no_directory || !scan_.known();
        if (is_now && !was_in_view && was_there) found.revealed.push_back(path);
        if (was_in_view && !is_now && !replaces_known(type)) found.hidden.push_back(path);
    }

    bool was_seen(file_type type) const {
        auto const& path = chain_.path();
        if (scan_->changed) return scan_->changed.had(path, type);
        return watches(scan_->matcher.previous_verdict({path, chain_.origin().below, type}));
    }

    // Returns whether the directory or link at the current path is a root itself: the walk of
    // this root decides about the path.
    bool is_left_to_root() {
        auto const is_root = [&](std::string_view path) { return scan_->roots.is_nested(path); };
        return scan_->roots.has_nested() && chain_.as_directory(is_root);
    }

    // Returns whether the name changed from a directory to another type, or the other way round.
    // The known object is then removed, whatever the rules.
    bool replaces_known(file_type type) {
        auto const in = chain_.lowest().known;
        if (in == directory_row::no_directory) return false;
        if (type != file_type::directory)
            return chain_.find_known() != directory_row::no_directory;
        return scan_.known()->find_row(in, chain_.name()) != snapshot::contents::no_row;
    }

    worker_scan<FileSystem> const& scan_;
    open_chain<FileSystem>& chain_;
    std::size_t asked_ = 0;         // number of names with an answer in wanted_
    std::array<bool, 64> wanted_{}; // the answers for the last names
};

} // namespace restat::detail
