#include "progress.hpp"

#include "output.hpp"
#include "platform/process/terminal_width.hpp"

#include <restat/escape.hpp>

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

namespace restat::cli {
namespace {

scan_state state_of(scan_tally& tally, std::chrono::duration<double> time) {
    std::lock_guard const lock{tally.mutex};
    tally.wants_directory = true;
    return {tally.matcher_calls.load(), time, tally.last_directory};
}

void show(std::stop_token const& stop, scan_tally& tally, int descriptor) {
    using namespace std::chrono_literals;
    auto const begin = std::chrono::steady_clock::now();
    std::mutex mutex;
    std::condition_variable_any stopped;
    auto const stopped_within = [&](auto time) {
        std::unique_lock lock{mutex};
        return stopped.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
    };
    tally.wants_directory = true;
    if (stopped_within(1s)) return;
    do {
        auto const now = state_of(tally, std::chrono::steady_clock::now() - begin);
        write_or_drop(descriptor,
                      "\r\x1b[K" + progress_text(now, detail::terminal_width(descriptor)), 100ms);
    } while (!stopped_within(200ms));
    write_or_drop(descriptor, "\r\x1b[K", 100ms);
}

} // namespace

std::string progress_text(scan_state const& now, std::size_t columns) {
    auto const rate = static_cast<double>(now.paths) / now.time.count();
    auto const text =
        fmt::format("restat: scanning: {} paths, {:.0f} per second", now.paths, rate);
    auto name = escape(now.directory);
    auto const fits = [&] { return columns == 0 || text.size() + 5 + name.size() < columns; };
    while (!fits()) {
        auto const slash = name.find('/', name.starts_with(".../") ? 4 : 0);
        if (slash == name.npos) return text;
        name = "..." + name.substr(slash);
    }
    return name.empty() ? text : fmt::format("{}, in {}", text, name);
}

scan_progress::scan_progress(counting_matcher const& matcher, int descriptor) {
    if (!is_terminal(descriptor)) return;
    thread_ = std::jthread{[tally = matcher.tally, descriptor](std::stop_token const& stop) {
        show(stop, *tally, descriptor);
    }};
}

} // namespace restat::cli
