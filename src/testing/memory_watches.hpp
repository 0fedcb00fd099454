#pragma once

#include "platform/files/event.hpp"
#include "testing/memory_tree.hpp"

#include <deque>
#include <map>
#include <utility>

// The watches of the file system in memory. A queue belongs to one object `watches`; the tree knows
// all queues and adds each event to them.
namespace restat::testing {

struct memory_file_system::event_queue {
    // A watched directory. Its number is the serial number of its node.
    struct watch {
        file_identity of = {};
        bool is_named = false;
        bool is_sure = false;
        bool was_added = true; // since the last lost event
    };
    struct event {
        std::uint64_t directory;
        std::string name;
        watch_event kind;
        std::size_t due; // the number of changes of the tree after which it is passed
    };
    // A hint with a name of its own.
    struct passed {
        file_identity of;
        std::string name;
        watch_event kind;
    };

    explicit event_queue(std::shared_ptr<state> of) : tree{std::move(of)} {}
    event_queue(event_queue const&) = delete;
    ~event_queue() { restat::detail::close_event(ready); }

    /// Adds an event, if its directory is watched.
    void report(memory::node const& directory, std::string_view name, watch_event kind);
    /// Adds a hint without a cause.
    void report(watch_hint const& hint);
    /// Takes the events that are due and whose directories have names.
    void take(std::vector<passed>& into);
    void lose();
    void close();
    /// Makes the descriptor readable, or not.
    void refresh() noexcept;
    file_identity shown(file_identity of) const;

    std::shared_ptr<state> tree;
    std::map<std::uint64_t, watch> watches;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> numbers; // by identity
    std::deque<event> events;
    std::vector<passed> invented;
    bool is_full = false; // events were dropped, or a sink has thrown
    bool is_open = true;
    std::size_t reported = 0;
    int ready = restat::detail::open_event();
    bool is_ready = false;
};

} // namespace restat::testing
