#include "linux/thread_apart.hpp"

#include <cerrno>
#include <climits>
#include <utility>

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace restat::sys {
namespace {

// Nothing is copied, so that what the host closes is closed.
std::error_code empty_own_table() noexcept {
    constexpr unsigned unshare = 1U << 1;
    int const before = errno;
    std::error_code error;
#ifdef SYS_close_range
    if (::syscall(SYS_close_range, 0U, UINT_MAX, unshare) != 0) {
        error.assign(errno, std::system_category());
    }
#else
    error = std::make_error_code(std::errc::function_not_supported);
#endif
    errno = before;
    return error;
}

} // namespace

void thread_apart::start(std::error_code& error) {
    process_ = ::getpid();
    auto const run = [](void* self) -> void* {
        static_cast<thread_apart*>(self)->serve();
        return nullptr;
    };
    thread_.start(run, this, error);
    if (error) return;
    std::unique_lock lock{guard_};
    change_.wait(lock, [this] { return began_; });
    error = refused_;
}

thread_apart::~thread_apart() {
    if (!is_here()) thread_.forget();
    {
        std::lock_guard const lock{guard_};
        ends_ = true;
        change_.notify_all();
    }
    thread_.join();
}

bool thread_apart::is_here() const noexcept { return process_ == ::getpid(); }

void thread_apart::ask(void (*what)(void*), void* of) {
    std::unique_lock lock{guard_};
    what_ = what;
    of_ = of;
    change_.notify_all();
    change_.wait(lock, [this] { return what_ == nullptr; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void thread_apart::serve() {
    std::unique_lock lock{guard_};
    refused_ = empty_own_table();
    began_ = true;
    change_.notify_all();
    for (;;) {
        change_.wait(lock, [this] { return ends_ || what_ != nullptr; });
        if (what_ == nullptr) return;
        lock.unlock();
        do_as_asked();
        lock.lock();
        what_ = nullptr;
        change_.notify_all();
    }
}

void thread_apart::do_as_asked() noexcept {
    try {
        what_(of_);
    } catch (...) {
        thrown_ = std::current_exception();
    }
}

std::size_t spare_descriptors() noexcept {
    constexpr std::size_t rest = 256;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    auto const most = static_cast<std::size_t>(limit.rlim_cur);
    return most > rest ? most - rest : 0;
}

} // namespace restat::sys
