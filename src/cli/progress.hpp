#pragma once

#include <restat/matcher/any_matcher.hpp>
#include <restat/matcher/forwarding_matcher.hpp>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace restat::cli {

/// Counters of the calls of the matcher by all scans so far, shared between copies of a matcher.
struct scan_tally {
    std::atomic<std::size_t> matcher_calls{0};
    std::atomic<bool> records_excluded{false};
    std::mutex mutex{};                            // guards the map below
    std::map<std::string, std::size_t> excluded{}; // excluded directories, with their `below`

    void record_excluded(candidate const& directory) noexcept {
        if (!records_excluded.load(std::memory_order_relaxed)) return;
        try {
            std::lock_guard const lock{mutex};
            excluded.emplace(directory.path, directory.below);
        } catch (std::bad_alloc const&) { // only loses a line of output
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

/// Shows the progress of a scan on a terminal after the first second, until destroyed. Does
/// nothing if standard error is not a terminal.
/// \threads one of its own
class scan_progress {
public:
    explicit scan_progress(counting_matcher const& matcher);

private:
    std::jthread thread_;
};

} // namespace restat::cli
