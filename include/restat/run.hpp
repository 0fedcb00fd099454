#pragma once

#include <restat/detail/processes.hpp>

#include <restat/export.hpp>
#include <restat/options.hpp>

#include <concepts>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace restat {

/// Runs this program again as a child process, and restarts the child when a file changes or on
/// request. Watches the files of the program and the files tracked by `watch`. Returns the
/// child's exit status after it ends by itself, or 128+n after signal n; no status is reserved.
///
///     if (!restat::is_reloader_child()) return restat::restart_with_reloader();
///
/// Call this function early, before starting other threads: during the call, TERM, INT, HUP and
/// QUIT are blocked and waited for. Such a signal ends the child as a change does, and then acts
/// on this process with its original handling. A second INT kills the child at once.
///
/// The child has the arguments, the environment, the signal mask and the working directory of
/// this process. In addition it gets `RESTAT_GENERATION`, `RESTAT_REASON` and `RESTAT_CHANGES`,
/// as in `command_options`. The child is stopped only when the new program can start. A
/// program started for a change counts as a broken build in two cases: it ends before it asks for
/// its role, or within a second by a signal or with a nonzero status. The next change then starts
/// the program again.
///
/// With `options::ready` the child must become ready, as `readiness` says: by `report_ready`
/// or by surviving the limit. If the program of a change fails to become ready, the last ready
/// program runs again, from a copy of the file, until the next change. `options::observer` gets the
/// reason (`errc::not_ready`, `errc::ended_early`) and the rollback (`errc::rolled_back`).
/// \errors throws `reload_error` if the file of the program cannot be found again, for a bad
/// pattern, under setuid, for `ready_limit` without `ready` (`std::errc::not_supported`), and in
/// the child itself (`std::errc::operation_not_permitted`)
/// \cost a thread during the call, in addition to a `command_restart`
/// \see command_restart, program_enumerator
#ifndef RESTAT_DISABLED
[[nodiscard]] RESTAT_EXPORT int restart_with_reloader(options const& watch = {});
#else
[[nodiscard]] inline int restart_with_reloader(options const& = {}) { return 0; }
#endif

/// Returns true if `restart_with_reloader` or `run_with_reloader` started this process. Returns
/// false in processes started or forked by the child.
/// \threads the first call changes the environment, so call it before other threads read the
/// environment
RESTAT_EXPORT_OR(true, bool is_reloader_child())

/// Requests a restart from the child, and returns at once; the child is then stopped as for a
/// change. Returns false if there is no supervisor.
/// \threads any, after the first call of `is_reloader_child`
RESTAT_EXPORT_OR(false, bool request_restart())

/// Reports from the child that this run is ready, for `options::ready`. Returns false if no
/// supervisor waits for the report.
/// \threads any, after the first call of `is_reloader_child`
RESTAT_EXPORT_OR(false, bool report_ready())

namespace detail {

/// The function of a call, with its type erased.
struct watched_call {
    int (*run)(void* context, std::stop_token const& end);
    void* context;
    bool takes_token;
};

/// Runs a call: the compiled part of `run_with_reloader`.
RESTAT_EXPORT_OR(what.run(what.context, {}),
                 int run_call(options const& watch, watched_call const& what))

template <class Function, class... Arguments>
concept gives_status = requires(Function&& function, Arguments&&... arguments) {
    requires std::is_void_v<decltype(static_cast<Function&&>(function)(
        static_cast<Arguments&&>(arguments)...))> ||
        std::is_convertible_v<decltype(static_cast<Function&&>(function)(
                                  static_cast<Arguments&&>(arguments)...)),
                              int>;
};

/// Satisfied if the function accepts a stop token before its arguments, as with `std::jthread`.
template <class Function, class... Arguments>
concept takes_token = gives_status<Function, std::stop_token, Arguments...>;

template <class Function, class... Arguments>
concept can_be_run = takes_token<Function, Arguments...> || gives_status<Function, Arguments...>;

template <class... Arguments>
inline constexpr bool ends_with_options = std::is_same_v<
    std::remove_cvref_t<std::tuple_element_t<sizeof...(Arguments) - 1, std::tuple<Arguments...>>>,
    options>;

template <class Function, class... Arguments>
int status_of_call(Function&& function, Arguments&&... arguments) {
    if constexpr (std::is_void_v<decltype(std::forward<Function>(function)(
                      std::forward<Arguments>(arguments)...))>) {
        std::forward<Function>(function)(std::forward<Arguments>(arguments)...);
        return 0;
    } else {
        return static_cast<int>(
            std::forward<Function>(function)(std::forward<Arguments>(arguments)...));
    }
}

template <class Function, class... Arguments>
int run_watched(options const& watch, Function&& function, Arguments&&... arguments) {
    constexpr bool with_token = takes_token<Function, Arguments...>;
    auto call = [&]([[maybe_unused]] std::stop_token const& end) -> int {
        if constexpr (with_token) {
            return status_of_call(std::forward<Function>(function), std::stop_token{end},
                                  std::forward<Arguments>(arguments)...);
        } else {
            return status_of_call(std::forward<Function>(function),
                                  std::forward<Arguments>(arguments)...);
        }
    };
    auto const run = [](void* context, std::stop_token const& end) {
        return (*static_cast<decltype(call)*>(context))(end);
    };
    return run_call(watch, {run, &call, with_token});
}

/// Splits the arguments: the last selects the files to watch, the others belong to the function.
template <class Function, class Arguments, std::size_t... Index>
int run_split(Function&& function, Arguments arguments, std::index_sequence<Index...>) {
    return run_watched(
        std::get<sizeof...(Index)>(arguments), std::forward<Function>(function),
        std::forward<std::tuple_element_t<Index, Arguments>>(std::get<Index>(arguments))...);
}

} // namespace detail

/// Runs a function in a process of its own. This process starts the program again, like
/// `restart_with_reloader`; the child reaches the same call and executes the function. Returns
/// the result of the function (0 for `void`), or the exit status of the child if the child ended
/// in another way.
///
///     int main() { return restat::run_with_reloader(serve, {.track = {"config.toml"}}); }
///
/// Code before the call runs in both processes, code after the call only in this process: the
/// child exits when the function returns. A second call in the program is executed by another
/// child, which receives the results of the earlier calls. Inside the function, and in the child
/// of `restart_with_reloader`, the call simply calls the function. An exception of the function
/// stays in the child.
///
/// A function with a `std::stop_token` parameter before its arguments gets a token. A stop is
/// requested whenever the child is to be stopped, and the child then has `options::grace` to end.
/// The new run starts after the function has returned and the child is gone. In the child of such
/// a function, and only there, TERM, INT and HUP have no other effect, unless the program handles
/// or ignores them.
///
///     void serve(std::stop_token stop) { while (!stop.stop_requested()) answer(); save(); }
/// \threads make calls from a single thread at a time; a thread of the library calls the stop
/// callbacks
/// \errors as `restart_with_reloader`
template <class Function>
    requires detail::can_be_run<Function>
int run_with_reloader(Function&& function, options const& watch = {}) {
    return detail::run_watched(watch, std::forward<Function>(function));
}

/// Runs a function with arguments in the same way. If the function does not accept the last
/// argument, and its type is `options`, this argument selects the files to watch.
template <class Function, class... Arguments>
    requires(sizeof...(Arguments) > 0)
int run_with_reloader(Function&& function, Arguments&&... arguments) {
    if constexpr (detail::can_be_run<Function, Arguments...>) {
        return detail::run_watched({}, std::forward<Function>(function),
                                   std::forward<Arguments>(arguments)...);
    } else {
        static_assert(detail::ends_with_options<Arguments...>,
                      "Function cannot be called with these arguments, or gives no int");
        return detail::run_split(
            std::forward<Function>(function),
            std::tuple<Arguments&&...>{std::forward<Arguments>(arguments)...},
            std::make_index_sequence<sizeof...(Arguments) - 1>{});
    }
}

/// A function made by `debug`: a call runs the original function by `run_with_reloader`.
template <class Function>
class debugged {
public:
    debugged(Function function, options watch)
        : function_{std::move(function)}, watch_{std::move(watch)} {}

    /// Runs the function under a supervisor, and returns its result.
    template <class... Arguments>
        requires detail::can_be_run<Function&, Arguments...>
    int operator()(Arguments&&... arguments) {
        return detail::run_watched(watch_, function_, std::forward<Arguments>(arguments)...);
    }

private:
    Function function_;
    options watch_;
};

/// The result of `debug(options)`: wraps a function.
class debug_with {
public:
    explicit debug_with(options watch) : watch_{std::move(watch)} {}

    template <class Function>
    [[nodiscard]] debugged<std::decay_t<Function>> operator()(Function&& function) const {
        return {std::forward<Function>(function), watch_};
    }

private:
    options watch_;
};

/// Wraps a function; calling the result calls `run_with_reloader`:
///
///     auto tool = restat::debug({.track = {"rules"}})(run_tool);
[[nodiscard]] inline debug_with debug(options watch = {}) { return debug_with{std::move(watch)}; }

/// Wraps a function with the default options.
template <class Function>
    requires(!std::convertible_to<Function, options>)
[[nodiscard]] debugged<std::decay_t<Function>> debug(Function&& function) {
    return {std::forward<Function>(function), {}};
}

} // namespace restat
