#include "progress.hpp"

#include "output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace restat::cli {
namespace {

void show(std::stop_token const& stop, std::atomic<std::size_t> const& count) {
    using namespace std::chrono_literals;
    std::mutex mutex;
    std::condition_variable_any stopped;
    auto const stopped_within = [&](auto time) {
        std::unique_lock lock{mutex};
        return stopped.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
    };
    if (stopped_within(1s)) return;
    do {
        write_or_drop(STDERR_FILENO, fmt::format("\rrestat: {} paths so far", count.load()),
                      100ms);
    } while (!stopped_within(200ms));
    write_or_drop(STDERR_FILENO, "\r\x1b[K", 100ms);
}

} // namespace

scan_progress::scan_progress(counting_matcher const& matcher) {
    if (!is_terminal(STDERR_FILENO)) return;
    thread_ = std::jthread{[tally = matcher.tally](std::stop_token const& stop) {
        show(stop, tally->matcher_calls);
    }};
}

} // namespace restat::cli
