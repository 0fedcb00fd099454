#include <restat/reloader_guard.hpp>

#include "base/plain_path.hpp"
#include "platform/files/thread.hpp"

#include <restat/error.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace restat {

// The thread is the last member, so the thread ends before the destruction of the members in use.
struct reloader_guard::worker {
    worker(void* watched, calls of);

    struct root_request {
        std::string path;
        bool adds;
    };

    static void* watch(void* self) noexcept;
    void run();
    bool take_requests(std::stop_token& next);
    void change_root(root_request const& wanted);
    std::error_code refusal() const noexcept;
    void request(root_request wanted, std::error_code& error);
    void scan_now(std::error_code& error) noexcept;
    void end();
    bool is_forked() const noexcept { return pid != detail::this_process(); }
    bool is_this_thread() const noexcept { return id == std::this_thread::get_id(); }

    void* reloader;
    calls call;
    std::mutex mutex;      ///< of the next four members
    std::stop_source stop; ///< ends the present `run`
    bool is_ending = false;
    std::vector<root_request> requests;
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
        my.run();
    } catch (...) {
        std::lock_guard const lock{my.mutex};
        my.ended_by = std::current_exception();
        my.watching = false;
    }
    return nullptr;
}

// A request ends `run`, which begins again after the change of the roots.
void reloader_guard::worker::run() {
    auto token = stop.get_token();
    do {
        call.run(reloader, std::move(token));
    } while (take_requests(token));
}

bool reloader_guard::worker::take_requests(std::stop_token& next) {
    std::vector<root_request> taken;
    {
        std::lock_guard const lock{mutex};
        if (is_ending || requests.empty()) return watching = false;
        taken.swap(requests);
        stop = std::stop_source{};
        next = stop.get_token();
    }
    for (auto const& one : taken) change_root(one);
    if (call.interrupt) call.interrupt(reloader);
    return true;
}

void reloader_guard::worker::change_root(root_request const& wanted) {
    auto& roots = call.roots(reloader);
    auto const is_it = [plain = detail::plain_path(wanted.path)](std::string const& root) {
        return detail::plain_path(root) == plain;
    };
    if (!wanted.adds) {
        std::erase_if(roots, is_it);
    } else if (std::none_of(roots.begin(), roots.end(), is_it)) {
        roots.push_back(wanted.path);
    }
}

std::error_code reloader_guard::worker::refusal() const noexcept {
    if (is_forked()) return errc::forked;
    return watching ? std::error_code{} : std::make_error_code(std::errc::operation_canceled);
}

void reloader_guard::worker::request(root_request wanted, std::error_code& error) {
    error = refusal();
    if (!error && !call.roots) error = std::make_error_code(std::errc::not_supported);
    if (!error && wanted.path.empty()) error = std::make_error_code(std::errc::invalid_argument);
    if (error) return; // in a forked process, the mutex may stay locked
    std::unique_lock lock{mutex};
    error = refusal();
    if (error) return;
    requests.push_back(std::move(wanted));
    auto present = stop;
    lock.unlock();
    present.request_stop();
}

void reloader_guard::worker::scan_now(std::error_code& error) noexcept {
    error = refusal();
    if (!error && !call.interrupt) error = std::make_error_code(std::errc::not_supported);
    if (!error) call.interrupt(reloader);
}

void reloader_guard::worker::end() {
    std::unique_lock lock{mutex};
    is_ending = true;
    auto present = stop;
    lock.unlock();
    present.request_stop();
}

reloader_guard::reloader_guard(void* reloader, calls of) {
    of.baseline(reloader);
    worker_ = detail::make_owned<worker>(reloader, of);
}

reloader_guard::~reloader_guard() {
    bool const is_forked = worker_->is_forked();
    if (!is_forked) worker_->end();
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

bool reloader_guard::is_watching() const noexcept { return !worker_->refusal(); }

void reloader_guard::add_root(std::string_view path, std::error_code& error) const {
    worker_->request({std::string{path}, true}, error);
}

void reloader_guard::add_root(std::string_view path) const {
    std::error_code error;
    add_root(path, error);
    if (error) detail::throw_error(error, "add the root", path);
}

void reloader_guard::remove_root(std::string_view path, std::error_code& error) const {
    worker_->request({std::string{path}, false}, error);
}

void reloader_guard::remove_root(std::string_view path) const {
    std::error_code error;
    remove_root(path, error);
    if (error) detail::throw_error(error, "remove the root", path);
}

void reloader_guard::scan_now(std::error_code& error) const { worker_->scan_now(error); }

void reloader_guard::scan_now() const {
    std::error_code error;
    scan_now(error);
    if (error) detail::throw_error(error, "scan the files");
}

} // namespace restat
