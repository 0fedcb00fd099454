//     main thread      scan, settle, stop and start the command; all lines to standard error
//     signal thread    waits for INT, TERM, HUP, QUIT; asks the main thread to stop; KILLs
//
// The command is made before the signals are blocked, as it starts with the mask of that time.

#include "narrator.hpp"
#include "progress.hpp"
#include "selection.hpp"
#include "signals.hpp"
#include "tasks.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/restart/command_restart.hpp>

#include <csignal>
#include <optional>

namespace restat::cli {
namespace {

bool is_one_of(std::error_code error, std::initializer_list<std::errc> of) {
    return std::find(of.begin(), of.end(), error) != of.end();
}

/// What a shell has in `$?` for a command that could not be started.
int status_of_failure(std::error_code error) {
    bool const missing =
        is_one_of(error, {std::errc::no_such_file_or_directory, std::errc::not_a_directory});
    return missing ? 127 : 126;
}

/// Whether a start that failed so may well succeed soon.
bool is_passing(std::error_code error) {
    return is_one_of(error, {std::errc::text_file_busy, std::errc::not_enough_memory,
                             std::errc::resource_unavailable_try_again});
}

/// The narrator of a command, which also decides when all is over.
class conductor : public narrator {
public:
    conductor(settings const& from, counting_matcher const& matcher)
        : narrator{from}
        , from_{from}
        , matcher_{matcher}
        , has_end_{from.once || from.run.when_it_ends == on_exit::quit} {}

    std::stop_source const& stop() const noexcept { return stop_; }
    /// The signal of the terminal that ended the command and so ends this program; 0 if none.
    int interrupted_by() const noexcept { return interrupted_by_; }
    /// The status to exit with, if a failed start decides it.
    std::optional<int> failure() const noexcept { return failure_; }

    void begin() { progress_.emplace(matcher_); }

    void scanned(snapshot const& files, std::chrono::nanoseconds took) noexcept override {
        progress_.reset();
        narrator::scanned(files, took);
    }

    void heard(process_event const& event) {
        narrator::heard(event);
        using kind = process_event::kind;
        if (event.what == kind::suspended) std::raise(SIGTSTP);
        if (event.what == kind::ended && event.interrupted) {
            interrupted_by_ = event.status.signal;
            stop_.request_stop();
        }
        if (event.what == kind::start_failed && has_end_ && !is_passing(event.error)) {
            failure_ = status_of_failure(event.error);
            stop_.request_stop();
        }
    }

private:
    settings const& from_;
    counting_matcher const& matcher_;
    bool has_end_;
    std::stop_source stop_;
    std::optional<scan_progress> progress_;
    std::optional<int> failure_;
    int interrupted_by_ = 0;
};

} // namespace

int run_command(settings const& from) {
    counting_matcher const matcher{make_matcher(from.files)};
    auto files = make_enumerator(from.files);
    conductor told{from, matcher};
    basic_reloader reloader{
        std::move(files), matcher, interruptible_clock{},
        command_restart{from.run, [&](process_event const& event) { told.heard(event); }},
        from.when};
    signal_watch const signals{told.stop(), [&] { reloader.restart().kill(); }};
    reloader.observe(&told);
    told.begin();
    std::error_code error;
    reloader.run(told.stop().get_token(), error);
    if (signals.received() != 0) end_by(signals.received());
    if (told.interrupted_by() != 0) end_by(told.interrupted_by());
    if (error) return 1;
    if (told.failure()) return *told.failure();
    auto const& last = reloader.restart().last_exit();
    return last ? last->shell_status() : 0;
}

} // namespace restat::cli
