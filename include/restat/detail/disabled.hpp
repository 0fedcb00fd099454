#pragma once

#include <restat/detail/disabled_policies.hpp>
#include <restat/observer.hpp>
#include <restat/poll_result.hpp>
#include <restat/schedule.hpp>
#include <restat/watch_state.hpp>

#include <concepts>
#include <exception>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

// The reloader with `RESTAT_DISABLED`, and all types with a reloader. No change is ever pending, so
// no callback is called. The header of each type includes this file instead, and describes the
// members.
namespace restat {

template <class Enumerator, class Matcher, class Clock, class Restart>
class basic_reloader {
public:
    constexpr basic_reloader(Enumerator enumerator, Matcher matcher, Clock clock,
                             Restart strategy, schedule const& = {})
        : enumerator_{std::move(enumerator)}
        , matcher_{std::move(matcher)}
        , clock_{std::move(clock)}
        , strategy_{std::move(strategy)} {}
    constexpr explicit basic_reloader(
        options const& from = {}) requires std::constructible_from<Enumerator, options const&> &&
        std::constructible_from<Matcher, options const&> && std::default_initializable<Clock> &&
        std::default_initializable<Restart>
        : enumerator_(from), matcher_(from), clock_{}, strategy_{} {}
    basic_reloader(basic_reloader const&) = delete;
    [[gnu::always_inline]] ~basic_reloader() {}

    constexpr void baseline() noexcept {}
    void baseline(std::error_code& error) noexcept { error.clear(); }
    constexpr bool has_baseline() const noexcept { return true; }
    constexpr bool resume(snapshot const&) noexcept { return false; }

    constexpr poll_result poll() noexcept { return {.next = (time_point::max)()}; }
    poll_result poll(std::error_code& error) noexcept {
        error.clear();
        return poll();
    }
    constexpr slice_result poll_for(std::chrono::nanoseconds) noexcept {
        return {poll(), 0, {}, true};
    }
    slice_result poll_for(std::chrono::nanoseconds budget, std::error_code& error) noexcept {
        error.clear();
        return poll_for(budget);
    }

    constexpr void pin(std::string_view) noexcept {}
    constexpr void unpin(std::string_view) noexcept {}
    [[nodiscard]] constexpr int descriptor() noexcept { return -1; }
    [[nodiscard]] int descriptor(std::error_code& error) noexcept {
        error.clear();
        return -1;
    }
    constexpr void run() noexcept {}
    void run(std::stop_token const&) noexcept {}
    void run(std::stop_token const&, std::error_code& error) noexcept { error.clear(); }
    constexpr void stop() noexcept {}
    std::exception_ptr failure() const noexcept { return {}; }

    constexpr snapshot const& latest() const noexcept { return latest_; }
    constexpr snapshot delivered() const noexcept { return {}; }
    watch_state watch_state_of(std::string_view path) const {
        return {.is = watch_state::state::outside, .path = std::string{path}};
    }
    constexpr void observe(observer*) noexcept {}

    constexpr Enumerator& enumerator() noexcept { return enumerator_; }
    constexpr Enumerator const& enumerator() const noexcept { return enumerator_; }
    constexpr Matcher const& matcher() const noexcept { return matcher_; }
    constexpr Clock& clock() noexcept { return clock_; }
    constexpr Clock const& clock() const noexcept { return clock_; }
    constexpr Restart& strategy() noexcept { return strategy_; }
    constexpr Restart const& strategy() const noexcept { return strategy_; }

    template <std::invocable<Matcher&> Change>
    constexpr void change_matcher(Change&& change) {
        std::forward<Change>(change)(matcher_);
    }
    constexpr void rules_changed() noexcept {}
    template <class... Files>
    constexpr void compare(comparison, Files const&...) noexcept {}

private:
    [[no_unique_address]] Enumerator enumerator_;
    [[no_unique_address]] Matcher matcher_;
    [[no_unique_address]] Clock clock_;
    [[no_unique_address]] Restart strategy_;
    [[no_unique_address]] snapshot latest_;
};

template <class E, class M, class C, class R>
basic_reloader(E, M, C, R) -> basic_reloader<E, M, C, R>;
template <class E, class M, class C, class R>
basic_reloader(E, M, C, R, schedule) -> basic_reloader<E, M, C, R>;

template <class Reloader, class... Files>
constexpr void compare_contents(Reloader&, Files const&...) noexcept {}

class [[maybe_unused]] reloader_guard {
public:
    template <class Reloader>
    [[nodiscard]] constexpr explicit reloader_guard(Reloader&) noexcept {}
    reloader_guard(reloader_guard const&) = delete;
    std::exception_ptr failure() const noexcept { return {}; }
    constexpr bool is_watching() const noexcept { return false; }
    constexpr void add_root(std::string_view) const noexcept {}
    constexpr void remove_root(std::string_view) const noexcept {}
    constexpr void scan_now() const noexcept {}
    void add_root(std::string_view, std::error_code& error) const noexcept { error.clear(); }
    void remove_root(std::string_view, std::error_code& error) const noexcept { error.clear(); }
    void scan_now(std::error_code& error) const noexcept { error.clear(); }
};

class [[maybe_unused]] own_write {
public:
    template <class Reloader, class... Files>
    [[nodiscard]] constexpr own_write(Reloader&, detail::unused, Files const&...) noexcept {}
    own_write(own_write const&) = delete;
    constexpr void record(std::string_view, int) noexcept {}
    constexpr void record_temporary(std::string_view, std::string_view) noexcept {}
    constexpr void abandon() noexcept {}
};

} // namespace restat
