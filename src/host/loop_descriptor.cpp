#include "loop_descriptor.hpp"

#include "reloader_members.hpp"

#include "platform/files/wait.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace restat::detail {

loop_descriptor::loop_descriptor(descriptor_calls const& calls, std::error_code& error) noexcept
    : by{&calls} {
    bool const is_open = set_.descriptor() >= 0 && timer_.descriptor() >= 0;
    if (!is_open || !set_.add(timer_.descriptor())) error = {errno, std::generic_category()};
}

bool loop_descriptor::is_readable() const noexcept {
    return wait_readable(number(), -1, time_point::min());
}

// A member that was closed has left the set, and another may have its number by now.
bool loop_descriptor::replace(int& member, int with) noexcept {
    if (member >= 0 && member != with) set_.remove(member);
    bool const is_added = with < 0 || set_.add(with);
    member = is_added ? with : -1;
    return is_added;
}

void loop_descriptor::arm(descriptor_wait const& next, std::chrono::nanoseconds pause) noexcept {
    auto when = next.when;
    bool const has_hints = replace(hints, next.hints);
    bool const has_all = replace(program, next.program) && has_hints;
    if (!has_all) when = std::min(when, next.now + pause);
    if (when == time_point::max()) return timer_.stop();
    timer_.start(when <= next.now ? std::chrono::nanoseconds{} : when - next.now);
}

int reloader_state::open_descriptor(descriptor_calls const& by, std::error_code& error) {
    error.clear();
    if (!m_->loop) {
        auto made = std::make_unique<loop_descriptor>(by, error);
        if (error) return -1;
        m_->loop = std::move(made);
    }
    return m_->loop->number();
}

descriptor_calls const* reloader_state::by_descriptor() const noexcept {
    return m_->loop ? m_->loop->by : nullptr;
}

bool reloader_state::is_woken(poll_kind form) noexcept {
    m_->loop->form = form;
    return m_->loop->is_readable();
}

// A reloader that has not scanned yet is due.
time_point reloader_state::next_wake() const noexcept {
    if (m_->ended == time_point{}) return time_point::min();
    return m_->loop->form == poll_kind::slice ? next_slice() : next_poll();
}

void reloader_state::arm(descriptor_wait const& next) noexcept {
    m_->loop->arm(next, priority_pause());
}

int reloader_state::awaited_hints() const noexcept { return m_->loop->hints; }
polled_program& reloader_state::program() noexcept { return m_->loop->supervised; }

} // namespace restat::detail
