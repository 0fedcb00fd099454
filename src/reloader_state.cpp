#include <restat/detail/reloader_state.hpp>

#include "finding_log.hpp"
#include "settling.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::chrono::seconds baseline_limit{3};
constexpr std::chrono::milliseconds baseline_pause{5};

// Durations that can be added to a time point without overflow.
schedule within_reach(schedule when) noexcept {
    constexpr std::chrono::nanoseconds longest = std::chrono::hours{24 * 365 * 10};
    auto const limit = [&](std::chrono::nanoseconds& time) {
        time = std::clamp(time, std::chrono::nanoseconds{}, longest);
    };
    limit(when.interval);
    limit(when.quiet_period);
    limit(when.max_wait);
    limit(when.empty_period);
    return when;
}

} // namespace

struct reloader_state::members {
    explicit members(schedule plan) : when{plan}, changes{plan} {}

    schedule when;
    settling changes;
    snapshot_update found;
    finding_log findings;
    observer nobody;
    observer* audience = &nobody;
    std::stop_source stop;
    std::stop_token token = stop.get_token();
    time_point began{};
    time_point ended{};
    std::error_code failure;                     // of the last scan
    time_point trying_since = time_point::max(); // to take the baseline
    bool polling = false;
};

reloader_state::reloader_state(schedule when) : m_{make_owned<members>(within_reach(when))} {}

void reloader_state::stop() noexcept { m_->stop.request_stop(); }
std::stop_token reloader_state::token() const noexcept { return m_->token; }
observer& reloader_state::audience() noexcept { return *m_->audience; }
void reloader_state::observe(observer* who) noexcept {
    m_->audience = who ? who : &m_->nobody;
    audience().planned(m_->when);
}

void reloader_state::scan_began(time_point at) noexcept { m_->began = at; }

void reloader_state::scan_ended(time_point at, snapshot const& seen, std::vector<finding>& faults,
                                std::error_code error) {
    m_->ended = at;
    if (error == std::errc::operation_canceled) return;
    m_->failure = error;
    if (error) {
        faults.push_back({{}, error, "scan"});
    } else {
        audience().scanned(seen, {m_->began, m_->ended});
    }
    auto const& unread = seen.findings();
    faults.insert(faults.end(), unread.begin(), unread.end());
    m_->findings.tell(std::move(faults), audience());
}

time_point reloader_state::next_scan() const noexcept {
    if (m_->trying_since != time_point::max()) return m_->ended + baseline_pause;
    auto const pause = m_->ended - m_->began;
    return std::min(std::max(m_->began + m_->when.interval, m_->ended + pause),
                    m_->changes.next());
}

void reloader_state::resume(snapshot inherited, time_point now) {
    m_->changes.resume(std::move(inherited), now);
    began();
}

void reloader_state::began() {
    m_->trying_since = time_point::max();
    audience().watching(latest());
}

bool reloader_state::offer_baseline(snapshot& seen) {
    auto const now = m_->ended;
    m_->trying_since = std::min(m_->trying_since, now);
    if (!seen.is_final()) {
        if (now - m_->trying_since < baseline_limit) return false;
        audience().found({{},
                          std::make_error_code(std::errc::timed_out),
                          "wait for a moment without writes to take the baseline"});
    }
    m_->changes.begin(std::move(seen), now);
    began();
    return true;
}

bool reloader_state::has_baseline() const noexcept { return m_->changes.has_baseline(); }
snapshot const& reloader_state::latest() const noexcept { return m_->changes.latest(); }

void reloader_state::look(snapshot& seen) { m_->changes.look(std::move(seen), m_->ended); }

snapshot_update& reloader_state::update() noexcept { return m_->found; }

void reloader_state::look(snapshot_update& found, time_point now) {
    m_->changes.look(found, now);
}

bool reloader_state::is_due() const noexcept { return m_->changes.is_due(); }
change_set reloader_state::ready(birth_ref births) {
    return m_->changes.ready(m_->ended, births);
}

void reloader_state::answered(restart_result with, time_point now) {
    if (with == restart_result::refused) {
        m_->changes.refused(now);
    } else {
        m_->changes.settled();
    }
}

standing reloader_state::why(std::string_view path, time_point now) const {
    auto of = m_->changes.why(path, now);
    if (!m_->failure || of.is == standing::state::starting) return of;
    of.is = standing::state::unread;
    of.fault = {{}, m_->failure, "scan"};
    return of;
}

struct linked_stop::links {
    struct forward {
        std::stop_source to;
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
