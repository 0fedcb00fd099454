#include <restat/reloader_guard.hpp>

#include <mutex>
#include <thread>

namespace restat {

// The thread is the last member: it ends before what it uses goes.
struct reloader_guard::worker {
    worker(void* reloader, void (*run)(void*, std::stop_token))
        : thread{[this, reloader, run](std::stop_token stop) { watch(reloader, run, stop); }} {}

    void watch(void* reloader, void (*run)(void*, std::stop_token),
               std::stop_token stop) noexcept {
        try {
            run(reloader, std::move(stop));
        } catch (...) {
            std::lock_guard const lock{mutex};
            failure = std::current_exception();
        }
    }

    std::mutex mutex;
    std::exception_ptr failure;
    std::jthread thread;
};

reloader_guard::reloader_guard(void* reloader, void (*baseline)(void*),
                               void (*run)(void*, std::stop_token)) {
    baseline(reloader);
    worker_ = detail::make_owned<worker>(reloader, run);
}

reloader_guard::~reloader_guard() = default;

std::exception_ptr reloader_guard::failure() const noexcept {
    std::lock_guard const lock{worker_->mutex};
    return worker_->failure;
}

} // namespace restat
