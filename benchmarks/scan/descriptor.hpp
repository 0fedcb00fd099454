#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace bench {

/// Throws if a system call failed.
inline int must(int result, std::string const& what) {
    if (result == -1) throw std::system_error{errno, std::generic_category(), what};
    return result;
}

/// A file descriptor that is closed at the end.
class descriptor {
public:
    explicit descriptor(int number = -1) noexcept : number_{number} {}
    descriptor(descriptor&& from) noexcept : number_{std::exchange(from.number_, -1)} {}
    descriptor& operator=(descriptor&& from) noexcept {
        std::swap(number_, from.number_);
        return *this;
    }
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const noexcept { return number_; }

private:
    int number_;
};

inline descriptor open_directory(std::string const& path) {
    return descriptor{must(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path)};
}

/// Calls `work(0)` to `work(count - 1)`, in order, from so many threads; with one, from this one.
template <class Work>
void in_threads(unsigned threads, std::size_t count, Work work) {
    constexpr std::size_t block = 16; // taken at once, so that threads seldom meet
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::atomic_flag failed{};
    auto const go = [&] {
        try {
            for (std::size_t from; (from = next.fetch_add(block)) < count;) {
                for (std::size_t i = from; i < from + block && i < count; ++i) work(i);
            }
        } catch (...) {
            if (!failed.test_and_set()) failure = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i) others.emplace_back(go);
        go();
    }
    if (failure) std::rethrow_exception(failure);
}

} // namespace bench
