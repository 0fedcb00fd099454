#include <restat/detail/reloader_state.hpp>

#include "file_reader.hpp"
#include "pacing.hpp"
#include "reloader_members.hpp"

#include <restat/detail/catch_bad_alloc.hpp>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

namespace restat::detail {
namespace {

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

reloader_state::reloader_state(schedule when, scan_ability how)
    : m_{make_owned<members>(within_reach(when), how)} {}

void reloader_state::stop() noexcept { m_->stop.request_stop(); }
std::stop_token reloader_state::token() const noexcept { return m_->token; }
observer& reloader_state::current_observer() noexcept { return *m_->current_observer; }
void reloader_state::observe(observer* who) noexcept {
    m_->current_observer = who ? who : &m_->no_observer;
    current_observer().on_schedule(m_->when);
}

void reloader_state::resume(snapshot inherited, time_point now) {
    give_up(); // the scan for the baseline
    m_->changes.resume(std::move(inherited), now);
    began();
}

void reloader_state::began() {
    m_->baseline_tried_since.reset();
    m_->draft = {};
    m_->slices.restructured(latest());
    current_observer().on_baseline(latest());
}

bool reloader_state::has_baseline() const noexcept { return m_->changes.has_baseline(); }
bool reloader_state::retries_baseline() const noexcept {
    return m_->baseline_tried_since.has_value();
}
snapshot const& reloader_state::latest() const noexcept { return m_->changes.latest(); }

snapshot reloader_state::delivered() const {
    m_->changes.complete();
    return m_->changes.delivered();
}

void reloader_state::pin(std::string_view path) {
    m_->slices.pin(path);
    m_->slices.restructured(latest());
}

void reloader_state::unpin(std::string_view path) { m_->slices.unpin(path); }
void reloader_state::rules_changed() noexcept { m_->update.list_all(); }

void reloader_state::compare(comparison by, owned<file_reader> files) {
    if (by != comparison::content) return m_->changes.compare_contents(nullptr);
    if (!files) return m_->changes.compare_contents(kernel_file_reader({}));
    auto const kept = std::make_shared<owned<file_reader>>(std::move(files));
    m_->changes.compare_contents({kept, &**kept});
}

void reloader_state::learn_contents() noexcept {
    without_exceptions([&] {
        while (!m_->token.stop_requested() && m_->changes.learn_step()) continue;
    });
}

// Changes that left all contents the same are known without a delivery.
void reloader_state::end_preparing() {
    m_->now = members::phase::delivering;
    if (!m_->changes.offers_nothing()) return;
    m_->now = members::phase::waiting;
    if (auto const when = std::exchange(m_->unreported, {}))
        current_observer().on_scan(latest(), *when);
    m_->changes.drop_offer();
    m_->changes.settled();
    m_->end_check();
}

bool reloader_state::is_comparing_stopped() const noexcept {
    return m_->now == members::phase::preparing && m_->changes.compares_contents() &&
           m_->token.stop_requested();
}

own_writes& reloader_state::own_writes() noexcept { return m_->own; }

bool reloader_state::free_some() noexcept {
    bool const frees_changes = m_->changes.free_some();
    bool const frees_rows = m_->update.delta().free_some();
    return m_->slices.free_some() || frees_changes || frees_rows;
}

void reloader_state::free_later(change_set delivered) noexcept {
    m_->changes.free_later(std::move(delivered));
}

void reloader_state::threw(std::exception_ptr exception, finding where) noexcept {
    {
        std::lock_guard const lock{m_->thrown_mutex};
        m_->thrown = exception;
    }
    without_exceptions([&] {
        where.error = errc::exception_thrown;
        where.detail = message_of(exception);
        current_observer().on_finding(where);
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
        of.runs = true;
    }
    ~links() {
        state.token = state.stop.get_token();
        state.runs = false;
    }

    reloader_state::members& state;
    std::stop_source both;
    std::stop_callback<forward> own;
    std::stop_callback<forward> external;
};

linked_stop::linked_stop(reloader_state& of, std::stop_token other)
    : links_{make_owned<links>(*of.m_, std::move(other))} {}

scan_scope::scan_scope(reloader_state& of, matcher_ref matcher, scan_bounds* bounds)
    : of_{of}, rules_{of.has_baseline() ? matcher : matcher.with(of.m_->exclusions)} {
    of_.begin_scan();
    of_.m_->update.bound(bounds, of_.token());
}

scan_scope::~scan_scope() {
    if (of_.m_->now == reloader_state::members::phase::scanning) of_.give_up();
}

snapshot_update& scan_scope::update() noexcept { return of_.m_->update; }
void scan_scope::found(snapshot whole) noexcept { of_.m_->whole_scan = std::move(whole); }

void scan_scope::end(time_point now, std::error_code error) {
    bool const is_whole = !update().is_paused() && !update().is_limited();
    if (error || is_whole) rules_.faults(of_.m_->faults);
    if (!error) of_.end_scan(now);
}

poll_scope::poll_scope(reloader_state& of) noexcept
    : of_{of}, entered_{!std::exchange(of.m_->polling, true)} {}

poll_scope::~poll_scope() {
    if (entered_) of_.m_->polling = false;
}

} // namespace restat::detail
