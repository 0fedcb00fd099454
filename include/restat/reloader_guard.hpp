#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled.hpp>
#else
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>
#include <restat/restart/restart_strategy.hpp>

#include <concepts>
#include <exception>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace restat {

/// A guard that watches during its lifetime. The constructor takes the baseline if there is none,
/// and runs the reloader on a thread of the guard. The destructor stops the reloader and waits for
/// the thread.
///
///     restat::reloader_guard const watching{reloader};
///
/// An exception of a callback does not end the watching: the reloader offers the change again, as
/// `basic_reloader` describes. The thread blocks all signals, and the callbacks run with all
/// signals blocked. After a fork, the guard of the child process watches nothing: its `failure` is
/// a `reload_error` with `errc::forked`. To watch in the child process, construct a new reloader
/// and a new guard there.
/// \errors the constructor throws if the baseline cannot be taken or no thread can be started
/// \threads the guard's thread calls the callbacks. This thread must not destroy the guard. A
/// callback may call `std::exit`, even if the guard is a static object
class RESTAT_EXPORT reloader_guard {
public:
    template <class Reloader>
    [[nodiscard]] explicit reloader_guard(Reloader& reloader)
        : reloader_guard{&reloader, calls_of<Reloader>()} {}
    reloader_guard(reloader_guard const&) = delete;
    ~reloader_guard();

    /// Returns the last exception of a callback or of a scan, or the exception that ended the
    /// watching. Returns null if there was none. Any thread may call this function.
    std::exception_ptr failure() const noexcept;
    /// Returns whether the guard still watches for changes: false after `run` has returned or
    /// failed, and in a forked process. Any thread may call this function.
    bool is_watching() const noexcept;

    /// Adds a root to `roots()` of the enumerator, before the next scan; a root in the list is not
    /// added again. Paths are compared without `.`, `..` and repeated slashes. A relative path
    /// refers to the directory in which the enumerator was made. The scan under way is given up, so
    /// calls that come more often than a scan takes let no scan end. With an `interruptible_clock`,
    /// the next scan follows at once. A guard that ends meanwhile may drop the change.
    /// \errors `not_supported` if the enumerator has no list `roots()` of strings, or the strategy
    /// supervises a program; `invalid_argument` for an empty path; `errc::forked` in a forked
    /// process; `operation_canceled` if the guard no longer watches
    /// \threads any, also in a callback; the thread of the guard makes the change
    void add_root(std::string_view path, std::error_code& error) const;
    /// Does the same, and throws.
    void add_root(std::string_view path) const;
    /// Removes a root in the same way. A path without a root is ignored.
    void remove_root(std::string_view path, std::error_code& error) const;
    /// Does the same, and throws.
    void remove_root(std::string_view path) const;
    /// Scans everything at once, on the thread of the guard; with `schedule.slice`, only the pinned
    /// and recently edited files, while the present pass goes on. Returns before the scan begins.
    /// \errors `not_supported` if the clock has no `interrupt()`; others as `add_root`
    /// \threads any, also in a callback
    void scan_now(std::error_code& error) const;
    /// Does the same, and throws.
    void scan_now() const;

private:
    struct calls {
        void (*baseline)(void*);
        void (*run)(void*, std::stop_token);
        std::exception_ptr (*failure)(void const*) noexcept;
        std::vector<std::string>& (*roots)(void*) = nullptr; // null if they cannot be changed
        void (*interrupt)(void*) noexcept = nullptr;         // null if the clock has none
    };
    struct worker;

    template <class Reloader>
    static constexpr bool has_roots = requires(Reloader& r) {
        { r.enumerator().roots() } -> std::same_as<std::vector<std::string>&>;
    };

    template <class Reloader>
    static constexpr calls calls_of() noexcept {
        calls of{[](void* watched) {
                     auto& reloader = *static_cast<Reloader*>(watched);
                     if (!reloader.has_baseline()) reloader.baseline();
                 },
                 [](void* watched, std::stop_token stop) {
                     static_cast<Reloader*>(watched)->run(std::move(stop));
                 },
                 [](void const* watched) noexcept {
                     return failure_of(*static_cast<Reloader const*>(watched));
                 }};
        if constexpr (has_roots<Reloader>) {
            if constexpr (!supervises<Reloader>()) {
                of.roots = [](void* watched) -> std::vector<std::string>& {
                    return static_cast<Reloader*>(watched)->enumerator().roots();
                };
            }
        }
        if constexpr (requires(Reloader & r) { r.clock().interrupt(); }) {
            of.interrupt = [](void* watched) noexcept {
                static_cast<Reloader*>(watched)->clock().interrupt();
            };
        }
        return of;
    }

    // A change of the roots ends `run`, and so would end the program of such a strategy.
    template <class Reloader>
    static constexpr bool supervises() noexcept {
        if constexpr (requires(Reloader & r) { r.strategy(); }) {
            using strategy = std::remove_cvref_t<decltype(std::declval<Reloader&>().strategy())>;
            return supervising_strategy<strategy>;
        }
        return false;
    }

    template <class Reloader>
    static std::exception_ptr failure_of(Reloader const& of) noexcept {
        if constexpr (requires { of.failure(); }) {
            return of.failure();
        } else {
            return nullptr;
        }
    }

    reloader_guard(void* reloader, calls of);

    detail::owned<worker> worker_;
};

} // namespace restat
#endif
