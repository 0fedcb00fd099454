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

#include <algorithm>
#include <csignal>
#include <optional>

namespace restat::cli {
namespace {

/// What a shell has in `$?` for a command that could not be started.
int status_of_failure(std::error_code error) {
    bool const missing =
        error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    return missing ? 127 : 126;
}

/// The narrator of a command, which also decides when all is over.
class conductor : public narrator {
public:
    conductor(settings const& from, counting_matcher const& matcher)
        : narrator{from}
        , matcher_{matcher}
        , has_end_{from.once || from.run.when_it_ends == on_exit::quit} {}

    std::stop_source const& stop() const noexcept { return stop_; }
    /// The signal of the terminal that ended the command and so ends this program; 0 if none.
    int interrupted_by() const noexcept { return interrupted_by_; }

    void begin() { progress_.emplace(matcher_); }

    void scanned(snapshot const& files, std::chrono::nanoseconds took) noexcept override {
        progress_.reset();
        narrator::scanned(files, took);
    }

    void heard(process_event const& event) {
        narrator::heard(event);
        using kind = process_event::kind;
        if (event.what == kind::suspended) std::raise(SIGTSTP);
        if (event.what == kind::started) is_running_ = true;
        if (event.what == kind::ended) ended(event);
        if (event.what == kind::start_failed) start_failed(event);
    }

private:
    void ended(process_event const& event) {
        is_running_ = false;
        if (!event.interrupted) return;
        interrupted_by_ = event.status.signal;
        stop_.request_stop();
    }
    // What runs goes on until the next can be started, and what may pass is tried again; but a
    // command that is not there has a status of its own.
    void start_failed(process_event const& event) {
        bool const again = event.pause > event.pause.zero() &&
                           event.error != std::errc::no_such_file_or_directory;
        if (has_end_ && !is_running_ && !again) stop_.request_stop();
    }

    counting_matcher const& matcher_;
    bool has_end_;
    std::stop_source stop_;
    std::optional<scan_progress> progress_;
    bool is_running_ = false;
    int interrupted_by_ = 0;
};

int status_of(command_restart const& command) {
    if (command.last_error()) return status_of_failure(command.last_error());
    auto const end = command.last_exit();
    return end ? end->shell_status() : 0;
}

} // namespace

int run_command(settings const& from) {
    counting_matcher const matcher{make_matcher(from.files)};
    auto files = make_enumerator(from.files);
    conductor told{from, matcher};
    command_restart command{from.run, [&](process_event const& event) { told.heard(event); }};
    basic_reloader reloader{std::move(files), matcher, interruptible_clock{}, std::move(command),
                            from.when};
    auto& running = reloader.restart();
    signal_watch const signals{told.stop(), [&] { running.kill(); }};
    reloader.observe(&told);
    told.begin();
    std::error_code error;
    reloader.run(told.stop().get_token(), error);
    if (signals.received() != 0) end_by(signals.received());
    if (told.interrupted_by() != 0) end_by(told.interrupted_by());
    return error ? 1 : status_of(running);
}

} // namespace restat::cli
