#pragma once

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/forwarding_matcher.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace restat::cli {

/// Counters of the calls of the matcher by all scans so far, shared between copies of a matcher.
struct scan_tally {
    std::atomic<std::size_t> matcher_calls{0};
    std::atomic<bool> records_excluded{false};
    std::atomic<bool> wants_directory{false};      // of the next scanned directory
    std::mutex mutex{};                            // guards the members below
    std::map<std::string, std::size_t> excluded{}; // excluded directories, with their `below`
    std::string last_directory{};                  // scanned lately

    void record_excluded(candidate const& directory) noexcept {
        if (!records_excluded.load(std::memory_order_relaxed)) return;
        try {
            std::lock_guard const lock{mutex};
            excluded.emplace(directory.path, directory.below);
        } catch (std::bad_alloc const&) { // only loses a line of output
        }
    }

    void record_directory(candidate const& scanned) noexcept {
        if (!wants_directory.exchange(false)) return;
        try {
            std::lock_guard const lock{mutex};
            last_directory.assign(scanned.path);
        } catch (std::bad_alloc const&) { // only loses a part of a line
        }
    }
};

/// A `path_matcher` with a counter of its calls. Copies share a single matcher, with the rules
/// read from the tree, and a single counter.
class counting_matcher : public forwarding_matcher<any_matcher const&> {
public:
    explicit counting_matcher(any_matcher of)
        : counting_matcher{std::make_shared<any_matcher const>(std::move(of))} {}

    verdict operator()(candidate const& path) const noexcept {
        tally->matcher_calls.fetch_add(1, std::memory_order_relaxed);
        auto const result = of()(path);
        if (path.is_directory() && tally->wants_directory.load(std::memory_order_relaxed))
            tally->record_directory(path);
        if (result == verdict::exclude && path.is_directory()) tally->record_excluded(path);
        return result;
    }

    using forwarding_matcher::of;

    std::shared_ptr<scan_tally> tally = std::make_shared<scan_tally>();

private:
    explicit counting_matcher(std::shared_ptr<any_matcher const> of)
        : forwarding_matcher{*of}, owner_{std::move(of)} {}

    std::shared_ptr<any_matcher const> owner_;
};

/// The progress of a scan: its paths so far, its duration so far, and a directory scanned lately.
struct scan_state {
    std::size_t paths = 0;
    std::chrono::duration<double> time{};
    std::string directory = {};
};

/// Returns "restat: scanning: 91000 paths, 45500 per second, in src/lib". If the text is longer
/// than a row of the terminal, the name of the directory begins with "..." or is left out.
std::string progress_text(scan_state const& now, std::size_t columns);

/// Shows the progress of a scan on a terminal after the first second, until destroyed. Does
/// nothing if the descriptor is no terminal.
/// \threads one of its own
class scan_progress {
public:
    explicit scan_progress(counting_matcher const& matcher, int descriptor = STDERR_FILENO);

private:
    std::jthread thread_;
};

} // namespace restat::cli
