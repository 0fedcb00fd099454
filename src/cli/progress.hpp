#pragma once

#include <restat/matcher/any_matcher.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>

namespace restat::cli {

/// A `path_matcher` that counts how often it is asked.
struct counting_matcher {
    any_matcher matcher;
    std::shared_ptr<std::atomic<std::size_t>> count =
        std::make_shared<std::atomic<std::size_t>>(0);

    verdict operator()(candidate const& path) const noexcept {
        count->fetch_add(1, std::memory_order_relaxed);
        return matcher(path);
    }
    verdict previously(candidate const& path) const noexcept { return matcher.previously(path); }
    entered enter(candidate const& directory, directory_reader& reader) const {
        return matcher.enter(directory, reader);
    }
    void faults(std::vector<finding>& into) const { matcher.faults(into); }
};

/// Shows on a terminal how far a scan has come, if it takes over a second; until destroyed. Does
/// nothing where standard error is no terminal.
/// \threads one of its own
class scan_progress {
public:
    explicit scan_progress(counting_matcher const& asked);

private:
    std::jthread thread_;
};

} // namespace restat::cli
