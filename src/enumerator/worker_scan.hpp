#pragma once

#include "enumerator/tree_scan.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace restat::detail {

/// A scan from the view of a single worker: the state shared by all workers, and the differences
/// found by this worker.
template <class FileSystem>
class worker_scan {
public:
    /// `number` is the number of the worker.
    void begin(tree_scan<FileSystem>& shared, std::size_t number) noexcept {
        shared_ = &shared;
        found_ = &shared.delta.harvests[number];
    }

    tree_scan<FileSystem>* operator->() const noexcept { return shared_; }
    scan_harvest& found() const noexcept { return *found_; }
    /// Returns null if no snapshot is known.
    snapshot::contents const* known() const noexcept { return shared_->delta.known; }
    /// Returns the known directory with this path (with its slash), or `no_directory`.
    std::uint32_t find_known(std::string_view path) const noexcept {
        return known() ? known()->find_directory(path) : directory_row::no_directory;
    }
    /// Returns whether a known row of a directory is a root of this scan.
    bool is_root(std::uint32_t directory, row const& of) const {
        if (!known()->kinds[of.kind].named) return false;
        return shared_->roots.has(std::string{known()->path(directory)} +
                                  known()->name(directory, of));
    }
    bool stopped() const noexcept {
        return shared_->update.stop_requested() ||
               shared_->given_up.load(std::memory_order_relaxed);
    }
    bool follows_links() const noexcept {
        return shared_->how.links == tree_options::symlinks::follow;
    }
    /// Returns whether the scan has to pause.
    bool is_over() const { return shared_->update.is_over(); }

    std::size_t entries_checked = 0; ///< by this worker, since `tree_worker::rest`

private:
    tree_scan<FileSystem>* shared_ = nullptr;
    scan_harvest* found_ = nullptr;
};

} // namespace restat::detail
