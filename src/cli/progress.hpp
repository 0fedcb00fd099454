#pragma once

#include <restat/matcher/any_matcher.hpp>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace restat::cli {

/// What the scans so far have asked.
struct scan_tally {
    std::atomic<std::size_t> asked{0};
    std::atomic<bool> keeps_left_out{false};
    std::mutex mutex{};                            // for what follows
    std::map<std::string, std::size_t> left_out{}; // directories, each once, and their `below`

    void leave_out(candidate const& directory) noexcept;
};

/// A `path_matcher` that counts how often it is asked. Copies are one: they count together, and
/// what one has read of the tree, all know.
struct counting_matcher {
    explicit counting_matcher(any_matcher of)
        : matcher{std::make_shared<any_matcher const>(std::move(of))} {}

    std::shared_ptr<any_matcher const> matcher;
    std::shared_ptr<scan_tally> tally = std::make_shared<scan_tally>();

    verdict operator()(candidate const& path) const noexcept {
        tally->asked.fetch_add(1, std::memory_order_relaxed);
        auto const says = (*matcher)(path);
        if (says == verdict::exclude && path.is_directory()) tally->leave_out(path);
        return says;
    }
    explanation explain(candidate const& path) const { return matcher->explain(path); }
    verdict previously(candidate const& path) const noexcept { return matcher->previously(path); }
    entered enter(candidate const& directory, directory_reader& reader) const {
        return matcher->enter(directory, reader);
    }
    void faults(std::vector<finding>& into) const { matcher->faults(into); }
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
