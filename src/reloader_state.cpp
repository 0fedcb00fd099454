#include <restat/detail/reloader_state.hpp>

#include "finding_log.hpp"
#include "pacing.hpp"
#include "settling.hpp"
#include "slicing.hpp"
#include "snapshot_delta.hpp"
#include "snapshot_renewal.hpp"

#include <restat/detail/exclusion_log.hpp>
#include <restat/detail/within_memory.hpp>

#include <algorithm>
#include <cassert>
#include <memory>
#include <mutex>
#include <utility>

namespace restat::detail {
namespace {

constexpr std::chrono::seconds baseline_limit{3};
constexpr std::chrono::milliseconds baseline_pause{5};
// Between two looks at what was edited lately and is pinned, while no scan is due.
constexpr std::chrono::milliseconds hot_interval{50};

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
    when.share = when.share > 0 ? std::clamp(when.share, 1e-6, 1.0) : 1;
    return when;
}

} // namespace

struct reloader_state::members {
    members(schedule plan, looking how) : when{plan}, looks{how}, changes{plan} {}

    schedule when;
    looking looks;
    snapshot_update found; // which what is taken up of it refers to
    settling changes;
    finding_log findings;
    exclusion_log exclusions; // until there is a baseline
    observer nobody;
    observer* audience = &nobody;
    std::stop_source stop;
    std::stop_token token = stop.get_token();
    time_point began{};
    time_point ended{};
    std::error_code failure;                     // of the last scan
    std::string failure_text;                    // of the exception that was its failure
    time_point trying_since = time_point::max(); // to take the baseline
    std::error_code refusal;                     // of the last delivery
    bool polling = false;

    std::exception_ptr to_rethrow; // of the scan
    std::mutex thrown_mutex;
    std::exception_ptr thrown; // the last one

    time_point scanned{};            // when the last scan ended
    std::chrono::nanoseconds rest{}; // from then on

    // Of scans in slices.
    enum class phase {
        scanning,   // a slice begins with a scan, or goes on with it
        drafting,   // what was found becomes a snapshot that may be the baseline
        taking_up,  // what was found is compared with what is known
        collecting, // what is to be looked at before all that is due is told
        offering,   // a delivery is prepared
    };
    phase at = phase::scanning;
    slicing slices;
    snapshot draft;
    enum class reach { first, due, all };
    reach looks_at = reach::first; // in the scan under way, apart from what comes first
    bool sliced = false;           // whether the last look was a slice
    time_point slice_began{};
    time_point slice_ended{};
    time_point look_began{};  // the slice whose scan is taken up
    bool has_scanned = false; // in this slice
    bool goes_on = false;     // the scan that is taken up
    bool takes_all = false;   // of it, not only edits
    bool was_due = false;     // before
    bool is_checked = false;  // all that was to be looked at first, or nobody asked for it
    std::unique_ptr<snapshot_renewal> drafted;
    std::size_t counted = 0;   // entries of this scan
    std::size_t looked_at = 0; // in this slice
    bool round_ended = false;  // in this slice
    bool restructured = false; // names came or went in what is taken up

    // The look at all that is due, once it was quiet.
    bool checking = false;
    bool checking_names = false; // in a scan that is limited to them
    bool checking_all = false;   // as that was not enough
    settling::to_recheck due;
    time_point check_began{};
    time_point all_since{}; // since when all that is due was looked at

    void begin_check(time_point now);
    void end_check() noexcept;
    void drop_work() noexcept;
    bool note_taken_up(); // true if observers need to know
};

void reloader_state::members::begin_check(time_point now) {
    checking = true;
    due = {};
    at = phase::collecting;
    checking_names = changes.awaits_names(now);
    check_began = now;
}

void reloader_state::members::end_check() noexcept {
    checking = checking_names = checking_all = false;
    due = {};
    slices.check({});
    if (at == phase::collecting) at = phase::scanning;
}

// Gives up what is under way beside a scan. What was taken up by then stays.
void reloader_state::members::drop_work() noexcept {
    bool const was_taking_up = at == phase::taking_up;
    if (changes.drop_look() && was_taking_up)
        without_exceptions([&] {
            if (note_taken_up())
                audience->scanned(changes.latest(), {look_began, ended, all_since});
        });
    if (drafted) found.list_all(); // as it may have been the first to know new rules or roots
    drafted.reset();
    at = phase::scanning;
}

bool reloader_state::members::note_taken_up() {
    change_set const moved = changes.take_moved();
    slices.edited(moved, ended);
    if (restructured) slices.restructured(changes.latest());
    return was_due || !moved.empty() || changes.is_due();
}

reloader_state::reloader_state(schedule when, looking how)
    : m_{make_owned<members>(within_reach(when), how)} {}

void reloader_state::stop() noexcept { m_->stop.request_stop(); }
std::stop_token reloader_state::token() const noexcept { return m_->token; }
observer& reloader_state::audience() noexcept { return *m_->audience; }
void reloader_state::observe(observer* who) noexcept {
    m_->audience = who ? who : &m_->nobody;
    audience().planned(m_->when);
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
        audience().scanned(seen, {m_->began, m_->ended, m_->all_since});
        if (!m_->sliced) audience().paced(pace_of_scans());
    }
    auto const& unread = seen.findings();
    faults.insert(faults.end(), unread.begin(), unread.end());
    m_->findings.tell(std::move(faults), audience());
}

// After a scan that was not in slices: what it took of a core is to be made up for.
void reloader_state::rest() noexcept {
    auto const took = m_->scanned - m_->began;
    auto const spent = m_->found.spent();
    bool const is_known = spent.count() > 0;
    m_->rest = std::max(took, rest_after(is_known ? spent : took, m_->when.share));
}

pace reloader_state::pace_of_scans() const noexcept {
    auto const took = m_->scanned - m_->began; // what it saw is made use of at its end
    auto const cold = took + std::max(m_->when.interval, took + m_->rest);
    bool const looks_first = m_->looks == looking::in_slices;
    auto const hot = took + hot_pause() + work_within(hot_pause(), m_->when.share);
    return {looks_first ? std::min(cold, hot) : cold, cold};
}

// From one look at what comes first to the next, between scans that are not in slices.
std::chrono::nanoseconds reloader_state::hot_pause() const noexcept {
    return std::max<std::chrono::nanoseconds>(m_->when.interval, hot_interval);
}

time_point reloader_state::next_round() const noexcept {
    if (m_->trying_since != time_point::max()) return m_->scanned + baseline_pause;
    return std::max(m_->began + m_->when.interval, m_->scanned + m_->rest);
}

time_point reloader_state::next_scan() const noexcept {
    return std::min(next_round(), m_->changes.next());
}

void reloader_state::resume(snapshot inherited, time_point now) {
    m_->drop_work();
    m_->changes.resume(std::move(inherited), now);
    m_->found.pause(false); // what it went on with was to be the baseline
    began();
}

void reloader_state::began() {
    m_->trying_since = time_point::max();
    m_->slices.restructured(latest());
    audience().watching(latest());
}

matcher_ref reloader_state::asked(matcher_ref matcher) noexcept {
    return has_baseline() ? matcher : matcher.with(m_->exclusions);
}

bool reloader_state::offer_baseline(snapshot& seen, matcher_ref rules) {
    auto const now = m_->ended;
    m_->trying_since = std::min(m_->trying_since, now);
    if (!seen.is_final()) {
        if (now - m_->trying_since < baseline_limit) return false;
        audience().found({{},
                          std::make_error_code(std::errc::timed_out),
                          "wait for a moment without writes to take the baseline"});
    }
    without_exceptions([&] {
        for (auto const& what : m_->exclusions.report(seen, rules)) audience().found(what);
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
    if (m_->at != members::phase::scanning) return false;
    if (m_->changes.is_ready(m_->ended, m_->all_since)) {
        m_->changes.begin_offer(m_->ended, m_->all_since);
        m_->at = members::phase::offering;
        return true;
    }
    auto path = m_->changes.take_overdue(m_->ended);
    if (!path.empty()) audience().found({std::move(path), errc::keeps_changing, "deliver", {}});
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

bool reloader_state::free_some() noexcept { return m_->changes.free_some(); }
void reloader_state::free_later(change_set told) noexcept {
    m_->changes.free_later(std::move(told));
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
        audience().found(where);
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

standing reloader_state::why(std::string_view path, time_point now) const {
    m_->changes.complete();
    auto of = m_->changes.why(path, now);
    if (has(of.awaits, awaited::retry)) of.refusal = m_->refusal;
    if (!m_->failure || of.is == standing::state::starting) return of;
    of.is = standing::state::unread;
    of.fault = {{}, m_->failure, "scan"};
    return of;
}

void reloader_state::pin(std::string_view path) {
    m_->slices.pin(path);
    m_->slices.restructured(latest());
}

void reloader_state::unpin(std::string_view path) { m_->slices.unpin(path); }

void reloader_state::begin_slice(time_point now) {
    m_->slice_began = now;
    // Where what comes first took all the time, it is the turn of the rest.
    bool const is_starved = m_->found.is_paused() && m_->looked_at == 0 && m_->has_scanned;
    m_->slices.slice_began(now, is_starved);
    m_->sliced = true;
    m_->round_ended = m_->has_scanned = false;
    m_->looked_at = 0;
    bool const must_wait = m_->found.is_paused() && m_->changes.awaits_names(now);
    bool const may_check = m_->at == members::phase::scanning && !m_->checking && !must_wait;
    if (may_check && m_->changes.awaits_look(now)) m_->begin_check(now);
}

bool reloader_state::begin_scan() {
    bool const is_next = m_->at == members::phase::scanning && !m_->has_scanned;
    if (!is_next || m_->round_ended || m_->changes.is_ready(m_->ended, m_->all_since))
        return false;
    auto const now = m_->slice_began;
    m_->has_scanned = true;
    if (m_->found.is_paused()) return true;
    m_->counted = 0;
    if (!has_baseline()) m_->exclusions.clear();
    m_->found.begin(has_baseline() ? latest() : m_->draft, m_->token);
    bool const may_be_limited = has_baseline() && !m_->found.lists_all();
    // What came or went is looked at by itself once it was quiet, not behind all else.
    bool const is_early = now < next_round() || m_->changes.awaits_names(now);
    if (may_be_limited && m_->checking_names && !m_->checking_all) {
        m_->looks_at = members::reach::due;
        m_->found.limit_to({m_->due.places.begin(), m_->due.places.end()});
    } else if (may_be_limited && is_early && !m_->checking_all) {
        m_->looks_at = members::reach::first;
        m_->found.limit_to({});
    } else {
        begin_round();
    }
    return true;
}

void reloader_state::begin_round() {
    m_->looks_at = members::reach::all;
    m_->began = m_->slice_began;
    m_->rest = {};
    m_->slices.round_began(m_->began);
}

std::string const* reloader_state::next_first() { return m_->slices.next_first(); }
void reloader_state::missed_first() { m_->slices.missed_first(); }

void reloader_state::use_scan(time_point ended) {
    m_->ended = ended;
    bool const is_limited = m_->looks_at != members::reach::all;
    if (is_limited && !m_->found.is_limited()) begin_round(); // as the roots are others
    m_->looked_at = m_->found.looked_at() - m_->counted;
    m_->counted = m_->found.looked_at();
    m_->slices.seen(m_->counted);
    m_->goes_on = m_->found.is_paused();
    m_->look_began = m_->slice_began;
    if (!has_baseline()) {
        if (m_->goes_on) return;
        m_->drafted = std::make_unique<snapshot_renewal>(m_->found.delta(), m_->draft,
                                                         snapshot_renewal::range::all);
        m_->found.delta().list_all = false;
        m_->at = members::phase::drafting;
        return;
    }
    m_->was_due = is_due();
    m_->is_checked = m_->slices.has_checked() || m_->slices.was_not_asked();
    m_->takes_all = !m_->goes_on && m_->looks_at != members::reach::first;
    m_->restructured = m_->takes_all && m_->found.delta().restructured;
    bool const in_round = m_->looks_at == members::reach::all;
    m_->checking_all |= m_->takes_all && !in_round && m_->found.delta().led_out;
    m_->changes.begin_look(m_->found, ended,
                           m_->takes_all ? settling::extent::all : settling::extent::edits);
    m_->at = members::phase::taking_up;
}

// Has to be the last of what may fail.
bool reloader_state::step() {
    using enum members::phase;
    switch (m_->at) {
    case drafting:
        if (!m_->drafted->step()) end_draft();
        return true;
    case taking_up:
        if (!m_->changes.step()) end_look();
        return true;
    case collecting:
        if (!m_->changes.collect(m_->due)) end_collecting();
        return true;
    case scanning:
    case offering: break;
    }
    return false;
}

void reloader_state::end_draft() noexcept {
    m_->drafted->commit();
    m_->drafted.reset();
    end_round();
}

void reloader_state::end_round() noexcept {
    m_->at = members::phase::scanning;
    m_->slices.round_ended();
    m_->round_ended = true;
}

void reloader_state::end_collecting() noexcept {
    m_->slices.check(std::exchange(m_->due.files, {}));
    m_->at = members::phase::scanning;
}

void reloader_state::end_look() {
    m_->at = members::phase::scanning;
    bool const mattered = m_->note_taken_up();
    bool const in_round = m_->looks_at == members::reach::all;
    if (m_->takes_all) {
        m_->checking_names &= in_round ? m_->began < m_->check_began : m_->checking_all;
    }
    use_check();
    if (!m_->goes_on && in_round) return end_round();
    if (mattered || is_due())
        audience().scanned(latest(), {m_->look_began, m_->ended, m_->all_since});
}

bool reloader_state::round_ended() const noexcept { return m_->round_ended; }
time_point reloader_state::look_ended() const noexcept { return m_->ended; }

// What was not to be seen by itself is left to a scan of its directory.
void reloader_state::use_check() {
    if (!m_->checking || m_->checking_names || !m_->is_checked) return;
    auto const unseen = m_->slices.take_unseen();
    m_->checking_names = !unseen.empty();
    for (std::string const& path : unseen) m_->changes.add_places(m_->due.places, path);
    if (m_->checking_names) return;
    m_->all_since = std::max(m_->all_since, m_->check_began);
    m_->end_check();
}

snapshot& reloader_state::draft() noexcept { return m_->draft; }

void reloader_state::slice_ended(time_point at, bool gave_up) noexcept {
    m_->slice_ended = at;
    if (m_->looks_at == members::reach::all)
        m_->rest += at - m_->slice_began; // the pause is as long
    if (gave_up) {
        m_->drop_work();
        m_->found.pause(false);
        m_->slices.round_given_up();
        m_->end_check();
    }
    if (m_->round_ended)
        audience().paced(
            {m_->slices.longest_gap(), std::max(m_->ended - m_->began, m_->when.interval)});
}

slice_result reloader_state::result(poll_result of) const noexcept {
    auto const since = m_->slices.oldest();
    slice_result made{of};
    made.looked_at = m_->looked_at + m_->slices.given();
    if (has_baseline() && since != time_point{}) made.staleness = m_->slice_ended - since;
    made.round_ended = m_->round_ended;
    made.next = next_slice();
    return made;
}

slice_result reloader_state::result_of_scan(poll_result of) noexcept {
    if (of.state == poll_state::busy) return {of};
    m_->slice_began = m_->began;
    m_->slice_ended = m_->scanned;
    m_->looked_at = latest().size();
    m_->round_ended = of.state != poll_state::failed;
    return result(of);
}

time_point reloader_state::next_slice() const noexcept {
    time_point next = m_->slice_ended;
    bool const goes_on = m_->found.is_paused() || m_->checking_names || is_at_work();
    if (!goes_on && m_->slices.has_checked()) {
        next = m_->changes.awaits_names(next) ? m_->changes.next() : next_scan();
        if (m_->slices.has_first()) next = std::min(next, m_->slice_ended + hot_interval);
    }
    // What is due is not put off.
    return std::max(next, std::min(m_->slice_ended + pause_after_slice(), m_->changes.next()));
}

std::chrono::nanoseconds reloader_state::pause_after_slice() const noexcept {
    return rest_after(m_->slice_ended - m_->slice_began, m_->when.share);
}

std::chrono::nanoseconds reloader_state::slice_at(time_point now, wake why) const noexcept {
    if (m_->when.slice.count() > 0) return m_->when.slice;
    bool const is_due = why == wake::hint || now >= next_scan();
    bool const is_owed =
        m_->found.lists_all() || (m_->found.is_paused() && !m_->found.is_limited());
    if (is_due || is_owed) return {};
    return work_within(hot_pause(), m_->when.share);
}

bool reloader_state::is_at_work() const noexcept { return m_->at != members::phase::scanning; }

time_point reloader_state::next_look() const noexcept {
    if (m_->when.slice.count() > 0) return next_slice();
    if (is_at_work()) return m_->slice_ended + pause_after_slice();
    auto const next = next_scan();
    if (m_->looks == looking::at_all || !m_->slices.has_first()) return next;
    auto const pause = m_->sliced ? std::max(hot_pause(), pause_after_slice()) : hot_pause();
    return std::min(next, m_->ended + pause);
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
