#include <restat/detail/reloader_state.hpp>

#include "pacing.hpp"
#include "reloader_members.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::chrono::seconds baseline_limit{3};
constexpr std::chrono::milliseconds baseline_pause{5};

// Durations that can be added to a time point without overflow.
schedule within_reach(schedule when) noexcept {
    auto const limit = [](std::chrono::nanoseconds& time) {
        time = std::clamp(time, std::chrono::nanoseconds{}, longest_time);
    };
    limit(when.interval);
    limit(when.quiet_period);
    limit(when.max_wait);
    limit(when.empty_period);
    limit(when.slice);
    when.cpu_share = when.cpu_share > 0 ? std::clamp(when.cpu_share, 1e-6, 1.0) : 1;
    return when;
}

} // namespace

reloader_state::reloader_state(schedule when, looking how)
    : m_{make_owned<members>(within_reach(when), how)} {}

void reloader_state::stop() noexcept { m_->stop.request_stop(); }
std::stop_token reloader_state::token() const noexcept { return m_->token; }
observer& reloader_state::audience() noexcept { return *m_->audience; }
void reloader_state::observe(observer* who) noexcept {
    m_->audience = who ? who : &m_->nobody;
    audience().on_schedule(m_->when);
}

void reloader_state::scan_began(time_point at) noexcept {
    m_->drop_work();
    m_->began = at;
    m_->sliced = false;
    if (!has_baseline()) m_->exclusions.clear();
}

void reloader_state::scan_ended(time_point at, snapshot const& seen, std::vector<finding>& faults,
                                std::error_code error) {
    m_->ended = m_->scanned = at;
    if (!m_->sliced) rest();
    if (error == std::errc::operation_canceled) return;
    m_->failure = error;
    if (error) {
        faults.push_back({{}, error, "scan", std::exchange(m_->failure_text, {})});
    } else {
        if (!m_->sliced) {
            m_->slices.scanned_at_once(m_->began);
            m_->end_check();
        }
        m_->all_since = std::max(m_->all_since, m_->began);
        if (!m_->sliced && has_baseline()) m_->slices.restructured(seen);
        audience().on_scan(seen, {m_->began, m_->ended, m_->all_since});
        if (!m_->sliced) audience().on_latency(latency_of_scans());
    }
    auto const& unread = seen.findings();
    faults.insert(faults.end(), unread.begin(), unread.end());
    m_->findings.tell(std::move(faults), audience());
}

// Sets the pause after a whole scan, to keep the CPU share.
void reloader_state::rest() noexcept {
    auto const took = m_->scanned - m_->began;
    auto const spent = m_->found.spent();
    bool const is_known = spent.count() > 0;
    m_->rest = std::max(took, rest_after(is_known ? spent : took, m_->when.cpu_share));
}

detection_latency reloader_state::latency_of_scans() const noexcept {
    auto const took = m_->scanned - m_->began; // a whole scan delivers at its end
    auto const cold = took + std::max(m_->when.interval, took + m_->rest);
    bool const looks_first = m_->looks == looking::in_slices;
    auto const hot = took + hot_pause() + budget_in(hot_pause(), m_->when.cpu_share);
    return {looks_first ? std::min(cold, hot) : cold, cold};
}

// Returns the pause between two checks of priority files, between whole scans.
std::chrono::nanoseconds reloader_state::hot_pause() const noexcept {
    return std::max<std::chrono::nanoseconds>(m_->when.interval, hot_interval);
}

time_point reloader_state::next_round() const noexcept {
    if (m_->trying_since != time_point::max()) return m_->scanned + baseline_pause;
    return std::max(m_->began + m_->when.interval, m_->scanned + m_->rest);
}

time_point reloader_state::next_scan() const noexcept {
    return std::min(next_round(), next_for_changes());
}

time_point reloader_state::next_for_changes() const noexcept {
    return m_->changes.next(m_->all_since);
}

void reloader_state::resume(snapshot inherited, time_point now) {
    m_->drop_work();
    m_->changes.resume(std::move(inherited), now);
    m_->found.pause(false); // drops the scan for the baseline
    began();
}

void reloader_state::began() {
    m_->trying_since = time_point::max();
    m_->slices.restructured(latest());
    audience().on_baseline(latest());
}

matcher_ref reloader_state::asked(matcher_ref matcher) noexcept {
    return has_baseline() ? matcher : matcher.with(m_->exclusions);
}

bool reloader_state::offer_baseline(snapshot& seen, matcher_ref rules) {
    auto const now = m_->ended;
    m_->trying_since = std::min(m_->trying_since, now);
    if (!seen.is_final()) {
        if (now - m_->trying_since < baseline_limit) return false;
        audience().on_finding({{},
                               std::make_error_code(std::errc::timed_out),
                               "wait for a moment without writes to take the baseline"});
    }
    without_exceptions([&] {
        for (auto const& what : m_->exclusions.report(seen, rules)) audience().on_finding(what);
    });
    m_->exclusions.clear();
    m_->changes.begin(std::move(seen), now);
    began();
    return true;
}

bool reloader_state::has_baseline() const noexcept { return m_->changes.has_baseline(); }
snapshot const& reloader_state::latest() const noexcept { return m_->changes.latest(); }

void reloader_state::look(snapshot& seen) {
    m_->changes.look(std::move(seen), m_->ended);
    m_->slices.edited(m_->changes.take_moved(), m_->ended);
}

snapshot_update& reloader_state::update() noexcept { return m_->found; }

void reloader_state::look(snapshot_update& found, time_point now) {
    m_->changes.look(found, now);
    m_->slices.edited(m_->changes.take_moved(), now);
}

bool reloader_state::is_due() const noexcept { return m_->changes.is_due(); }
bool reloader_state::begin_offer() {
    if (m_->at == members::phase::offering) return true;
    if (m_->at != members::phase::scanning || m_->is_renaming()) return false;
    if (m_->changes.is_ready(m_->ended, m_->all_since)) {
        m_->changes.begin_offer(m_->ended, m_->all_since);
        m_->at = members::phase::offering;
        return true;
    }
    auto path = m_->changes.take_overdue(m_->ended);
    if (!path.empty())
        audience().on_finding({std::move(path), errc::keeps_changing, "deliver", {}});
    return false;
}

bool reloader_state::step_offer(birth_ref births) { return m_->changes.step_offer(births); }
change_set reloader_state::take_offer() {
    m_->at = members::phase::scanning;
    return m_->changes.take_offer();
}

void reloader_state::drop_offer() noexcept {
    if (m_->at != members::phase::offering) return;
    m_->changes.drop_offer();
    m_->at = members::phase::scanning;
}

bool reloader_state::free_some() noexcept {
    bool const frees_changes = m_->changes.free_some();
    bool const frees_rows = m_->found.delta().free_some();
    return m_->slices.free_some() || frees_changes || frees_rows;
}
void reloader_state::free_later(change_set delivered) noexcept {
    m_->changes.free_later(std::move(delivered));
}

void reloader_state::answered(restart_result with, std::error_code reason, time_point now,
                              time_point until) noexcept {
    m_->refusal = reason;
    bool const has_moment = until > now && until != time_point::max();
    if (with == restart_result::suspended && has_moment) {
        m_->changes.suspended(until);
    } else if (with == restart_result::refused || with == restart_result::suspended) {
        m_->changes.refused(now);
    } else {
        m_->changes.settled();
        m_->end_check();
    }
}

void reloader_state::threw(std::exception_ptr exception, finding where) noexcept {
    {
        std::lock_guard const lock{m_->thrown_mutex};
        m_->thrown = exception;
    }
    without_exceptions([&] {
        where.error = errc::exception_thrown;
        where.detail = message_of(exception);
        audience().on_finding(where);
    });
}

void reloader_state::scan_threw(std::exception_ptr exception) noexcept {
    without_exceptions([&] { m_->failure_text = message_of(exception); });
    m_->to_rethrow = exception;
    std::lock_guard const lock{m_->thrown_mutex};
    m_->thrown = std::move(exception);
}

void reloader_state::rethrow() {
    if (m_->to_rethrow) std::rethrow_exception(std::exchange(m_->to_rethrow, nullptr));
}

std::exception_ptr reloader_state::failure() const noexcept {
    std::lock_guard const lock{m_->thrown_mutex};
    return m_->thrown;
}

watch_state reloader_state::watch_state_of(std::string_view path, time_point now) const {
    m_->changes.complete();
    auto of = m_->changes.watch_state_of(path, now);
    if (has(of.waits_for, awaited::retry)) of.refusal = m_->refusal;
    if (!m_->failure || of.is == watch_state::state::starting) return of;
    of.is = watch_state::state::unreadable;
    of.fault = {{}, m_->failure, "scan"};
    return of;
}

struct linked_stop::links {
    struct forward {
        mutable std::stop_source to; // request_stop is not const everywhere
        void operator()() const noexcept { to.request_stop(); }
    };

    links(reloader_state::members& of, std::stop_token other)
        : state{of}
        , own{of.stop.get_token(), forward{both}}
        , external{std::move(other), forward{both}} {
        assert(of.token == of.stop.get_token() && "a reloader runs once at a time");
        of.token = both.get_token();
    }
    ~links() { state.token = state.stop.get_token(); }

    reloader_state::members& state;
    std::stop_source both;
    std::stop_callback<forward> own;
    std::stop_callback<forward> external;
};

linked_stop::linked_stop(reloader_state& of, std::stop_token other)
    : links_{make_owned<links>(*of.m_, std::move(other))} {}

poll_scope::poll_scope(reloader_state& of) noexcept
    : of_{of}, entered_{!std::exchange(of.m_->polling, true)} {}

poll_scope::~poll_scope() {
    if (entered_) of_.m_->polling = false;
}

} // namespace restat::detail
