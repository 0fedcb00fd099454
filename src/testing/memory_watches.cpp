#include "testing/memory_watches.hpp"

#include <algorithm>
#include <iterator>

namespace restat::testing {

using namespace memory;
using event_queue = memory_file_system::event_queue;

namespace {

constexpr std::size_t most_events = 16'384; // the default of Linux
constexpr file_identity unknown{~std::uint64_t{0}, ~std::uint64_t{0}};

std::pair<std::uint64_t, std::uint64_t> key_of(file_identity of) { return {of.device, of.inode}; }

} // namespace

void event_queue::report(node const& directory, std::string_view name, watch_event kind) {
    auto const& faults = tree->event_faults;
    if (!is_open || !watches.contains(directory.serial)) return;
    if (faults.drop_each != 0 && ++reported % faults.drop_each == 0) return;
    if (events.size() < most_events) {
        events.push_back(
            {directory.serial, std::string{name}, kind, tree->changes + faults.delay});
    } else {
        is_full = true;
    }
}

void event_queue::report(watch_hint const& hint) {
    if (is_open) invented.push_back({hint.directory, std::string{hint.name}, hint.kind});
}

// A fault may show the next watched directory, or none that exists, in place of the right one.
file_identity event_queue::shown(file_identity of) const {
    if (tree->event_faults.of_unknown_directory) return unknown;
    if (!tree->event_faults.of_wrong_directory || numbers.size() < 2) return of;
    auto next = numbers.upper_bound(key_of(of));
    if (next == numbers.end()) next = numbers.begin();
    return {next->first.first, next->first.second};
}

void event_queue::lose() {
    for (auto& [number, one] : watches) one.is_sure = one.was_added = false;
}

void event_queue::take(std::vector<passed>& into) {
    std::deque<event> kept;
    for (event& one : events) {
        auto const at = watches.find(one.directory);
        if (at == watches.end()) continue; // forgotten
        if (!at->second.is_named || one.due > tree->changes) {
            kept.push_back(std::move(one));
            continue;
        }
        auto const of = at->second.of;
        into.push_back({shown(of), std::move(one.name), one.kind});
        if (one.kind != watch_event::gone) continue;
        auto const number = numbers.find(key_of(of));
        if (number != numbers.end() && number->second == at->first) numbers.erase(number);
        watches.erase(at);
    }
    events = std::move(kept);
    std::move(invented.begin(), invented.end(), std::back_inserter(into));
    invented.clear();
    auto& losses = tree->event_faults.losses;
    if (!is_full && losses == 0) return;
    if (!is_full) --losses;
    is_full = false;
    lose();
    into.push_back({{}, {}, watch_event::lost});
}

void event_queue::close() {
    is_open = false;
    watches.clear();
    numbers.clear();
    events.clear();
    invented.clear();
}

void event_queue::refresh() noexcept {
    bool const has_events = std::any_of(events.begin(), events.end(), [&](event const& one) {
        auto const at = watches.find(one.directory);
        return at != watches.end() && at->second.is_named && one.due <= tree->changes;
    });
    auto const& faults = tree->event_faults;
    bool const is_due = has_events || !invented.empty() || is_full || faults.losses != 0 ||
                        faults.is_always_readable;
    if (is_due && !is_ready) restat::detail::raise_event(ready);
    if (!is_due && is_ready) restat::detail::lower_event(ready);
    is_ready = is_due;
}

void memory_file_system::state::report(node const& directory, std::string_view name,
                                       watch_event kind) {
    ++changes;
    for (auto const& each : queues) {
        if (auto const queue = each.lock()) queue->report(directory, name, kind);
    }
    refresh_queues();
}

void memory_file_system::state::refresh_queues() const noexcept {
    for (auto const& each : queues) {
        if (auto const queue = each.lock()) queue->refresh();
    }
}

void memory_file_system::state::report(trail const& changed) {
    node const& at = *changed.back();
    if (at.is(file_type::directory)) report(at, {}, watch_event::file);
    if (changed.size() < 2) return;
    node const& parent = *changed[changed.size() - 2];
    for (auto const& [name, child] : parent.names) {
        if (uncover(child).get() == &at) return report(parent, name, watch_event::file);
    }
}

watch_trust memory_file_system::state::trust_of(node const& directory) const {
    auto const known = trusts.find(directory.record.device);
    return known == trusts.end() ? watch_trust::all : known->second;
}

void memory_file_system::set_watch_faults(watch_faults const& how) const {
    std::lock_guard const lock{state_->mutex};
    state_->event_faults = how;
    state_->refresh_queues();
}

void memory_file_system::trust_events(std::uint64_t device, watch_trust trust) const {
    std::lock_guard const lock{state_->mutex};
    state_->trusts.insert_or_assign(device, trust);
}

void memory_file_system::report(watch_hint const& hint) const {
    std::lock_guard const lock{state_->mutex};
    for (auto const& each : state_->queues) {
        if (auto const queue = each.lock()) queue->report(hint);
    }
    state_->refresh_queues();
}

std::size_t memory_file_system::watched() const {
    std::lock_guard const lock{state_->mutex};
    std::size_t count = 0;
    for (auto const& each : state_->queues) {
        if (auto const queue = each.lock()) count += queue->watches.size();
    }
    return count;
}

memory_file_system::watches memory_file_system::open_watches(std::error_code& error) const {
    watches made;
    if (set_error(error, state_->begin_call(file_call::open_watches, {}))) return made;
    made.of_ = std::make_shared<event_queue>(state_);
    std::lock_guard const lock{state_->mutex};
    std::erase_if(state_->queues, [](auto const& each) { return each.expired(); });
    state_->queues.push_back(made.of_);
    return made;
}

memory_file_system::watches::operator bool() const {
    if (!of_) return false;
    std::lock_guard const lock{of_->tree->mutex};
    return of_->is_open;
}

watch_trust memory_file_system::watches::add(directory const& at, std::error_code& error) {
    error = std::make_error_code(std::errc::not_connected);
    if (!of_ || !at.of_) return watch_trust::none;
    auto& tree = *of_->tree;
    if (set_error(error, tree.begin_call(file_call::add, at.of_->path))) return watch_trust::none;
    std::lock_guard const lock{tree.mutex};
    node const& watched = at.of_->self();
    auto const trust = tree.trust_of(watched);
    auto const refusal = !of_->is_open                ? std::errc::not_connected
                         : trust == watch_trust::none ? std::errc::not_supported
                                                      : std::errc{};
    if (set_error(error, refusal)) return watch_trust::none;
    of_->watches[watched.serial].was_added = true;
    return trust;
}

watch_trust memory_file_system::watches::name(directory const& at, file_identity of) {
    if (!of_ || !at.of_) return watch_trust::none;
    std::lock_guard const lock{of_->tree->mutex};
    node const& watched = at.of_->self();
    auto const found = of_->watches.find(watched.serial);
    if (found == of_->watches.end()) return watch_trust::none;
    auto& watch = found->second;
    watch.of = of;
    watch.is_named = true;
    watch.is_sure |= watch.was_added;
    of_->numbers.insert_or_assign(key_of(of), found->first);
    of_->refresh();
    return of_->tree->trust_of(watched);
}

void memory_file_system::watches::forget(file_identity of) {
    if (!of_) return;
    std::lock_guard const lock{of_->tree->mutex};
    auto const number = of_->numbers.find(key_of(of));
    if (number == of_->numbers.end()) return;
    of_->watches.erase(number->second);
    of_->numbers.erase(number);
    of_->refresh();
}

bool memory_file_system::watches::has(file_identity of) const {
    if (!of_) return false;
    std::lock_guard const lock{of_->tree->mutex};
    auto const number = of_->numbers.find(key_of(of));
    return number != of_->numbers.end() && of_->watches.at(number->second).is_sure;
}

std::error_code memory_file_system::watches::take(watch_sink into) {
    if (!*this) return {};
    std::error_code error;
    set_error(error, of_->tree->begin_call(file_call::take, {}));
    std::vector<event_queue::passed> all;
    {
        std::lock_guard const lock{of_->tree->mutex};
        if (error) {
            of_->close();
            all.push_back({{}, {}, watch_event::lost});
        } else {
            of_->take(all);
        }
        of_->refresh();
    }
    try {
        for (auto const& one : all) into({one.of, one.name, one.kind});
    } catch (...) {
        std::lock_guard const lock{of_->tree->mutex};
        of_->is_full = true;
        throw;
    }
    return error;
}

int memory_file_system::watches::descriptor() const {
    if (!of_) return -1;
    std::lock_guard const lock{of_->tree->mutex};
    bool const has_one = of_->is_open && !of_->tree->event_faults.has_no_descriptor;
    return has_one ? of_->ready : -1;
}

} // namespace restat::testing
