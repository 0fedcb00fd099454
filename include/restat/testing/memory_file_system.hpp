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

/// The calls of a `file_system` that can be made to fail.
enum class file_call : unsigned char { open, list, stat, read };

/// A `file_system` in memory, in which time stands still until it is told to pass and every fault
/// comes on demand.
///
/// Copies share one tree, so a test keeps a copy of the one that it gives to an enumerator. Paths
/// are relative to the root of the tree, with or without a slash in front. The working directory is
/// the root, until `change_directory`.
///
/// Files are stamped as a kernel does it: with the time of the last tick, rounded down to the
/// granularity. Without a tick of its own the stamp clock ticks every 4 ms, or as often as the
/// stamps are finer. With one it is like ramfs (a tick of 4 ms), ext3 (4 ms, granularity 1 s),
/// FAT (4 ms, 2 s) or NTFS (4 ms, 100 ns).
///
/// Time passes when it is told to, or with a `manual_clock` (`follow`); a call may cost some
/// (`set_cost`), so that budgets are tested in simulated time.
/// \errors misuse by the test, such as removing what is not there, is a `reload_error`
/// \threads any
class memory_file_system {
public:
    struct state;
    struct opened_directory;

    /// An open directory; stays open when it is removed or renamed.
    class directory {
    public:
        directory() noexcept = default;
        directory(directory&&) noexcept = default;
        directory& operator=(directory&&) noexcept = default;
        explicit operator bool() const noexcept { return of_ != nullptr; }

    private:
        friend class memory_file_system;
        std::shared_ptr<opened_directory> of_;
    };

    explicit memory_file_system(
        std::chrono::nanoseconds granularity = std::chrono::nanoseconds{1},
        std::chrono::nanoseconds tick = {});

    // Changes of the tree. Each makes the directories that it needs.
    void make_directory(std::string_view path) const;
    /// Makes a file or replaces its content; through a link, that of its target.
    void write(std::string_view path, std::string_view content = "x") const;
    /// The content of a file, or the target of a link.
    std::string read(std::string_view path) const;
    /// What `stat` would tell of the object itself if nothing failed, at no cost and uncounted; of
    /// type `none` if nothing is there.
    stat_record record(std::string_view path) const;
    /// A number that no other object of this tree ever had, which no program can see; 0 if nothing
    /// is there.
    std::uint64_t serial(std::string_view path) const;
    /// Sets the size alone, as `truncate` does.
    void resize(std::string_view path, std::uint64_t size) const;
    /// Something that is neither a file nor a directory nor a link.
    void make(std::string_view path, file_type type) const;
    void link(std::string_view existing, std::string_view path) const;
    void symlink(std::string_view target, std::string_view path) const;
    /// With all below it.
    void remove(std::string_view path) const;
    /// Replaces what has the other name.
    void rename(std::string_view from, std::string_view to) const;
    void set_mode(std::string_view path, std::uint32_t mode) const;
    void set_mtime(std::string_view path, stamp mtime) const;
    /// Covers a directory by an empty one of another device, until `unmount`.
    void mount(std::string_view path, std::uint64_t device) const;
    /// Covers a directory by another one, which is then reached by both paths, until `unmount`.
    void bind(std::string_view from, std::string_view path) const;
    void unmount(std::string_view path) const;
    /// Changes the working directory, as the host of a reloader may do. Only paths that the
    /// file system is asked for are relative to it; those of these calls are not.
    void change_directory(std::string_view path) const;
    /// Whether a number that has become free goes to the next object that is made.
    void reuse_inodes(bool reuse) const;
    /// Whether it is told when an object was made, as it is by default; ramfs does not.
    void tell_births(bool tell) const;

    /// From now on `stat` says for so long of an object what it said before, as a network file
    /// system does that caches attributes; stamps of directories are not to be trusted then.
    void cache_records(std::chrono::nanoseconds time) const;

    // Time.
    void advance(std::chrono::nanoseconds by) const;
    /// Sets what the file system takes for the time of day, forward or back.
    void set_time(std::chrono::nanoseconds since_1970) const;
    /// From now on time passes as that of this clock does, and a call that costs time advances it.
    void follow(manual_clock const& clock) const;
    /// Each call of this kind takes so long.
    void set_cost(file_call what, std::chrono::nanoseconds each) const;

    // Faults, and what was asked.
    /// The `nth` call of this kind from now on (1 is the next), and `count` in all, fail.
    void fail(file_call what, std::errc error, std::size_t nth = 1, std::size_t count = 1) const;
    /// Each call of this kind for this path fails, until `heal`.
    void fail_at(std::string_view path, file_call what, std::errc error) const;
    /// Takes back all faults and hooks.
    void heal() const;
    /// Runs `act`, which may change the tree, right before the `nth` call of this kind from now.
    void before(file_call what, std::size_t nth, std::function<void()> act) const;
    /// No more directories than this can be open at once, with what is held.
    void limit_descriptors(std::size_t most) const;
    /// Lists names in an order that depends on the seed.
    void shuffle(unsigned seed) const;
    /// How many calls of this kind there were.
    std::size_t calls(file_call what) const;
    /// The path of each directory that was opened, in order.
    std::vector<std::string> opened() const;
    /// The path of each object that is no directory, in order; mounted trees included.
    std::vector<std::string> files() const;

    // What makes it a `file_system`.
    directory open(char const* path, std::error_code& error) const;
    directory open(directory const& in, char const* name, last_link link,
                   std::error_code& error) const;
    /// Neither counted nor limited, and it does not fail.
    directory working_directory(stat_record& record, std::error_code& error) const;
    bool list(directory& of, name_list& into, std::error_code& error) const;
    stat_record stat(char const* path, last_link link, std::error_code& error) const;
    /// Counts and fails as `stat` does. \errors `not_supported` if births are not told
    stat_record born(char const* path, stamp& made, std::error_code& error) const;
    stat_record born(directory const& in, char const* name, stamp& made,
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
    static constexpr bool concurrent = true;

private:
    std::shared_ptr<state> state_;
};

} // namespace restat::testing

namespace restat {

// Compiled once, in the library of the fakes.
extern template class RESTAT_EXPORT basic_tree_enumerator<testing::memory_file_system>;

} // namespace restat
