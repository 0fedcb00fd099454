#pragma once

#include <restat/file_system/file_system.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <system_error>

namespace restat::detail {

/// An event about a watch of a `watch_queue`.
struct queued_event {
    int watch = 0; ///< none for `lost`
    watch_event kind = watch_event::lost;
    std::string_view name = {}; ///< empty for an event about the directory itself
};

/// A queue of events about directories: thin facade over inotify(7). A watch has a number above 0,
/// which stays the same if its directory is added again.
/// \threads `add` and `remove` from any thread; one thread at a time for the other members
class watch_queue {
public:
    /// Opens a queue with a descriptor that closes on exec; the descriptor is -1 on failure.
    explicit watch_queue(std::error_code& error);
    watch_queue(watch_queue const&) = delete;
    ~watch_queue();

    int descriptor() const noexcept { return descriptor_; }
    /// Returns true in a process that was forked from the owner of the queue. \source
    /// MADV_WIPEONFORK in madvise(2), else getpid(2)
    bool is_forked() const noexcept;
    /// Watches an open directory; returns 0 on failure. The descriptor of the directory may be one
    /// of O_PATH. \source /proc/self/fd in proc(5), so no link leads elsewhere
    int add(int directory, std::error_code& error) noexcept;
    /// Ends a watch, if it lasts. A `gone` event about it may follow.
    void remove(int watch) noexcept;

    /// Starts a pass over the events that wait now. Later events wait for the next pass, so a pass
    /// ends.
    void begin_pass() noexcept;
    /// Reads the next event of the pass; false at its end, or with an error. The name is valid
    /// until the next call.
    bool next(queued_event& into, std::error_code& error) noexcept;

    /// Closes the queue. Its watches end, unless another process has the queue open, too.
    void close() noexcept;
    /// Forgets a descriptor that somebody else has closed: the number may have another owner now.
    void abandon() noexcept { descriptor_ = -1; }

private:
    std::atomic<int> descriptor_ = -1;
    void* mark_ = nullptr; // a page that a forked process has empty
    int const process_;    // for a kernel without such pages
    std::unique_ptr<char[]> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::size_t waiting_ = 0; // bytes of this pass that are still to be read
};

/// Returns the number of watches that a reloader uses at most: half of the user's limit, which
/// other programs share, and at least 4,096. \source /proc/sys/fs/inotify/max_user_watches
std::size_t usual_watch_limit();

} // namespace restat::detail
