#pragma once

#include "enumerator/checked_path.hpp"
#include "enumerator/open_chain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// The observations at the directory being checked.
struct directory_state {
    stat_record record;
    bool has_root_files = false; ///< some of its names are roots themselves
    bool unfinished = false;     ///< the next scan lists the directory again
    bool ruled = true;           ///< a matcher has, or may have, rules from this directory
};

/// Records the lowest directory of a chain in the harvest of a worker.
///
/// A check of the known files records an edit for each file with another record. A check of the
/// listed names first records all of them as a new directory. At its end, the recorder drops this
/// directory again if its names are the known names, and keeps only the edits.
template <class FileSystem>
class directory_recorder {
public:
    directory_recorder(worker_scan<FileSystem> const& scan,
                       open_chain<FileSystem> const& chain) noexcept
        : scan_{scan}, chain_{chain} {}

    /// Records a failure at the current path.
    void fail(std::error_code error, std::string_view operation) {
        add_finding(chain_.path(), error, operation);
    }
    /// Records a failure at the lowest directory.
    void fail_level(std::error_code error, std::string_view operation) {
        auto path = chain_.level_path();
        if (path.size() > 1) path.remove_suffix(1);
        add_finding(path, error, operation);
    }
    /// Makes the next scan list the lowest directory again; without a directory, the parent of the
    /// top of the task.
    void list_again() {
        auto const& path = chain_.path();
        if (!chain_.empty()) {
            found().unfinished.emplace_back(chain_.level_path());
        } else if (!chain_.origin().is_root) {
            found().unfinished.emplace_back(path, 0, name_offset(path));
        }
    }
    /// Makes the next scan list the directory above the lowest again.
    void list_parent_again() {
        auto const* const above = chain_.parent();
        if (above) found().unfinished.emplace_back(chain_.path(), 0, above->path_size);
    }

    void begin_known() noexcept {
        first_edit_ = found().edits.size();
        first_finding_ = found().findings.size();
    }
    /// Records another record of a known file.
    void add_edit(std::uint32_t known_row, stat_record const& record) {
        found().edits.push_back({known_row, found().fresh.kinds.pack({{}, record})});
    }
    /// Records that the directory has the known names.
    void finish_known() { scan_->delta.fates.set(chain_.lowest().known, fate::same); }
    /// Drops the results since `begin_known`.
    void undo_known() {
        drop_edits();
        found().findings.resize(first_finding_);
    }
    /// Keeps later edits by other parts of the scan, if the results of the directory are dropped.
    /// Call before them: the edits of an earlier slice may have been taken.
    void keep_later_edits() noexcept {
        if (found().edits.size() <= first_edit_)
            first_edit_ = std::numeric_limits<std::size_t>::max();
    }
    /// Continues after a pause, which may have taken the edits.
    void resume() noexcept { first_edit_ = std::min(first_edit_, found().edits.size()); }

    /// Begins a directory with at most this number of listed names.
    void begin_listed(std::size_t names) {
        row_store& fresh = found().fresh;
        first_name_ = fresh.names.size();
        first_row_ = fresh.rows.size();
        first_edit_ = found().edits.size();
        // Otherwise the rows of a large directory would be moved again and again, in one step
        // each.
        auto const rows = first_row_ + names;
        if (rows > fresh.rows.capacity())
            fresh.rows.reserve(std::max(rows, 2 * fresh.rows.capacity()));
        fresh.begin(chain_.level_path());
        compared_known_ = compared_ = 0;
    }
    /// Adds the current object. The names must be in order.
    void add(stat_record const& record, stat_record const& link = {}) {
        found().fresh.add(chain_.name(), found().fresh.kinds.pack({{}, record, link}));
    }
    /// Adds the known row of an unreadable name.
    void keep_row(std::string_view name) {
        auto const in = chain_.lowest().known;
        if (in == directory_row::no_directory) return;
        auto const& known = *scan_.known();
        auto const at = known.find_row(in, name);
        if (at == snapshot::contents::no_row || scan_.is_root(in, known.rows[at])) return;
        row_store& fresh = found().fresh;
        fresh.add(name, fresh.kinds.pack(known.kinds.unpack(known.rows[at], {})));
    }
    /// Ends a listed directory. Returns false if the scan has to pause.
    bool finish_listed(directory_state const& now) {
        bool const is_new = chain_.lowest().known == directory_row::no_directory;
        auto const same = is_new ? std::optional{false} : is_as_known();
        if (!same) return false;
        *same ? keep_known(now) : replace_known(now);
        return true;
    }
    /// Drops the directory since `begin_listed`.
    void drop_listed() {
        row_store& fresh = found().fresh;
        fresh.rows.resize(first_row_);
        fresh.names.resize(first_name_);
        fresh.paths.resize(fresh.directories.back().path);
        fresh.directories.pop_back();
    }

private:
    scan_harvest& found() const noexcept { return scan_.found(); }

    void add_finding(std::string_view path, std::error_code error, std::string_view operation) {
        std::string const& root = chain_.origin().root;
        found().findings.push_back(
            {path.empty() ? root : std::string{path}, error, std::string{operation}});
    }

    void drop_edits() {
        auto& edits = found().edits;
        edits.resize(std::min(first_edit_, edits.size()));
    }

    // Returns whether the directory has the same names as before, and records each file with
    // another record. Returns no answer if the scan has to pause.
    std::optional<bool> is_as_known() {
        auto const in = chain_.lowest().known;
        auto const& known = *scan_.known();
        row_store const& fresh = found().fresh;
        std::size_t const made = fresh.directories.size() - 1;
        auto const listed = fresh.rows_of(made);
        auto const old = known.rows_of(in);
        auto const first = known.directories[in].rows;
        for (; compared_known_ < old.size(); ++compared_known_) {
            if ((compared_known_ & 127U) == 127 && scan_.is_over()) return std::nullopt;
            row const& was = old[compared_known_];
            if (known.kinds[was.kind].named) continue;
            if (compared_ == listed.size()) return false;
            row const& is = listed[compared_];
            if (std::string_view{fresh.name(made, is)} != known.name(in, was)) return false;
            ++compared_;
            if (!is_alike(known.kinds.unpack(was, {}), fresh.kinds.unpack(is, {})))
                found().edits.push_back({first + compared_known_, is});
        }
        return compared_ == listed.size();
    }

    void replace_known(directory_state const& now) {
        drop_edits();
        found().fresh.directories.back().mark = mark_of(now);
        auto const in = chain_.lowest().known;
        if (in != directory_row::no_directory) scan_->delta.fates.set(in, fate::replaced);
    }

    void keep_known(directory_state const& now) {
        drop_listed();
        finish_known();
        auto const in = chain_.lowest().known;
        listing_mark const mark = mark_of(now);
        bool const same = scan_.known()->directories[in].mark == mark;
        if (!same) found().marks.push_back({in, mark});
    }

    listing_mark mark_of(directory_state const& now) const {
        bool const is_whole =
            now.record.final && !now.unfinished && !now.has_root_files && !scan_.stopped();
        return {.device = now.record.device,
                .inode = now.record.inode,
                .mtime = now.record.mtime,
                .ctime = now.record.ctime,
                .known = is_whole ? listing::whole : listing::unfinished,
                .followed = chain_.lowest().link == last_link::follow,
                .ruled = now.ruled};
    }

    worker_scan<FileSystem> const& scan_;
    open_chain<FileSystem> const& chain_;
    // The results of the directory begin here in the harvest.
    std::size_t first_row_ = 0;
    std::size_t first_name_ = 0;
    std::size_t first_edit_ = 0;
    std::size_t first_finding_ = 0;
    std::uint32_t compared_known_ = 0; // number of known files compared with listed files
    std::uint32_t compared_ = 0;       // number of listed files compared with known files
};

} // namespace restat::detail
