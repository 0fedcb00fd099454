#pragma once

#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <string>
#include <unistd.h>

/// What the processes of a restart tell the one that measures, through a named pipe.
namespace bench {

struct moment {
    enum class kind : std::int64_t {
        begun, ///< the first instruction of the new run
        seen,  ///< the look that first saw the change
        told,  ///< the changes are settled: now the strategy has them
    };
    kind what = kind::begun;
    std::int64_t at = 0; ///< monotonic, in nanoseconds
};

inline std::int64_t now() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

inline void tell(std::string const& pipe, moment what) noexcept {
    int const to = ::open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
    if (to < 0 || ::write(to, &what, sizeof what) != sizeof what) ::_exit(3);
    ::close(to);
}

} // namespace bench
