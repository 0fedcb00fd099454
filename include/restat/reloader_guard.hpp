#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled.hpp>
#else
#include <restat/detail/owned.hpp>
#include <restat/export.hpp>

#include <exception>
#include <stop_token>

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
        : reloader_guard{&reloader,
                         {[](void* of) {
                              auto& watched = *static_cast<Reloader*>(of);
                              if (!watched.has_baseline()) watched.baseline();
                          },
                          [](void* of, std::stop_token stop) {
                              static_cast<Reloader*>(of)->run(std::move(stop));
                          },
                          [](void const* of) noexcept {
                              return failure_of(*static_cast<Reloader const*>(of));
                          }}} {}
    reloader_guard(reloader_guard const&) = delete;
    ~reloader_guard();

    /// Returns the last exception of a callback or of a scan, or the exception that ended the
    /// watching. Returns null if there was none. Any thread may call this function.
    std::exception_ptr failure() const noexcept;
    /// Returns whether the guard still watches for changes: false after `run` has returned or
    /// failed, and in a forked process. Any thread may call this function.
    bool is_watching() const noexcept;

private:
    struct calls {
        void (*baseline)(void*);
        void (*run)(void*, std::stop_token);
        std::exception_ptr (*failure)(void const*) noexcept;
    };
    struct worker;

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
