#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/detail/processes.hpp>

#include <restat/restart/child_restart.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace restat {

/// A `restart_strategy` that runs a function in a forked child process. On a change it stops the
/// child and forks again. The child has a copy of the memory at the fork, and one thread.
///
/// The exit status is the return value of the function, 0 for `void`; an exception ends the child
/// by ABRT. The strategy flushes `stdio` output before the fork and after the function, so that
/// output is neither lost nor duplicated. Flushing stdout and stderr takes at most a fifth of a
/// second. Other streams are flushed unless a thread waits for input from stdin. The child then
/// ends by `_exit`: atexit handlers and static destructors belong to the parent, and running them
/// in the child would damage the parent's files and connections. (A function using `std::cout`
/// without `sync_with_stdio` must flush the stream by itself.)
/// \errors throws `reload_error` for `ready_limit` without `ready` (`std::errc::not_supported`)
/// \threads as after any fork of a process with threads, the function must not rely on a lock
/// held by another thread. If a thread waits for input from a stream other than stdin, the start
/// waits for the end of its read. Prefer `command_restart` in a program with threads
/// \see child_restart, which documents how the child starts and stops
template <class Function>
class fork_restart : public child_restart {
    static_assert(std::is_invocable_v<Function&>, "Function cannot be called without arguments");

public:
    /// Prepares the function. Nothing runs before `start`. `on_event` gets each event of the
    /// child.
    explicit fork_restart(Function run, fork_options options = {},
                          std::function<void(process_event const&)> on_event = {})
        : child_restart{std::move(options), status_of(std::move(run)), std::move(on_event)} {}

private:
    static std::function<int()> status_of(Function run) {
        return [call = std::make_shared<Function>(std::move(run))] {
            if constexpr (std::is_void_v<std::invoke_result_t<Function&>>) {
                (*call)();
                return 0;
            } else {
                return static_cast<int>((*call)());
            }
        };
    }
};

} // namespace restat
