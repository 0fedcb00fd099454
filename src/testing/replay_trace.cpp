#include <restat/testing/replay_trace.hpp>

#include "testing/trace_json.hpp"

#include <restat/basic_reloader.hpp>
#include <restat/testing/trace_recorder.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

// Replays a trace in a reloader with a recorder of its own. The trace supplies the reloader's
// input, and the new trace must equal the original.
namespace restat::testing {
namespace {

using trace::malformed;
using trace::read;

struct line {
    std::size_t number = 0; // in the text, from 1
    read body;

    bool is(char const* what) const { return body.contains(what); }
    bool begins_trace() const { return is("restat_trace"); }
    /// Returns whether the line has no decision. The scan for a hint has a line of its own.
    bool is_remark() const { return is("found") || is("hinted") || is("covered"); }
    read const& operator[](char const* what) const { return body.at(what); }
};

using lines = std::vector<line>;

std::string at_line(std::size_t number) { return "line " + std::to_string(number); }

/// Thrown with the first difference.
struct differs {
    std::string sentence;
};

/// Thrown by the strategy if the trace has no answer: the program ended there, or threw.
struct no_answer {};

// --- from text to lines

/// The lines up to the first invalid line, and its fault.
struct parsed {
    lines all;
    std::string fault;
};

// Returns the fault in the number of a line; empty if no line is missing.
std::string number_fault(lines const& before, line const& next) {
    if (next.begins_trace()) return "";
    if (before.empty()) return "no trace begins here";
    auto const& last = before.back();
    auto const expected = last.begins_trace() ? 1 : last["n"].get<std::uint64_t>() + 1;
    auto const at = next.body.find("n");
    if (at == next.body.end()) return "has no number";
    if (at->is_number_unsigned() && at->get<std::uint64_t>() == expected) return "";
    return "has the number " + at->dump() + " where " + std::to_string(expected) +
           " should be, so a line is missing or repeated";
}

// Parses a trace and ignores an incomplete last line.
parsed parse(std::string_view trace) {
    parsed result;
    for (std::size_t number = 1; !trace.empty(); ++number) {
        auto const end = std::min(trace.find('\n'), trace.size());
        bool const is_whole = end < trace.size();
        line next{number, read::parse(trace.substr(0, end), nullptr, false)};
        trace.remove_prefix(std::min(trace.size(), end + 1));
        if (next.body.is_discarded() && !is_whole) break;
        auto const fault = next.body.is_object() ? number_fault(result.all, next)
                                                 : std::string{"is not a JSON object"};
        if (!fault.empty()) {
            result.fault = at_line(number) + ": " + fault;
            break;
        }
        result.all.push_back(std::move(next));
    }
    if (result.all.empty() && result.fault.empty()) result.fault = "the text contains no trace";
    return result;
}

// --- the subject of a line

std::string summary(line const& what) {
    if (what.is("scan")) return "a scan";
    if (what.is("watching")) return "a baseline";
    if (what.is("delivered")) return "the end of a delivery";
    if (!what.is("delivering")) return "another line";
    std::string text = "a delivery of";
    for (auto const& change : what["delivering"].value("changes", read::array())) {
        text += " " + change.value("kind", "?") + " " +
                change.value("path", change.value("path_base64", "?")) + ",";
    }
    if (text.ends_with(',')) text.pop_back();
    return text;
}

std::string kind_of(line const& what) {
    for (auto const* kind : {"scan", "watching", "delivering", "delivered"}) {
        if (what.is(kind)) return kind;
    }
    return "";
}

// Returns, for example, "delivering/at is 5 in the trace and 7 in the replay".
std::string first_difference(read const& trace, read const& replay) {
    auto const patch = read::diff(trace, replay);
    read::json_pointer where{patch.at(0).at("path").get<std::string>()};
    if (!where.empty() && where.back() == "-") where.pop_back(); // a list has an additional item
    auto const value = [&](read const& in) {
        return in.contains(where) ? in.at(where).dump() : std::string{"nothing"};
    };
    return where.to_string().substr(1) + " is " + value(trace) + " in the trace and " +
           value(replay) + " in the replay";
}

// --- the fakes

/// The state shared by the policies of a replay.
struct stage {
    time_point now{};
    trace::recorded_tree tree{};
    time_point scan_ends{};
    bool inherits = false;
    line const* answer = nullptr;
    time_point offered_again{};         // the suspended changes
    std::vector<std::string> renamed{}; // new names in the next delivery
    std::vector<change_set> delivered{};
};

// Pending files of a slice may have been checked before the previous slice.
struct recorded_clock {
    stage* at;

    time_point now() const noexcept { return at->now; }
    wake wait_until(time_point, std::stop_token const&) const { return wake::deadline; }
};

struct recorded_files {
    stage* at;

    void enumerate(matcher_ref, snapshot_builder& into, std::error_code& error) {
        error.clear();
        at->tree.add_to(into);
        at->now = at->scan_ends;
    }
    // Returns a birth time before every rename in the trace.
    bool birth_time(std::string_view path, stat_record const&, stamp& made) const {
        made = {std::numeric_limits<std::int64_t>::min(), 0};
        return std::find(at->renamed.begin(), at->renamed.end(), path) != at->renamed.end();
    }
};

struct recorded_answers {
    stage* at;

    restart_result restart(change_set const& changes, std::error_code& error) {
        at->delivered.push_back(changes);
        if (!at->answer) throw no_answer{};
        auto const& outcome = (*at->answer)["delivered"];
        if (outcome.contains("error")) error = at->tree.error_of(outcome["error"]);
        auto const when = trace::time_of(outcome.at("at"));
        if (when < at->now) throw malformed{"the delivery ends before it begins"};
        at->now = when;
        return trace::result_of(outcome);
    }
    // The trace lacks the suspension's end, but contains the time of the next offer.
    time_point suspended_until() const noexcept { return at->offered_again; }
    void hand_over(snapshot const&) {}
    bool inherit(snapshot& into) {
        if (!at->inherits) return false;
        snapshot_builder builder;
        at->tree.add_to(builder);
        into = builder.finish();
        return true;
    }
};

verdict everything(candidate const&) noexcept { return verdict::none; }

// --- the replay of one trace

class session {
public:
    explicit session(line const& first)
        : recorder_{[this](std::string_view text) {
            replayed_.push_back({0, read::parse(text)});
        }}
        , reloader_{recorded_files{&stage_}, &everything, recorded_clock{&stage_},
                    recorded_answers{&stage_}, trace::schedule_of(first["schedule"])} {
        reloader_.observe(&recorder_);
        replayed_.clear();
    }

    /// Replays the next scan, or inheritance, and compares the results.
    void step(lines::const_iterator& at, lines::const_iterator end);

    std::vector<change_set> const& deliveries() const noexcept { return stage_.delivered; }

private:
    void prepare(line const& next);
    time_point next_offer(lines::const_iterator from, lines::const_iterator end) const;
    void compare(lines::const_iterator& at, lines::const_iterator end);

    stage stage_{};
    lines replayed_{};
    time_point last_ = time_point::min();
    trace_recorder recorder_;
    basic_reloader<recorded_files, verdict (*)(candidate const&) noexcept, recorded_clock,
                   recorded_answers>
        reloader_;
};

void session::prepare(line const& next) {
    if (next.is("scan")) {
        auto const when = trace::span_of(next["scan"]);
        if (when.ended < last_ || when.ended < when.began || when.ended < when.since) {
            throw malformed{"the scan ends before its begin or before an earlier line"};
        }
        last_ = stage_.scan_ends = when.ended;
        stage_.now = when.since;
        stage_.tree.apply(next["scan"]);
    } else if (next.is("watching") && next["watching"].contains("inherited")) {
        stage_.inherits = true;
        stage_.tree.apply(next["watching"]);
    } else {
        throw differs{at_line(next.number) + ": the trace has " + summary(next) +
                      " where the replay has none"};
    }
}

// Returns the end of the scan behind the next delivery; a late time without a delivery.
time_point session::next_offer(lines::const_iterator from, lines::const_iterator end) const {
    auto scan = end;
    for (auto at = from; at != end && !at->begins_trace(); ++at) {
        if (at->is("scan")) scan = at;
        if (at->is("delivering") && scan != end) {
            return trace::span_of((*scan)["scan"]).ended;
        }
    }
    return stage_.scan_ends + std::chrono::hours{24};
}

void session::step(lines::const_iterator& at, lines::const_iterator end) {
    prepare(*at);
    auto const next = std::find_if(at + 1, end, [](line const& one) {
        return one.is("scan") || one.is("delivered") || one.begins_trace();
    });
    auto const delivery =
        std::find_if(at + 1, next, [](line const& one) { return one.is("delivering"); });
    stage_.renamed.clear();
    if (delivery != next) stage_.renamed = trace::renamed_in((*delivery)["delivering"]);
    stage_.answer = next != end && next->is("delivered") ? &*next : nullptr;
    bool const suspends =
        stage_.answer && trace::result_of((*next)["delivered"]) == restart_result::suspended;
    if (suspends) stage_.offered_again = next_offer(next, end);
    std::error_code error;
    try {
        reloader_.poll(error);
    } catch (no_answer const&) {
    }
    last_ = std::max(last_, stage_.now);
    stage_.inherits = false;
    compare(at, end);
}

// Compares the lines of the replay, except remarks: some come from matchers and events missing in
// the replay.
void session::compare(lines::const_iterator& at, lines::const_iterator end) {
    auto const replayed_lines = std::exchange(replayed_, {});
    if (replayed_lines.empty())
        throw differs{at_line(at->number) + ": the replay does nothing at this line"};
    for (line own : replayed_lines) {
        if (own.is_remark()) continue;
        while (at != end && at->is_remark()) ++at;
        if (at == end || at->begins_trace()) return; // the trace ends here
        own.body["n"] = at->body["n"];
        // The replay lacks earlier slices of the same scan.
        if (own.is("scan") && at->is("scan")) {
            for (auto const* what : {"began", "since"}) {
                if ((*at)["scan"].contains(what)) own.body["scan"][what] = (*at)["scan"][what];
            }
        }
        auto const where = at_line(at->number);
        if (kind_of(own) != kind_of(*at)) {
            throw differs{where + ": the trace has " + summary(*at) + " where the replay has " +
                          summary(own)};
        }
        if (own.body != at->body) {
            throw differs{where + ": " + first_difference(at->body, own.body)};
        }
        ++at;
    }
}

void check_version(line const& first) {
    auto const& version = first["restat_trace"];
    if (version != trace::version) {
        throw malformed{"has the unknown version " + version.dump()};
    }
}

class replay {
public:
    /// Replays all lines. Returns the sentence of the first difference.
    std::string run(lines const& all) {
        auto at = all.begin();
        auto number = at;
        try {
            while (at != all.end()) {
                number = at;
                step(at, all.end());
            }
        } catch (differs const& one) {
            return one.sentence;
        } catch (malformed const& why) {
            return at_line(number->number) + ": " + why.reason;
        } catch (read::exception const& why) {
            return at_line(number->number) + ": is malformed: " + why.what();
        }
        return "";
    }

    replayed result() && {
        end_session();
        return std::move(result_);
    }

private:
    void step(lines::const_iterator& at, lines::const_iterator end) {
        if (at->begins_trace()) {
            end_session();
            check_version(*at);
            session_ = std::make_unique<session>(*at++);
        } else if (at->is_remark()) {
            ++at;
        } else {
            result_.scans += at->is("scan");
            session_->step(at, end);
        }
    }

    void end_session() {
        if (!session_) return;
        auto const& more = session_->deliveries();
        result_.deliveries.insert(result_.deliveries.end(), more.begin(), more.end());
        session_ = nullptr;
    }

    std::unique_ptr<session> session_;
    replayed result_;
};

} // namespace

replayed replay_trace(std::string_view trace) {
    auto const [all, fault] = parse(trace);
    replay all_of_it;
    auto difference = all_of_it.run(all);
    auto result = std::move(all_of_it).result();
    result.difference = difference.empty() ? fault : std::move(difference);
    return result;
}

} // namespace restat::testing
