#include <restat/testing/trace_recorder.hpp>

#include "testing/trace_json.hpp"

#include <utility>

namespace restat::testing {

using trace::to_json;
using trace::written;

namespace {

written coverage_json(event_coverage const& of) {
    written made{{"directories", of.directories}, {"watched", of.watched}};
    if (of.partly > 0) made["partly"] = of.partly;
    if (of.checked > 0) made["checked"] = of.checked;
    if (of.refused > 0) made["refused"] = of.refused;
    if (of.why) made["error"] = to_json(of.why);
    return made;
}

} // namespace

struct trace_recorder::members {
    // Makes a line and passes it to the sink; does nothing after a failure.
    template <class Make>
    void write(Make const& make) noexcept {
        if (!is_whole) return;
        is_whole = false;
        try {
            put(make());
            is_whole = true;
        } catch (...) { // reported by `is_whole`
        }
    }

    // Writes ASCII, so names cannot control a terminal.
    void put(written const& line) const {
        sink(line.dump(-1, ' ', true, written::error_handler_t::strict) + '\n');
    }

    written numbered() { return {{"n", ++number}}; }

    std::function<void(std::string_view)> sink;
    snapshot last{};
    std::size_t number = 0;
    bool is_whole = true;
    bool scanned = false; // since the last baseline
};

trace_recorder::trace_recorder(std::function<void(std::string_view line)> sink)
    : m_{restat::detail::make_owned<members>(members{std::move(sink)})} {}

trace_recorder::~trace_recorder() = default;

bool trace_recorder::is_whole() const noexcept { return m_->is_whole; }

void trace_recorder::on_schedule(schedule const& when) noexcept {
    m_->write([&] {
        m_->last = {};
        m_->number = 0;
        m_->scanned = false;
        return written{{"restat_trace", trace::version}, {"schedule", to_json(when)}};
    });
}

void trace_recorder::on_scan(snapshot const& seen, scan_span when) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        auto& scan = line["scan"] = to_json(when);
        if (trace::put_difference(scan, m_->last, seen)) m_->last = seen;
        m_->scanned = true;
        return line;
    });
}

// Entries absent from every scan come from the previous process.
void trace_recorder::on_baseline(snapshot const& baseline) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        auto& watching = line["watching"] = {{"files", baseline.size()}};
        bool const was_scanned = std::exchange(m_->scanned, false);
        bool const differs = trace::put_difference(watching, m_->last, baseline);
        if (differs) m_->last = baseline;
        if (differs || !was_scanned) watching["inherited"] = true;
        return line;
    });
}

void trace_recorder::on_finding(finding const& what) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        line["found"] = to_json(what);
        return line;
    });
}

void trace_recorder::on_hints(hint_list const& hints) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        line["hinted"] = to_json(hints);
        return line;
    });
}

void trace_recorder::on_coverage(event_coverage const& of) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        line["covered"] = coverage_json(of);
        return line;
    });
}

void trace_recorder::on_delivering(change_set const& changes) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        line["delivering"] = to_json(changes);
        return line;
    });
}

void trace_recorder::on_delivered(change_set const&, restart_result result,
                                  std::error_code reason, time_point when) noexcept {
    m_->write([&] {
        written line = m_->numbered();
        auto& outcome = line["delivered"];
        outcome = {{"at", to_json(when)}, {"result", to_string(result)}};
        if (reason) outcome["error"] = to_json(reason);
        return line;
    });
}

} // namespace restat::testing
