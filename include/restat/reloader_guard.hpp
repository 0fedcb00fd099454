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
/// \errors what fails while the baseline is taken is thrown here; an exception of a callback ends
/// the watching and is kept in `failure`
/// \threads the callbacks are called on the guard's thread, which must not destroy the guard
class RESTAT_EXPORT reloader_guard {
public:
    template <class Reloader>
    explicit reloader_guard(Reloader& reloader)
        : reloader_guard{&reloader,
                         [](void* of) {
                             auto& watched = *static_cast<Reloader*>(of);
                             if (!watched.has_baseline()) watched.baseline();
                         },
                         [](void* of, std::stop_token stop) {
                             static_cast<Reloader*>(of)->run(std::move(stop));
                         }} {}
    reloader_guard(reloader_guard const&) = delete;
    ~reloader_guard();

    /// The exception that ended the watching, or null. Any thread.
    std::exception_ptr failure() const noexcept;

private:
    reloader_guard(void* reloader, void (*baseline)(void*), void (*run)(void*, std::stop_token));

    struct worker;
    detail::owned<worker> worker_;
};

} // namespace restat
