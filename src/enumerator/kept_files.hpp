#pragma once

#include "enumerator/tree_worker.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

// Files that are kept open from one scan to the next.
//
// While the record of a directory stands for its listing, its names lead to the same objects as
// then. A handle leads to one object, whose number nobody else has for as long as the handle is
// held. So where the record by the handle is the known one, so would be that by the name; where it
// is not, the name is asked. What is no longer come by is let go at the end of each whole scan.
//
// Measured (2 cores, Linux 6.18, ext4, 10,000 files in 763 directories, three runs of 200 rescans
// in turn): a rescan takes 0.71 to 0.81 of the time of one that keeps nothing open. The fstat alone
// takes half of the fstatat; what is left is the directories, which are opened by name in each
// scan, since another file system may be mounted over them.
namespace restat::detail {

template <class FileSystem>
class kept_files {
public:
    using handle = typename FileSystem::directory;
    using gathered = std::vector<std::pair<object_id, handle>>;

    /// Begins a scan, in which so many may be kept in all; no more than half as many as were too
    /// many before.
    void begin(std::size_t most) {
        ++turn_;
        if (ran_out_) most_ = had_ / 2;
        ran_out_ = false;
        had_ = std::min(most, most_);
        room_ = static_cast<std::ptrdiff_t>(had_) - static_cast<std::ptrdiff_t>(all_.size());
    }
    /// The handle of an object, or null. \threads any, until the scan ends
    handle* find(object_id of) noexcept {
        auto const at = all_.find(of);
        if (at == all_.end()) return nullptr;
        at->second.turn.store(turn_, std::memory_order_relaxed);
        return &at->second.to;
    }
    /// Whether one more may be kept. \threads any
    bool take_room() noexcept {
        if (room_.load(std::memory_order_relaxed) <= 0) return false;
        return room_.fetch_sub(1, std::memory_order_relaxed) > 0;
    }
    /// Keeps no more in this scan, as there are no descriptors left. \threads any
    void run_out() noexcept {
        auto const left = room_.exchange(0, std::memory_order_relaxed);
        if (left > 0) had_ -= static_cast<std::size_t>(left);
        ran_out_ = true;
    }
    bool ran_out() const noexcept { return ran_out_; }

    void keep(gathered& found) {
        for (auto& [id, to] : found) all_.try_emplace(id, std::move(to), turn_);
        found.clear();
    }
    /// Lets go what was not come by in this scan.
    void sweep() {
        std::erase_if(all_, [this](auto const& one) { return one.second.turn != turn_; });
    }
    void clear() noexcept { all_.clear(); }

private:
    struct kept {
        kept(handle&& made, std::uint64_t when) : to{std::move(made)}, turn{when} {}
        handle to;
        std::atomic<std::uint64_t> turn; // the scan that came by
    };
    struct hash {
        std::size_t operator()(object_id id) const noexcept {
            return static_cast<std::size_t>((id.inode ^ (id.device << 32)) * 0x9e3779b97f4a7c15U);
        }
    };

    std::unordered_map<object_id, kept, hash> all_;
    std::uint64_t turn_ = 0;
    std::size_t most_ = std::numeric_limits<std::size_t>::max();
    std::size_t had_ = 0; // at most, in this scan
    std::atomic<std::ptrdiff_t> room_{0};
    std::atomic<bool> ran_out_{false};
};

inline bool is_shortage(std::error_code const& error) noexcept {
    return error == std::errc::too_many_files_open ||
           error == std::errc::too_many_files_open_in_system;
}

template <class FileSystem>
bool tree_worker<FileSystem>::is_as_kept(row const& old) {
    if (!scan_->kept) return false;
    directory* const handle = scan_->kept->find(object_of(old));
    if (!handle) return false;
    std::error_code error;
    stat_record const record = read_record(scan_->files, error, *handle);
    if (error || !known()->kinds.holds(old, record)) return false;
    ++looked_at_;
    return true;
}

template <class FileSystem>
void tree_worker<FileSystem>::keep_open(level& in, row const& old) {
    if constexpr (requires(FileSystem & f, std::error_code & c) { f.hold(in.at, "", c); }) {
        if (!scan_->kept || !scan_->kept->take_room()) return;
        std::error_code error;
        directory held = scan_->files.hold(in.at, known()->name(in.known, old), error);
        if (is_shortage(error)) return let_go();
        if (error) return;
        object_id const id = object_of(old);
        stat_record const record = scan_->files.stat(held, error);
        bool const same = !error && object_id{record.device, record.inode} == id;
        if (same) gathered_.emplace_back(id, std::move(held));
    }
}

// So that there are descriptors for all else. Of several workers each lets go of its own; of what
// all have, only one that is alone may.
template <class FileSystem>
void tree_worker<FileSystem>::let_go() noexcept {
    if (!scan_->kept) return;
    scan_->kept->run_out();
    gathered_.clear();
    if (scan_->alone) scan_->kept->clear();
}

} // namespace restat::detail
