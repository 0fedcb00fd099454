#pragma once

#include <restat/testing/memory_file_system.hpp>

#include "testing/memory_paths.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <optional>

// A tree of nodes behind a single lock. A `trail` contains the nodes from the root of the tree
// down to an object, so `..` and link targets can go back along it. A mount places a second node
// over a directory.
namespace restat::testing {
namespace memory {

struct node;
using node_ptr = std::shared_ptr<node>;

/// The directories above an object, and the object.
struct trail : std::vector<node_ptr> {
    using std::vector<node_ptr>::vector;
    bool is_mount_point = false; ///< true if a node is mounted on the last
};

struct node {
    stat_record record;
    std::string content;
    std::string target; // of a link
    std::map<std::string, node_ptr, std::less<>> names;
    node_ptr cover; // the node mounted here
    stamp made = {};
    std::uint64_t serial = 0;
    bool is_mounted = false; // by `mount`, so an unmount ends the watches below

    bool is(file_type type) const noexcept { return record.type == type; }
};

constexpr std::size_t kinds_of_call = 7;

inline std::size_t index(file_call what) noexcept { return static_cast<std::size_t>(what); }

inline node_ptr uncover(node_ptr at) {
    while (at->cover) at = at->cover;
    return at;
}

[[noreturn]] inline void refuse(std::errc reason, std::string_view operation,
                                std::string_view path) {
    restat::detail::throw_error(std::make_error_code(reason), operation, path);
}

inline bool set_error(std::error_code& error, std::errc reason) {
    error = reason == std::errc{} ? std::error_code{} : std::make_error_code(reason);
    return static_cast<bool>(error);
}

struct fault {
    std::errc error;
    std::size_t first;
    std::size_t count;
};

// A name for a lookup, with its whole path.
struct lookup {
    trail from; // empty for the root
    std::string_view name;
    last_link link;
    std::string path;
};

struct cached_record {
    stat_record record;
    std::chrono::nanoseconds until{};
};

struct hook {
    std::size_t at;
    std::function<void()> act;
};

/// Converts a time to a stamp, rounded down to whole steps.
stamp floor(std::chrono::nanoseconds time, std::chrono::nanoseconds step) noexcept;

} // namespace memory

struct memory_file_system::state {
    using node = memory::node;
    using node_ptr = memory::node_ptr;
    using trail = memory::trail;
    using lookup = memory::lookup;

    state(std::chrono::nanoseconds stamps, std::chrono::nanoseconds own_tick)
        : granularity{stamps}, tick{own_tick}, root{make_node(file_type::directory, 1)} {}

    mutable std::mutex mutex;
    std::chrono::nanoseconds time{1'000'000'000'123'456'789};
    std::chrono::nanoseconds granularity;
    std::chrono::nanoseconds tick; // zero: no ticks
    std::optional<manual_clock> clock;
    time_point clock_began{}; // the clock's time when `time` was set
    std::array<std::chrono::nanoseconds, memory::kinds_of_call> cost{};
    std::uint64_t last_inode = 1;
    std::uint64_t last_serial = 0;
    std::vector<std::uint64_t> free_inodes;
    bool reuses_inodes = false;
    bool reports_birth_times = true;
    std::chrono::nanoseconds cached_for{};
    std::map<std::uint64_t, memory::cached_record> cached; // by serial
    node_ptr root;
    trail here; // the working directory; empty for the root

    std::array<std::size_t, memory::kinds_of_call> calls{};
    std::array<std::vector<memory::fault>, memory::kinds_of_call> faults;
    std::array<std::map<std::string, std::errc>, memory::kinds_of_call> faults_at;
    std::array<std::vector<memory::hook>, memory::kinds_of_call> hooks;
    std::vector<std::string> opened;
    std::size_t most_open = std::numeric_limits<std::size_t>::max();
    std::atomic<std::size_t> open_now = 0;
    unsigned seed = 0;

    std::vector<std::weak_ptr<event_queue>> queues;
    std::size_t changes = 0; // with an event, watched or not
    watch_faults event_faults;
    std::map<std::uint64_t, watch_trust> trusts; // by device

    std::chrono::nanoseconds current() const noexcept {
        return clock ? time + (clock->now() - clock_began) : time;
    }
    void set_current(std::chrono::nanoseconds to) noexcept {
        time = to;
        if (clock) clock_began = clock->now();
    }
    std::chrono::nanoseconds ticked() const noexcept;
    stamp stamped() const noexcept { return memory::floor(ticked(), granularity); }

    node_ptr make_node(file_type type, std::uint64_t device);
    void drop(node_ptr const& gone);
    /// Adds an event to all queues.
    void report(node const& directory, std::string_view name, watch_event kind);
    /// Adds the event of a changed object, by the name that leads to it.
    void report(trail const& changed);
    /// Ends the watches of an unmounted tree.
    void report_gone(node_ptr const& top);
    watch_trust trust_of(node const& directory) const;
    /// Makes each descriptor readable, or not.
    void refresh_queues() const noexcept;
    void touch(node& directory) const noexcept;

    std::errc descend(trail& at, std::string_view path, last_link last, int& links_left) const;
    trail start(lookup const& of) const {
        if (!of.from.empty()) return of.from;
        return here.empty() ? trail{memory::uncover(root)} : here;
    }
    /// Returns a path in the spelling of faults and of the list of opened directories.
    std::string spelled(std::string_view path) const;
    /// Returns the absolute path along a trail, from the current names of its nodes.
    std::errc locate(trail const& at, std::string& path) const;
    std::errc find(trail& at, std::string_view path, last_link last) const;
    /// Finds an object for a call of the test; throws if the object is missing.
    node_ptr get(std::string_view path, std::string_view operation,
                 last_link last = last_link::keep) const;
    trail trail_to(std::string_view path, std::string_view operation, last_link last) const;
    /// Refuses to rename a directory to a path below itself, and anything to a directory above it.
    void refuse_circle(std::string_view from, std::string_view to) const;
    node_ptr make_directories(std::string_view path);
    void put(std::string_view path, node_ptr const& object);
    node_ptr place(std::string_view path, file_type type);
    node_ptr take(std::string_view path, std::string_view operation);

    static std::shared_ptr<opened_directory> open(std::shared_ptr<state> const& self,
                                                  lookup const& what, std::error_code& error);
    stat_record stat(lookup const& what, std::error_code& error, stamp* made = nullptr);
    stat_record shown(node const& of);
    std::string read(lookup const& what, std::size_t limit, std::error_code& error);

    void spend(std::chrono::nanoseconds length) noexcept {
        if (length == length.zero()) return;
        clock ? clock->advance(length) : set_current(time + length);
    }
    /// Counts a call, runs its hooks, and returns its error.
    std::errc begin_call(file_call what, std::string const& path);
    std::vector<std::function<void()>> count(file_call what);
    std::errc fails(file_call what, std::string const& path) const;
};

struct memory_file_system::opened_directory {
    std::shared_ptr<state> in;
    memory::trail at;
    std::string path;
    bool listed = false;
    std::vector<std::pair<std::string, file_type>> names = {}; // remaining names, last first
    bool is_counted = true;

    memory::node& self() const noexcept { return *at.back(); }
    ~opened_directory() {
        if (is_counted) --in->open_now;
    }
};

} // namespace restat::testing
