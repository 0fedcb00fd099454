#pragma once

#include <restat/detail/owned.hpp>
#include <restat/export.hpp>

#include <exception>
#include <stop_token>

namespace restat {

/// Watches for as long as it lives: takes the baseline when it is made, if there is none, runs the
/// reloader on a thread of its own, and stops it and waits for it when it goes.
///
///     restat::reloader_guard const watching{reloader};
///
/// An exception of a callback does not end the watching: the change is offered again, as
/// `basic_reloader` describes. The thread blocks all signals; the callbacks run with them blocked.
/// After a fork, the guard of the child process watches nothing: its `failure` is a `reload_error`
/// with `errc::forked`. A child that wants to watch makes a reloader and a guard of its own.
/// \errors throws here if the baseline cannot be taken or no thread can be started
/// \threads the callbacks are called on the guard's thread, which must not destroy the guard; a
/// callback may call `std::exit`, also if the guard is a static object
class RESTAT_EXPORT reloader_guard {
public:
    template <class Reloader>
    explicit reloader_guard(Reloader& reloader)
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

    /// Returns the last exception of a callback, of a scan, or the one that ended the watching;
    /// null if there was none. Any thread.
    std::exception_ptr failure() const noexcept;
    /// Returns whether changes are still watched for: false once `run` has returned or failed, and
    /// in a forked process. Any thread.
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
