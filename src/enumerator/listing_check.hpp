#pragma once

#include "enumerator/worker_parts.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

namespace restat::detail {

/// Checks the lowest directory of a chain by a listing: reads and sorts its names, checks each
/// name in view, and adds the subdirectories to the level.
///
///     reading -> sorting -------------------------------> checking -> comparing -> done
///                   \-> completing by known names -> sorting -/
///
/// The check can pause in each step.
template <class FileSystem>
class listing_check {
public:
    explicit listing_check(worker_parts<FileSystem>& of) noexcept
        : scan_{of.scan}
        , chain_{of.chain}
        , recorder_{of.recorder}
        , known_{of.known}
        , questions_{of.questions} {}

    /// `has_rules`: the matcher has the rules of the directory already.
    void begin(bool has_rules) noexcept {
        chain_.lowest().clear_below();
        names_.clear();
        has_rules_ = has_rules;
        step_ = step::reading;
    }
    /// Reads the names from the start again, since the directory was opened again.
    void reopened() noexcept {
        if (step_ == step::reading) names_.clear();
    }
    /// Returns false if the scan has to pause.
    bool advance(directory_state& now) {
        if (step_ == step::reading && !read(now)) return false;
        if (step_ == step::sorting && !sort(now)) return false;
        if (step_ == step::completing && !add_unlisted()) return false;
        if (step_ == step::sorting_all && !sort_all()) return false;
        if (step_ == step::checking && !check_names(now)) return false;
        return recorder_.finish_listed(now);
    }
    /// Drops the results so far.
    void abandon() {
        if (step_ == step::checking || step_ == step::comparing) recorder_.drop_listed();
    }

private:
    enum class step : unsigned char {
        reading,
        sorting,
        completing,  ///< after a read error, adds the known names that were not listed
        sorting_all, ///< sorts the names once more
        checking,
        comparing,
    };

    snapshot::contents const& known() const noexcept { return *scan_.known(); }
    bool is_known() const noexcept {
        return chain_.lowest().known != directory_row::no_directory;
    }

    bool read(directory_state& now) {
        std::error_code error;
        do {
            if (scan_.is_over()) return false;
        } while (!scan_.stopped() && scan_->files.list(chain_.lowest().at, names_, error));
        // A directory removed while open has no names any more.
        is_whole_ = !error || is_absence(error);
        if (!is_whole_) {
            now.unfinished = true;
            recorder_.fail_level(error, "list");
        }
        step_ = step::sorting;
        return true;
    }

    bool sort(directory_state& now) {
        if (!sort_some()) return false;
        if (!has_rules_) questions_.read_rules(now, &names_);
        if (is_whole_ || !is_known()) {
            begin_names();
            return true;
        }
        listed_ = names_.size();
        next_ = 0;
        next_below_ = chain_.lowest().known + 1;
        step_ = step::completing;
        return true;
    }
    bool sort_all() {
        if (!sort_some()) return false;
        begin_names();
        return true;
    }
    bool sort_some() {
        do {
            if (scan_.is_over()) return false;
        } while (names_.sort_some());
        return true;
    }
    void begin_names() {
        recorder_.begin_listed(names_.size());
        questions_.begin_names();
        next_ = 0;
        step_ = step::checking;
    }

    // Adds the known names not listed before the listing broke off.
    bool add_unlisted() {
        auto const in = chain_.lowest().known;
        auto const rows = known().rows_of(in);
        for (; next_ < rows.size(); ++next_) {
            if ((next_ & 127U) == 127 && scan_.is_over()) return false;
            if (!scan_.is_root(in, rows[next_])) add_unless_listed(known().name(in, rows[next_]));
        }
        auto const& all = known().directories;
        for (std::uint32_t count = 1; next_below_ < all[in].end; ++count) {
            if (count % 64 == 0 && scan_.is_over()) return false;
            auto const at = std::exchange(next_below_, all[next_below_].end);
            if (all[at].parent != in) continue;
            auto name = known().path(at).substr(chain_.lowest().path_size);
            name.remove_suffix(1);
            auto const row = known().find_row(in, name);
            bool const is_added =
                row != snapshot::contents::no_row && !scan_.is_root(in, known().rows[row]);
            if (!is_added) add_unless_listed(name);
        }
        step_ = step::sorting_all;
        return true;
    }
    void add_unless_listed(std::string_view name) {
        std::size_t first = 0;
        for (std::size_t end = listed_; first < end;) {
            std::size_t const middle = first + (end - first) / 2;
            names_[middle].name < name ? first = middle + 1 : end = middle;
        }
        if (first == listed_ || names_[first].name != name) names_.add(name, file_type::none);
    }

    bool check_names(directory_state& now) {
        for (; next_ < names_.size() && !scan_.stopped(); ++next_) {
            if (scan_.is_over()) return false;
            if (!questions_.is_wanted(names_, next_, now)) continue;
            auto const found = names_[next_];
            chain_.go_to(found.name);
            found.type == file_type::directory ? add_directory(found, now) : check(found, now);
        }
        chain_.go_back();
        step_ = step::comparing;
        return true;
    }

    // Adds a subdirectory. The walk finds the current type of the name on entry.
    void add_directory(listed_name const& found, directory_state& now) {
        add_below(found);
        if (scan_->how.report != tree_options::entries::files_and_directories) return;
        std::error_code error;
        auto& in = chain_.lowest();
        stat_record const record = read_identity(scan_->files, error, in.at, found.name.data());
        if (!error && record.type == file_type::directory) return recorder_.add(record);
        now.unfinished = true;
        if (error && !is_absence(error)) recorder_.keep_row(found.name);
    }

    void add_below(listed_name const& found) {
        auto const at = is_known() ? chain_.find_known() : directory_row::no_directory;
        chain_.lowest().add_below(found.name, found.type, at);
    }

    // Checks a name that was not listed as a directory.
    void check(listed_name const& found, directory_state& now) {
        bool const may_be_link =
            found.type == file_type::none || found.type == file_type::symlink;
        if (may_be_link && scan_.follows_links()) now.unfinished = true;
        std::error_code error;
        last_link itself = last_link::keep;
        char const* const name = found.name.data();
        stat_record const record =
            read_record(scan_->files, error, chain_.lowest().at, name, itself);
        ++scan_.entries_checked;
        if (error) {
            now.unfinished = true;
            if (!is_absence(error)) keep(found.name, error);
        } else if (record.type == file_type::directory) {
            listed_name const is{found.name, file_type::directory};
            if (questions_.is_in_view(is.type)) add_directory(is, now);
        } else if (record.type == file_type::symlink && scan_.follows_links()) {
            check_target(found.name, record, now);
        } else if (record.type == found.type || questions_.is_in_view(record.type)) {
            recorder_.add(record);
        }
    }

    void check_target(std::string_view name, stat_record const& link, directory_state& now) {
        std::error_code error;
        char const* const given = name.data();
        checked_path const object =
            read_target(scan_->files, link, error, chain_.lowest().at, given);
        now.unfinished = true;
        if (error) {
            keep(name, error);
        } else if (object.record.type == file_type::directory) {
            if (questions_.is_in_view(file_type::directory))
                add_below({name, file_type::symlink});
        } else if (questions_.is_in_view(object.record.type)) {
            recorder_.add(object.record, object.link);
        }
    }

    // Keeps everything known of an unreadable name, with its subtree.
    void keep(std::string_view name, std::error_code error) {
        recorder_.fail(error, "stat");
        recorder_.keep_row(name);
        known_.keep_current();
    }

    worker_scan<FileSystem>& scan_;
    open_chain<FileSystem>& chain_;
    directory_recorder<FileSystem>& recorder_;
    known_subtrees<FileSystem>& known_;
    rule_questions<FileSystem>& questions_;
    step step_ = step::reading;
    name_list names_;
    bool is_whole_ = true; // the listing has all names
    bool has_rules_ = false;
    std::size_t listed_ = 0;       // names read before a read error
    std::size_t next_ = 0;         // the next name to be checked, or known row to be added
    std::uint32_t next_below_ = 0; // the next known directory to be added
};

} // namespace restat::detail
