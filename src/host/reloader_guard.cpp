#include <restat/reloader_guard.hpp>

#include "platform/files/thread.hpp"

#include <restat/error.hpp>

#include <atomic>
#include <mutex>
#include <thread>

namespace restat {

// The thread is the last member, so the thread ends before the destruction of the members in use.
struct reloader_guard::worker {
    worker(void* watched, calls of);

    static void* watch(void* self) noexcept;
    bool is_forked() const noexcept { return pid != detail::this_process(); }
    bool is_this_thread() const noexcept { return id == std::this_thread::get_id(); }

    void* reloader;
    calls call;
    std::stop_source stop;
    std::mutex mutex;
    std::exception_ptr ended_by;
    std::atomic<bool> watching = true;
    std::atomic<std::thread::id> id;
    int pid = detail::this_process();
    detail::owned<worker> itself; ///< kept until the end if the worker's thread ends the process
    detail::thread thread;
};

reloader_guard::worker::worker(void* watched, calls of) : reloader{watched}, call{of} {
    std::error_code error;
    thread.start(watch, this, error);
    if (error) detail::throw_error(error, "start the watching thread");
}

void* reloader_guard::worker::watch(void* self) noexcept {
    auto& my = *static_cast<worker*>(self);
    my.id = std::this_thread::get_id();
    try {
        my.call.run(my.reloader, my.stop.get_token());
    } catch (...) {
        std::lock_guard const lock{my.mutex};
        my.ended_by = std::current_exception();
    }
    my.watching = false;
    return nullptr;
}

reloader_guard::reloader_guard(void* reloader, calls of) {
    of.baseline(reloader);
    worker_ = detail::make_owned<worker>(reloader, of);
}

reloader_guard::~reloader_guard() {
    bool const is_forked = worker_->is_forked();
    if (!is_forked) worker_->stop.request_stop();
    if (!is_forked && !worker_->is_this_thread()) return;
    worker_->thread.forget();
    if (is_forked) return;
    // A callback called `std::exit`: this thread uses the worker until the process ends.
    worker& kept = *worker_;
    kept.itself = std::move(worker_);
}

std::exception_ptr reloader_guard::failure() const noexcept {
    if (worker_->is_forked()) {
        return std::make_exception_ptr(reload_error{{{}, errc::forked, "watch for changes", {}}});
    }
    {
        std::lock_guard const lock{worker_->mutex};
        if (worker_->ended_by) return worker_->ended_by;
    }
    return worker_->call.failure(worker_->reloader);
}

bool reloader_guard::is_watching() const noexcept {
    return worker_->watching && !worker_->is_forked();
}

} // namespace restat
