#pragma once

#include <restat/observer.hpp>

#include <cstddef>
#include <cstdio>
#include <set>
#include <string>

namespace restat {

#ifdef RESTAT_DISABLED
struct log_to : observer {
    explicit log_to(std::FILE*) noexcept {}
};
#else
/// An `observer` that writes a line for each event: the kind of event, the file, and the next
/// action of the program, if any.
///
///     restat::log_to log{stderr};
///     restat::stat_reloader reloader{{.track = {"config.toml"}, .observer = &log}};
///
///     restat: watching 7 files
///     restat: 'config.toml' modified (mtime, size); reloading
///     restat: cannot deliver 'config.toml': an exception was thrown: line 3; trying again
///
/// Names are escaped. A repeated refusal or suspension is written only once, and so is the wait
/// for a missing file that both a scan and the strategy report. A line is dropped if the stream is
/// closed or blocks for 100 ms; the next successful line gives the number of lost lines. Watching
/// continues in any case, and neither SIGPIPE nor SIGXFSZ is raised.
/// \threads serves a single reloader
/// \cost a line goes to the stream's descriptor at once, past the buffer of the stream
class RESTAT_EXPORT log_to : public observer {
public:
    /// Writes to the descriptor of the stream, which must stay open.
    explicit log_to(std::FILE* stream);

    void on_baseline(snapshot const& files) noexcept override;
    void on_finding(finding const& what) noexcept override;
    void on_delivering(change_set const& changes) noexcept override;
    void on_restarting(change_set const& changes) noexcept override;
    void on_delivered(change_set const& changes, restart_result result, std::error_code reason,
                      time_point when) noexcept override;

private:
    template <class Make>
    void write(Make const& make) noexcept;
    void put(std::string const& line);
    bool is_retry(change_set const& changes) const noexcept;
    bool is_reported_wait(finding const& what) const noexcept;

    int descriptor_;
    std::size_t lost_ = 0;
    // State of the last refused delivery.
    std::size_t batch_ = 0;
    time_point moved_{};
    std::error_code reason_;
    std::error_code found_; // by the strategy, during the delivery
    std::set<std::string> missing_;
};
#endif

} // namespace restat
