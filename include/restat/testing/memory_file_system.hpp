#pragma once

#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/export.hpp>
#include <restat/file_system/file_system.hpp>
#include <restat/testing/manual_clock.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <restat/detail/chrono.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace restat::testing {

/// The kinds of calls of a `file_system` that a test can make fail, delay or count.
enum class file_call : unsigned char { open, list, stat, read, open_watches, add, take };

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(file_call of) noexcept {
    using enum file_call;
    switch (of) {
    case open: return "open";
    case list: return "list";
    case stat: return "stat";
    case read: return "read";
    case open_watches: return "open_watches";
    case add: return "add";
    case take: return "take";
    }
    return "invalid";
}

/// The faults of the events of a `memory_file_system`.
struct watch_faults {
    std::size_t drop_each = 0;         ///< drops each n-th event in silence; 1 drops all events
    std::size_t delay = 0;             ///< passes an event only after so many further events
    std::size_t losses = 0;            ///< so many calls of `take` also pass `lost`
    bool of_wrong_directory = false;   ///< hints carry the identity of another watched directory
    bool of_unknown_directory = false; ///< hints carry the identity of no directory
    bool is_always_readable = false;   ///< the descriptor is readable, also without hints
    bool has_no_descriptor = false;    ///< the descriptor is -1
};

/// A `file_system` in memory. Its time stands still until the test advances it, and every fault
/// occurs on demand.
///
/// Copies share the same tree, so a test keeps a copy of the file system of its enumerator. Paths
/// are relative to the root of the tree, with or without a leading slash. The working directory
/// is the root, until `change_directory`.
///
/// The file system stamps files like a kernel: with the time of the last tick, rounded down to
/// the granularity. Without an explicit tick, the clock ticks every 4 ms, or more often for finer
/// granularities. With an explicit tick it behaves like ramfs (a tick of 4 ms), ext3 (4 ms,
/// granularity 1 s), FAT (4 ms, 2 s) or NTFS (4 ms, 100 ns).
///
/// Time passes by `advance`, or with a `manual_clock` (`follow`). A call may have a cost in time
/// (`set_cost`), for tests of budgets in simulated time.
/// \errors throws `reload_error` for misuse by the test, such as removing a missing file
/// \threads any
class memory_file_system {
public:
    struct state;
    struct opened_directory;
    struct event_queue;
    class watches;

    /// An open directory; stays open after its removal or renaming.
    class directory {
    public:
        directory() noexcept = default;
        directory(directory&&) noexcept = default;
        directory& operator=(directory&&) noexcept = default;
        explicit operator bool() const noexcept { return of_ != nullptr; }

    private:
        friend class memory_file_system;
        friend watches;
        std::shared_ptr<opened_directory> of_;
    };

    /// Watches directories of the tree. Each change made by a call of the test has an event, also
    /// one below a removed directory. A queue has room for 16,384 events, as on Linux.
    /// \threads any
    class watches {
    public:
        watches() noexcept = default;
        watches(watches&&) noexcept = default;
        watches& operator=(watches&&) noexcept = default;
        explicit operator bool() const;
        watch_trust add(directory const& at, std::error_code& error);
        watch_trust name(directory const& at, file_identity of);
        void forget(file_identity of);
        bool has(file_identity of) const;
        std::error_code take(watch_sink into);
        int descriptor() const;

    private:
        friend class memory_file_system;
        std::shared_ptr<event_queue> of_;
    };

    explicit memory_file_system(
        std::chrono::nanoseconds granularity = std::chrono::nanoseconds{1},
        std::chrono::nanoseconds tick = {});

    // Changes of the tree. Each call creates missing directories above its path.
    void make_directory(std::string_view path) const;
    /// Creates a file or replaces its content; follows a symbolic link to its target.
    void write(std::string_view path, std::string_view content = "x") const;
    /// Returns the content of a file, or the target of a symbolic link.
    std::string read(std::string_view path) const;
    /// Returns the record of the object itself, without faults, cost or counting; type `none` if
    /// the path does not exist.
    stat_record record(std::string_view path) const;
    /// Returns a number unique among all objects this tree ever had, invisible to programs; 0 if
    /// the path does not exist.
    std::uint64_t serial(std::string_view path) const;
    /// Changes only the size, like `truncate`.
    void resize(std::string_view path, std::uint64_t size) const;
    /// Creates an object of a special type, such as a FIFO or a socket: no regular file,
    /// directory or link.
    void make(std::string_view path, file_type type) const;
    void link(std::string_view existing, std::string_view path) const;
    /// Creates a symbolic link with exactly this target.
    void symlink(std::string_view target, std::string_view path) const;
    /// Removes an object and everything below it.
    void remove(std::string_view path) const;
    /// Renames an object with everything below it, replacing an existing target.
    /// \errors `EINVAL` for a target below the object, `ENOTEMPTY` for one above it
    void rename(std::string_view from, std::string_view to) const;
    /// Changes the permission bits, and the ctime.
    void set_mode(std::string_view path, std::uint32_t mode) const;
    /// Changes the mtime like `touch -d`, and sets the ctime to the current time.
    void set_mtime(std::string_view path, stamp mtime) const;
    /// Covers a directory by an empty directory of another device, until `unmount`.
    void mount(std::string_view path, std::uint64_t device) const;
    /// Covers a directory by another directory, until `unmount`. Both paths then lead to the same
    /// directory.
    void bind(std::string_view from, std::string_view path) const;
    /// Uncovers a directory covered by `mount` or `bind`.
    void unmount(std::string_view path) const;
    /// Changes the working directory, like the host of a reloader. Relative paths passed to the
    /// file system begin there, but not the paths passed to these test calls.
    void change_directory(std::string_view path) const;
    /// Decides whether a new object reuses the inode number of a removed object.
    void reuse_inodes(bool reuse) const;
    /// Decides whether birth times are available, as by default; ramfs has none.
    void report_birth_times(bool reports) const;

    /// Makes `stat` return old records for this time, like a network file system with an
    /// attribute cache. Directory timestamps are then untrusted.
    void cache_records(std::chrono::nanoseconds time) const;

    // Time.
    void advance(std::chrono::nanoseconds by) const;
    /// Sets the time of day of the file system, forward or back.
    void set_time(std::chrono::nanoseconds since_1970) const;
    /// Uses the time of this clock from now on. A call with a cost advances the clock.
    void follow(manual_clock const& clock) const;
    /// Sets the simulated time taken by each call of this kind.
    void set_cost(file_call what, std::chrono::nanoseconds each) const;

    // Faults, and records of calls.
    /// Makes calls of this kind fail, starting with the `nth` call from now (1 is the next),
    /// `count` in total.
    void fail(file_call what, std::errc error, std::size_t nth = 1, std::size_t count = 1) const;
    /// Makes each call of this kind fail for this path, until `heal`.
    void fail_at(std::string_view path, file_call what, std::errc error) const;
    /// Sets the faults of events from now on. Errors of watches are those of `fail`: at the nth
    /// `add`, or at `take`, which breaks the queue.
    void set_watch_faults(watch_faults const& how) const;
    /// Sets the trust in the events of a device; by default, `all`. With `none`, its directories
    /// are refused.
    void trust_events(std::uint64_t device, watch_trust trust) const;
    /// Passes a hint without a cause to all watches.
    void report(watch_hint const& hint) const;
    /// Returns the number of watched directories.
    std::size_t watched() const;
    /// Removes all faults and hooks set so far.
    void heal() const;
    /// Runs `act` right before the `nth` call of this kind from now; `act` may change the tree.
    void before(file_call what, std::size_t nth, std::function<void()> act) const;
    /// Limits the number of simultaneously open directories, including those already open at the
    /// time of this call.
    void limit_descriptors(std::size_t most) const;
    /// Lists names in an order determined by the seed.
    void shuffle(unsigned seed) const;
    /// Returns the number of calls of this kind so far.
    std::size_t calls(file_call what) const;
    /// Returns the path of each opened directory, in the order of opening.
    std::vector<std::string> opened() const;
    /// Returns the sorted path of each object except directories, including mounted trees.
    std::vector<std::string> files() const;

    // The requirements of `file_system`.
    directory open(char const* path, std::error_code& error) const;
    directory open(directory const& in, char const* name, last_link link,
                   std::error_code& error) const;
    /// Opens the working directory. Never fails, and is neither counted nor limited.
    directory working_directory(stat_record& record, std::error_code& error) const;
    bool list(directory& of, name_list& into, std::error_code& error) const;
    stat_record stat(char const* path, last_link link, std::error_code& error) const;
    /// Returns the record and the birth time; counted, and failing, as `stat`. \errors
    /// `not_supported` without birth times
    stat_record birth_time(char const* path, stamp& made, std::error_code& error) const;
    stat_record birth_time(directory const& in, char const* name, stamp& made,
                           std::error_code& error) const;
    stat_record stat(directory const& in, char const* name, last_link link,
                     std::error_code& error) const;
    stat_record stat(directory const& of, std::error_code& error) const;
    std::string read(directory const& in, char const* name, last_link link, std::size_t limit,
                     std::error_code& error) const;
    std::string location(directory const& of, std::error_code& error) const;
    stamp now() const noexcept;
    bool is_mount_point(directory const& of) const noexcept;
    bool trusts_stamps(directory const& of) const noexcept;
    watches open_watches(std::error_code& error) const;
    static constexpr bool concurrent = true;

private:
    std::shared_ptr<state> state_;
};

} // namespace restat::testing

namespace restat {

// Compiled once, in the library of test doubles.
extern template class RESTAT_EXPORT basic_tree_enumerator<testing::memory_file_system>;

} // namespace restat
