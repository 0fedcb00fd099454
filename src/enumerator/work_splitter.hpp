#pragma once

#include "enumerator/open_chain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <system_error>

// Splits the remaining work of a worker.
//
//     levels    root [a b|c d e]      the later half of the topmost level with enough left: by
//               b    [f|g]            the number of known files, else by the number of names
//               b/f  [h i j]
//
// So there are few splits with large parts, and the worker with such a part splits the part in
// turn.
//
// A worker also splits the remaining known files of a large directory, and gives away the later
// half. Measured (2 cores, Linux 6.18, ext4, 200,000 files in a single directory, medians of 25
// rescans): a single thread uses a core for 252 ms, the busier of two threads for 135 ms. The
// files of a first scan are not split: the worker with the listing stores them in the order of
// their names.
namespace restat::detail {

/// Gives parts of a worker's remaining work to idle workers.
template <class FileSystem>
class work_splitter {
public:
    using level = tree_level<FileSystem>;

    work_splitter(worker_scan<FileSystem> const& scan, open_chain<FileSystem>& chain) noexcept
        : scan_{scan}, chain_{chain} {}

    /// Sets a function called before each split: starts the helpers once they pay off. Null: none.
    void on_split(void (*start_helpers)(void*), void* of) noexcept {
        start_helpers_ = start_helpers;
        helpers_of_ = of;
    }

    /// Gives subdirectories to idle workers, but keeps the last directory. Otherwise the workers
    /// would pass the directory around and never walk its contents.
    void share_directories() {
        if (start_helpers_) start_helpers_(helpers_of_);
        while (scan_->workers.has_idle_worker() && give()) continue;
    }

    /// Gives the later part of the known files [from, end) of the lowest directory to idle
    /// workers. Returns the new end.
    std::uint32_t share_files(std::uint32_t from, std::uint32_t end) {
        constexpr std::uint32_t enough = 512;
        if (start_helpers_) start_helpers_(helpers_of_);
        while (scan_->workers.has_idle_worker() && end - from >= enough) {
            given_.names.clear();
            given_.known_names.clear();
            given_.first_row = from + (end - from) / 2;
            given_.end_row = end;
            std::uint32_t const middle = given_.first_row;
            if (!give(chain_.lowest())) return end;
            end = middle;
        }
        return end;
    }

private:
    bool give() {
        std::size_t left = 0;
        for (level const& in : chain_.levels()) left += in.below.size() - in.next;
        if (left < 2) return false;
        for (level& in : chain_.levels()) {
            if (in.at && !in.is_through() && is_worth_giving(in)) return give_below(in);
        }
        return false;
    }

    bool give_below(level& in) {
        std::size_t const from = first_to_give(in);
        given_.names.clear();
        given_.known_names.clear();
        for (std::size_t i = from; i < in.below.size(); ++i) {
            auto const found = in.below[i];
            given_.names.add(found.name, found.type);
            given_.known_names.push_back(in.known_below[i]);
        }
        given_.first_row = given_.end_row = 0;
        if (!give(in)) return false;
        in.below.keep_first(from);
        in.known_below.resize(from);
        return true;
    }

    // Completes a task with the data of its directory, and gives the task to an idle worker. On
    // failure, this worker keeps the part.
    bool give(level& in) {
        std::error_code error;
        given_.at = scan_->files.open(in.at, ".", last_link::keep, error);
        if (error) return false;
        static_cast<walk_origin&>(given_) = chain_.origin();
        given_.is_root = false;
        given_.rules_changed = in.rules_changed;
        given_.id = in.id;
        given_.path.assign(chain_.path(), 0, in.path_size);
        given_.known = in.known;
        given_.link = in.link;
        if (scan_->workers.give(given_)) return true;
        given_.at = {};
        return false;
    }

    // Returns the number of the first row of a known directory.
    std::size_t first_row_of(std::uint32_t one) const noexcept {
        auto const& all = scan_.known()->directories;
        return one < all.size() ? all[one].rows : scan_.known()->rows.size();
    }
    std::uint32_t end_of(std::uint32_t one) const noexcept {
        return scan_.known()->directories[one].end;
    }

    // Returns whether a split pays off: the help of another worker costs about as much as
    // `enough` checks.
    bool is_worth_giving(level const& in) const {
        constexpr std::size_t enough = 32;
        auto const first = in.known_below[in.next];
        auto const last = in.known_below.back();
        bool const is_known =
            first != directory_row::no_directory && last != directory_row::no_directory;
        if (!is_known) return true;
        auto const end = end_of(last);
        return first_row_of(end) - first_row_of(first) + (end - first) >= enough;
    }

    std::size_t first_to_give(level const& in) const {
        auto const first = in.known_below.begin() + static_cast<std::ptrdiff_t>(in.next);
        auto const end = in.known_below.end();
        auto const count = in.below.size() - in.next;
        if (count < 2) return in.next;
        bool const has_new = std::find(first, end, directory_row::no_directory) != end;
        if (has_new) return in.next + count / 2;
        auto const last_row = first_row_of(end_of(in.known_below.back()));
        auto const middle = (first_row_of(*first) + last_row) / 2;
        auto const at = std::partition_point(
            first + 1, end - 1, [&](auto one) { return first_row_of(one) < middle; });
        return static_cast<std::size_t>(at - in.known_below.begin());
    }

    worker_scan<FileSystem> const& scan_;
    open_chain<FileSystem>& chain_;
    typename tree_scan<FileSystem>::task given_;
    void (*start_helpers_)(void*) = nullptr;
    void* helpers_of_ = nullptr;
};

} // namespace restat::detail
