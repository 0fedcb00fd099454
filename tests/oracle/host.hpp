#pragma once

#include "oracle/configuration.hpp"

#include <restat/change_set.hpp>
#include <restat/enumerator/file_enumerator.hpp>
#include <restat/poll_result.hpp>
#include <restat/restart_result.hpp>
#include <restat/snapshot.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

// The host: a reloader as a user composes one, without its types.
namespace oracle {

/// A clock that skips its waits, so that quiet periods cost no time. Copies share one time.
class skipping_clock {
public:
    restat::time_point now() const noexcept;
    restat::wake wait_until(restat::time_point when, std::stop_token stop) const;
    /// Lets time pass until then.
    void skip_to(restat::time_point when) const;

private:
    std::shared_ptr<std::atomic<std::int64_t>> skipped_ =
        std::make_shared<std::atomic<std::int64_t>>(0);
};

/// What the host does with the changes; may throw.
using callback = std::function<restat::restart_result(restat::change_set const&)>;

class host {
public:
    host() = default;
    host(host const&) = delete;
    virtual ~host() = default;

    virtual void baseline() = 0;
    virtual restat::poll_result poll() = 0;
    virtual restat::slice_result poll_for(std::chrono::nanoseconds budget) = 0;
    /// Watches on a thread until `stop`. Whether the watching had ended by itself.
    virtual void start() = 0;
    virtual bool stop() = 0;
    virtual restat::snapshot const& latest() const = 0;
    /// What a fresh scan of the same roots sees.
    virtual restat::snapshot scan_afresh() = 0;
    virtual void use_roots(std::vector<std::string> const& roots) = 0;
    /// Asks for what a host may ask for in each frame.
    virtual void ask() = 0;
    virtual void pin(std::string const& path) = 0;
    virtual std::string why(std::string const& path) = 0;
};

/// `hook` is called for each candidate of a scan. The roots are as the user spells them.
std::unique_ptr<host> make_host(configuration const& of, std::vector<std::string> const& roots,
                                std::vector<std::string> const& listed,
                                skipping_clock const& clock, callback when_changed,
                                std::function<void()> hook);

} // namespace oracle
