#pragma once

#include <restat/restart/restart_strategy.hpp>

#include <type_traits>
#include <utility>

namespace restat {

/// A `restart_strategy` that calls a function with the changes.
///
/// The function takes a `change_set const&`, and optionally a `std::error_code&` to explain a
/// refusal. It returns a `restart_result`, or nothing, meaning `restarted`. An exception counts
/// as `refused`: the changes stay pending and are offered again after a pause.
/// \threads calls the function on the thread that polls, never on another
template <class Function>
class callback_restart {
    static constexpr bool takes_error =
        std::is_invocable_v<Function&, change_set const&, std::error_code&>;
    static_assert(takes_error || std::is_invocable_v<Function&, change_set const&>,
                  "Function cannot be called with a change_set const&");

public:
    /// Stores the function; calls it only in `restart`.
    explicit callback_restart(Function call) : call_{std::move(call)} {}

    /// Calls the function with the changes, and returns its answer.
    restart_result restart(change_set const& changes, std::error_code& error) {
        auto const call = [&]() -> decltype(auto) {
            if constexpr (takes_error) {
                return call_(changes, error);
            } else {
                return call_(changes);
            }
        };
        if constexpr (std::is_same_v<decltype(call()), restart_result>) {
            return call();
        } else {
            static_assert(std::is_void_v<decltype(call())>,
                          "Function must return nothing or a restart_result");
            call();
            return restart_result::restarted;
        }
    }

    /// Returns the stored function.
    Function& function() noexcept { return call_; }

    /// Returns a strategy that calls the function with the changes and all their dependents, each
    /// path once and after its dependencies. The graph, a `dependency_graph`, and the observer must
    /// outlive the strategy. The observer receives each new cycle; null for none.
    ///
    ///     auto reload = restat::callback_restart{load}.with_dependents(graph);
    template <class Graph>
    auto with_dependents(Graph& graph, observer* report_to = nullptr) && {
        auto extended = [inner = callback_restart{std::move(call_)}, &graph,
                         report_to](change_set const& changes, std::error_code& error) mutable {
            return inner.restart(graph.extend(changes, report_to), error);
        };
        return callback_restart<decltype(extended)>{std::move(extended)};
    }

private:
    Function call_;
};

} // namespace restat
