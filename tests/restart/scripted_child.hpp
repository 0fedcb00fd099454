#pragma once

#include "restart/supervisor.hpp"

#include <restat/testing/print.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace restat::scripted {

using namespace restat::detail;
using namespace std::chrono_literals;
using kind = process_event_kind;

/// A list of values that Boost.Test can print.
template <class Value>
struct listed : std::vector<Value> {
    using std::vector<Value>::vector;

    friend std::ostream& operator<<(std::ostream& to, listed const& all) {
        for (auto const& one : all) to << one << "; ";
        return to;
    }
};

using lines = listed<std::string>;
using kinds = listed<kind>;

/// Files with only the properties set by the test.
struct scripted_files final : file_evidence {
    file_use use = file_use::none;

    file_use use_of(change const&) override { return use; }
    std::string content_of(change const&) override { return {}; }
};

/// A child with prescribed answers that records every call.
struct scripted_child final : child {
    lines log; // "start 1 change a b", "signal 15", "reap"
    std::error_code start_error;
    std::error_code check_error;
    bool passes = false; // the system causes the error of a start
    std::optional<leader_end> end;
    bool gone = false;
    bool terminal = false;
    bool interrupted = false;
    bool suspended = false;
    bool wants_tty = false;
    bool says_ready = false;
    bool has_copy = false;
    std::error_code copy_error;
    int pid = 100;
    int notes = 0; // of the written files
    scripted_files files;

    start_outcome check() override { return {0, check_error, "/bin/it", false}; }
    start_outcome start(start_request const& how) override {
        std::string line = "start " + std::to_string(how.generation) + ' ';
        line += to_string(how.reason);
        for (auto const& what : how.changes) line += ' ' + what.path;
        if (how.source == start_source::copy) line += " copy";
        log.push_back(line);
        if (start_error) return {0, start_error, "/bin/it", passes};
        end.reset();
        gone = false;
        return {++pid, {}, "/bin/it", false, {}, copy_error};
    }
    void signal(int number) noexcept override {
        log.push_back("signal " + std::to_string(number));
    }
    void signal_leader(int number) noexcept override {
        log.push_back("signal leader " + std::to_string(number));
    }
    std::optional<leader_end> ended() noexcept override { return end; }
    bool is_gone() noexcept override { return gone; }
    void reap() noexcept override { log.emplace_back("reap"); }
    std::vector<process_name> members() noexcept override { return {{100, "it"}}; }
    file_evidence& gather_evidence() override { return files; }
    void note_written_files() override { ++notes; }
    bool is_at_terminal() const noexcept override { return terminal; }
    bool was_interrupted() noexcept override { return interrupted; }
    bool was_suspended() noexcept override { return std::exchange(suspended, false); }
    void resume() noexcept override { log.emplace_back("resume"); }
    bool wants_terminal() noexcept override { return std::exchange(wants_tty, false); }
    bool has_reported_ready() noexcept override { return std::exchange(says_ready, false); }
    void approve() noexcept override { log.emplace_back("approve"); }
    bool can_roll_back() noexcept override { return has_copy; }
    int descriptor() const noexcept override { return 7; }
};

/// A supervisor on a clock that stands still.
struct fixture {
    scripted_child child;
    std::vector<process_event> events;
    supervisor_options options;
    std::optional<supervisor> made;
    time_point now{1h};

    supervisor& it() {
        if (!made) made.emplace(options, [this](auto const& e) { events.push_back(e); });
        return *made;
    }
    supervision run() {
        it().start();
        return step();
    }
    supervision step(std::chrono::nanoseconds after = 0ns) {
        now += after;
        return it().supervise(child, now);
    }
    void exits(int code, bool all = true) {
        child.end = leader_end{{code, 0, false}, {}, false};
        child.gone = all;
    }
    restart_result change(std::vector<std::string> const& paths, std::error_code* why = nullptr) {
        std::vector<restat::change> all;
        for (auto const& path : paths) {
            all.push_back({change_kind::modified, path, fields::size, {}, {}});
        }
        std::error_code error;
        auto const result = it().restart(child, change_set{std::move(all)}, error);
        if (why) *why = error;
        return result;
    }
    lines log() { return std::exchange(child.log, {}); }
    kinds reported() {
        kinds all;
        for (auto const& e : std::exchange(events, {})) all.push_back(e.kind);
        return all;
    }
};

using shown = supervision::state;

inline std::error_code code_of(std::errc code) { return std::make_error_code(code); }

} // namespace restat::scripted
