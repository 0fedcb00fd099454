#pragma once

#include <restat/restart/child_restart.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace restat {

/// A `restart_strategy` that runs a function in a forked child process and, on a change, ends
/// that and runs it again. The child has the memory of the moment of the fork and one thread.
///
/// What the function returns is the exit status, 0 if nothing; an exception ends the child by
/// ABRT. Output of `stdio` is flushed before the fork and after the function, so that none is lost
/// or doubled: of stdout and stderr as far as that takes no longer than a fifth of a second, of
/// other streams unless a thread waits for input from stdin. The child then ends by `_exit`: atexit
/// handlers and static destructors belong to the parent, whose files and connections they would
/// take away. (So a `std::cout` without `sync_with_stdio` is the function's own to flush.)
/// \threads as after any fork of a process with threads, the function must not rely on a lock that
/// another thread may have held, and a stream other than stdin that a thread waits to read from
/// holds the start up until it has read; a program that has threads is better off with
/// `command_restart`
/// \see child_restart, which says how it is started and ended
template <class Function>
class fork_restart : public child_restart {
    static_assert(std::is_invocable_v<Function&>, "Function cannot be called without arguments");

public:
    explicit fork_restart(Function run, fork_options options = {},
                          std::function<void(process_event const&)> tell = {})
        : child_restart{std::move(options), status_of(std::move(run)), std::move(tell)} {}

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
