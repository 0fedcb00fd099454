// Without a command there is no process to stop, so signals keep their default action: each
// signal ends the program at once, as its sender expects.

#include "input_end.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "selection.hpp"
#include "signals.hpp"
#include "status_reporter.hpp"
#include "tasks.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/clock/interruptible_clock.hpp>
#include <restat/restart/callback_restart.hpp>

#include <atomic>
#include <csignal>
#include <optional>

namespace restat::cli {
namespace {

/// Hides the progress after the first scan, and stops the program when the reader of its output
/// is gone.
class print_reporter : public status_reporter {
public:
    print_reporter(settings const& from, counting_matcher const& matcher,
                   change_writer const& writer, std::stop_source stop)
        : status_reporter{from, matcher}
        , progress_{std::in_place, matcher}
        , writer_{writer}
        , stop_{stop} {}

    void on_scan(snapshot const& files, scan_span when) noexcept override {
        progress_.reset();
        status_reporter::on_scan(files, when);
        if (writer_.reader_is_gone()) stop_.request_stop();
    }

private:
    std::optional<scan_progress> progress_;
    change_writer const& writer_;
    std::stop_source stop_;
};

} // namespace

int print_changes(settings const& from) {
    counting_matcher const matcher{make_matcher(from.files)};
    auto files = make_enumerator(from.files);
    change_writer writer{from};
    std::stop_source stop;
    print_reporter reporter{from, matcher, writer, stop};
    basic_reloader reloader{std::move(files), matcher, interruptible_clock{},
                            kind_filter{callback_restart{[&](change_set const& changes) {
                                            writer.write(changes);
                                            if (from.once) stop.request_stop();
                                        }},
                                        from.kinds},
                            from.when};
    reloader.observe(&reporter);
    std::atomic<bool> input_ended = false;
    std::optional<input_end> end_of_input;
    if (from.quit_on_eof) {
        end_of_input.emplace([&] {
            input_ended = true;
            stop.request_stop();
        });
    }
    std::error_code error;
    reloader.run(stop.get_token(), error);
    end_of_input.reset();
    if (input_ended) end_by(SIGTERM);
    return error || writer.failed() ? 1 : 0;
}

} // namespace restat::cli
