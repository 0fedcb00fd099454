#pragma once

#include <restat/export.hpp>
#include <restat/options.hpp>

#include <concepts>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace restat {

/// Runs this program again, as a child of this process, and again whenever a file changes that it
/// is made of or that `watch` tracks, or when it asks. Returns its exit status when it ends by
/// itself, 128+n if signal n ended it; no status is reserved.
///
///     if (!restat::is_reloader_child()) return restat::restart_with_reloader();
///
/// Call it early, before other threads are started: while it runs, TERM, INT, HUP and QUIT are
/// blocked and waited for. Such a signal ends the child as a change does, and then acts on this
/// process as it would have before. A second INT kills at once.
///
/// The child has the arguments, the environment, the signal mask and the working directory of
/// this process, and beside them `RESTAT_GENERATION`, `RESTAT_REASON` and `RESTAT_CHANGES`, as
/// under `command_restart`. It is ended only when the new program can start. A program that was
/// started because of a change, and ends before it asks on which side it is, or within a second
/// by a signal or with a status other than 0, is taken for a broken build: the next change starts
/// it again.
///
/// With `options::ready` the child has to get ready, as under `child_restart`: by `report_ready` or
/// by lasting. If a change brought one that does not, what was ready last runs again, from a copy
/// of the file, until the next change. `options::tell` is told why (`errc::not_ready`,
/// `errc::ended_early`) and that (`errc::rolled_back`).
/// \errors throws `reload_error` where the program's file cannot be found again, for a bad
/// pattern, when setuid, and in the child itself (`std::errc::operation_not_permitted`)
/// \cost one thread while it runs, beside a `command_restart`
/// \see command_restart, program_enumerator
RESTAT_EXPORT int restart_with_reloader(options const& watch = {});

/// Whether this process was started by `restart_with_reloader` or `run_with_reloader`. What it
/// starts or forks is not.
/// \threads the first call changes the environment, so make it before others read that
RESTAT_EXPORT bool is_reloader_child();

/// In the child: asks to be run again, and returns at once; the child is then asked to end.
/// False if there is nobody to ask.
/// \threads any, after the first call of `is_reloader_child`
RESTAT_EXPORT bool request_restart();

/// In the child: says that this run is ready, for `options::ready`. False if nobody waits for it.
/// \threads any, after the first call of `is_reloader_child`
RESTAT_EXPORT bool report_ready();

namespace detail {

/// The function of a call, without its type.
struct watched_call {
    int (*run)(void* context, std::stop_token const& end);
    void* context;
    bool takes_token;
};

/// The compiled part of `run_with_reloader`.
RESTAT_EXPORT int run_call(options const& watch, watched_call const& what);

template <class Function, class... Arguments>
concept gives_status = requires(Function&& function, Arguments&&... arguments) {
    requires std::is_void_v<decltype(static_cast<Function&&>(function)(
        static_cast<Arguments&&>(arguments)...))> ||
        std::is_convertible_v<decltype(static_cast<Function&&>(function)(
                                  static_cast<Arguments&&>(arguments)...)),
                              int>;
};

/// As `std::jthread` has it: a token comes first, where it can.
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

/// The last argument tells what to watch, the others are the function's.
template <class Function, class Arguments, std::size_t... Index>
int run_split(Function&& function, Arguments arguments, std::index_sequence<Index...>) {
    return run_watched(
        std::get<sizeof...(Index)>(arguments), std::forward<Function>(function),
        std::forward<std::tuple_element_t<Index, Arguments>>(std::get<Index>(arguments))...);
}

} // namespace detail

/// Runs a function in a process of its own: this program again, as `restart_with_reloader` has
/// it, which comes to this call as well and makes it. Returns what the function returned (0 for
/// `void`), or the exit status of the child where it ended otherwise.
///
///     int main() { return restat::run_with_reloader(serve, {.track = {"config.toml"}}); }
///
/// What stands before the call runs on both sides, what stands after it in this process alone:
/// the child exits when the function returns. A second call in one program is made by a child
/// that is told the results of the calls before; inside the function, and in the child of
/// `restart_with_reloader`, a call is just a call. An exception of the function is the child's.
///
/// A function that can take a `std::stop_token` before its arguments gets one. A stop is requested
/// when the child is asked to end, for whatever reason, and has `options::grace` from then on; the
/// new run starts when the function has returned and the child is gone. In that function's child,
/// and only there, TERM, INT and HUP do nothing else, unless the program handles or ignores them.
///
///     void serve(std::stop_token stop) { while (!stop.stop_requested()) answer(); save(); }
/// \threads calls one at a time; stop callbacks are called on a thread of the library
/// \errors as `restart_with_reloader`
template <class Function>
    requires detail::can_be_run<Function>
int run_with_reloader(Function&& function, options const& watch = {}) {
    return detail::run_watched(watch, std::forward<Function>(function));
}

/// The same for a function with arguments. A last argument of type `options` that the function
/// does not take says what to watch.
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

/// A function that, when called, is run by `run_with_reloader`; made by `debug`.
template <class Function>
class debugged {
public:
    debugged(Function function, options watch)
        : function_{std::move(function)}, watch_{std::move(watch)} {}

    template <class... Arguments>
        requires detail::can_be_run<Function&, Arguments...>
    int operator()(Arguments&&... arguments) {
        return detail::run_watched(watch_, function_, std::forward<Arguments>(arguments)...);
    }

private:
    Function function_;
    options watch_;
};

/// What `debug(options)` gives: wraps the function that it is called with.
class debug_with {
public:
    explicit debug_with(options watch) : watch_{std::move(watch)} {}

    template <class Function>
    debugged<std::decay_t<Function>> operator()(Function&& function) const {
        return {std::forward<Function>(function), watch_};
    }

private:
    options watch_;
};

/// Wraps a function so that calling it is `run_with_reloader`:
///
///     auto tool = restat::debug({.track = {"rules"}})(run_tool);
inline debug_with debug(options watch = {}) { return debug_with{std::move(watch)}; }

/// The same, with the default options.
template <class Function>
    requires(!std::convertible_to<Function, options>)
debugged<std::decay_t<Function>> debug(Function&& function) {
    return {std::forward<Function>(function), {}};
}

} // namespace restat
