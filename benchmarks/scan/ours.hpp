#pragma once

#include "timing.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/sleep_clock.hpp>
#include <restat/enumerator/tree_enumerator.hpp>
#include <restat/restart/callback_restart.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace bench {

/// Whether the number of threads of a scan can be chosen.
template <class Options>
constexpr bool has_threads(Options const& how) {
    return requires { how.threads; };
}
inline constexpr bool can_choose_threads = has_threads(restat::tree_options{});

template <class Options>
void choose_threads([[maybe_unused]] Options& how, [[maybe_unused]] unsigned threads) {
    if constexpr (requires { how.threads = threads; }) how.threads = threads;
}

/// A matcher that leaves out directories of one name.
struct all_but {
    std::string_view directory = {};

    restat::verdict operator()(restat::candidate const& path) const noexcept {
        bool const ignored = path.is_directory() && path.name() == directory;
        return ignored ? restat::verdict::exclude : restat::verdict::none;
    }
};

/// What was delivered to whoever watches.
struct delivery {
    std::size_t changes = 0;
    steady::time_point when{};
};

struct note_delivery {
    delivery* into;
    void operator()(restat::change_set const& changes) const {
        *into = {changes.size(), steady::now()};
    }
};

/// Hears how often a reloader looks.
class pace_listener : public restat::observer {
public:
    void on_latency(restat::detection_latency const& of) noexcept override {
        hot_ = of.recent.count();
        cold_ = of.elsewhere.count();
        ++scans_;
        scans_.notify_all();
    }
    /// In seconds.
    double hot() const noexcept { return static_cast<double>(hot_) / 1e9; }
    double cold() const noexcept { return static_cast<double>(cold_) / 1e9; }
    /// Waits until the next one ends.
    void wait_for_scan() const noexcept { scans_.wait(scans_); }

private:
    std::atomic<std::int64_t> hot_{0};
    std::atomic<std::int64_t> cold_{0};
    std::atomic<std::size_t> scans_{0};
};

/// A reloader of a whole tree, that delivers as soon as it can.
class watched_tree {
public:
    using reloader = restat::basic_reloader<restat::tree_enumerator, all_but, restat::sleep_clock,
                                            restat::callback_restart<note_delivery>>;

    explicit watched_tree(std::string root, unsigned threads = 1, all_but which = {})
        : root_{std::move(root)}, threads_{threads}, which_{which} {
        forget();
    }
    watched_tree(watched_tree const&) = delete; // the reloader knows where `last_` lies
    watched_tree& operator=(watched_tree const&) = delete;
    ~watched_tree() = default;

    /// As if it was never scanned.
    void forget();
    /// The first scan; returns the number of files.
    std::size_t first_scan();
    /// A later one; returns how many changes were delivered.
    std::size_t rescan();
    /// Polls until something is delivered, and says what.
    delivery wait_for_edit();

    std::size_t size() const { return reloader_->latest().size(); }
    reloader& host() noexcept { return *reloader_; }

private:
    std::string root_;
    unsigned threads_;
    all_but which_;
    delivery last_;
    std::unique_ptr<reloader> reloader_;
};

/// The times that slices took which looked at something.
struct slices {
    std::chrono::microseconds budget{300};
    std::vector<double> seconds = {};
};

/// Polls in slices, if the library can.
template <class Reloader>
std::optional<slices> poll_in_slices(Reloader& host, std::size_t count) {
    if constexpr (requires { host.poll_for(std::chrono::microseconds{}); }) {
        slices measured;
        while (measured.seconds.size() < count) {
            auto const start = steady::now();
            auto const result = host.poll_for(measured.budget);
            if (result.entries_checked > 0) measured.seconds.push_back(seconds_since(start));
        }
        return measured;
    } else {
        return std::nullopt;
    }
}

} // namespace bench
