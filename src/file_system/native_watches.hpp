#pragma once

#include "file_system/watch_table.hpp"
#include "platform/files/watch_queue.hpp"

#include <mutex>
#include <unordered_map>
#include <vector>

namespace restat::detail {

/// The watches of a `native_file_system`: a `watch_queue`, with the identities of the directories.
///
/// A watch is unnamed between `add` and `name`; its events are noted. An event of an unknown watch
/// belongs to a forgotten watch, or to an `add` that has not returned yet, and is older than the
/// status and the listing that follow, so it is dropped.
///
/// A forked process shares the queue of its parent process, and leaves the queue alone. No lock is
/// taken either, since a lost thread may hold the lock.
class native_watches {
public:
    /// Opens the queue, for at most `limit` watches.
    native_watches(std::size_t limit, std::error_code& error);

    bool is_open() const noexcept { return is_open_; }
    int descriptor() const noexcept { return is_open_ ? queue_.descriptor() : -1; }
    /// Watches a directory. Returns the number of its watch; 0 if refused.
    int add(int directory, std::error_code& error);
    /// Returns false for a watch without `add`, or after its end.
    bool name(int watch, file_identity of);
    void forget(file_identity of);
    bool has(file_identity of) const;
    std::error_code take(watch_sink into);

private:
    struct unnamed_watch {
        bool is_sure = true; // no event was lost since its `add`
        bool has_events = false;
    };

    bool is_forked() const noexcept { return queue_.is_forked(); }
    bool begin_add(std::error_code& error);
    void end_add(int watch);
    void note(file_identity of);
    void pass_noted(watch_sink into);
    void pass_queued(watch_sink into, std::error_code& error);
    bool identify(queued_event const& event, file_identity& of);
    void doubt_all();
    void close(std::error_code why);

    mutable std::mutex mutex_;
    watch_queue queue_;
    std::size_t const limit_;
    bool is_open_;
    std::size_t adding_ = 0; // calls of `add` under way
    watch_table table_;
    std::unordered_map<int, unnamed_watch> unnamed_;
    std::vector<file_identity> noted_; // directories with events before their name
    bool is_lossy_ = false;            // `noted_` had no room, or a sink has thrown
};

} // namespace restat::detail
