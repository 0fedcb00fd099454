#include "restart/handoff_state.hpp"

#include "values/byte_format.hpp"
#include "values/snapshot_encoding.hpp"

namespace restat::detail {
namespace {

constexpr std::uint64_t handoff_head = 0x7265737461748009; // version and byte order

// Times are values of the monotonic clock, valid across runs.
void write(byte_writer& to, change_history const& why) {
    for (auto const at : {why.first_seen, why.last_changed, why.delivered}) {
        to.number(static_cast<std::int64_t>(at.time_since_epoch().count()));
    }
    to.number(static_cast<std::uint8_t>(why.waited_for));
    to.number(static_cast<std::uint8_t>(why.forced));
    to.number(static_cast<std::uint8_t>(why.redelivered));
}

change_history read_reason(byte_reader& from) {
    change_history why;
    for (auto* const at : {&why.first_seen, &why.last_changed, &why.delivered}) {
        std::int64_t since = 0;
        from.number(since);
        *at = time_point{time_point::duration{since}};
    }
    why.waited_for = static_cast<awaited>(from.small(63));
    why.forced = from.small(1) != 0;
    why.redelivered = from.small(1) != 0;
    return why;
}

void write(byte_writer& to, change const& what) {
    to.number(static_cast<std::uint8_t>(what.kind));
    to.number(static_cast<std::uint16_t>(what.changed));
    to.text(what.path);
    to.text(what.from);
    write(to, what.history);
}

void read_change(byte_reader& from, std::vector<change>& to) {
    change what;
    what.kind = static_cast<change_kind>(from.small(3));
    std::uint16_t changed = 0;
    from.number(changed);
    what.changed = static_cast<fields>(changed);
    what.path = from.text();
    what.from = from.text();
    what.history = read_reason(from);
    if (from.good) to.push_back(std::move(what));
}

void write(byte_writer& to, inheritance::blob const& what) {
    to.text(what.name);
    to.text(what.bytes);
}

void read_blob(byte_reader& from, std::vector<inheritance::blob>& to) {
    auto const name = from.text();
    auto const bytes = from.text();
    if (from.good) to.push_back({std::string{name}, std::string{bytes}});
}

std::chrono::nanoseconds read_time(byte_reader& from) {
    std::int64_t count = 0;
    from.number(count);
    return std::chrono::nanoseconds{count};
}

void write(byte_writer& to, restart_loop_guard::mark const& what) {
    to.number(static_cast<std::int64_t>(what.earliest.count()));
    to.number(static_cast<std::int64_t>(what.latest.count()));
    to.number(static_cast<std::uint8_t>(what.by_timestamp));
    to.number(static_cast<std::uint8_t>(what.is_streaming));
    to.number(static_cast<std::uint8_t>(what.state));
    to.number(what.guard_starts);
    to.number(static_cast<std::uint8_t>(what.is_evidence));
    to.number(what.absences);
    to.number(what.soon_runs);
    to.number(static_cast<std::int64_t>(what.least_run.count()));
    to.text(what.content);
    to.text(what.content_at_start);
}

void read_mark(byte_reader& from, std::vector<restart_loop_guard::mark>& to) {
    using suspicion = restart_loop_guard::suspicion;
    restart_loop_guard::mark what;
    what.earliest = read_time(from);
    what.latest = read_time(from);
    what.by_timestamp = from.small(1) != 0;
    what.is_streaming = from.small(1) != 0;
    what.state = static_cast<suspicion>(from.small(static_cast<unsigned>(suspicion::proven)));
    what.guard_starts = from.small(restart_loop_guard::starts_to_prove);
    what.is_evidence = from.small(1) != 0;
    what.absences = from.small(255);
    what.soon_runs = from.small(255);
    what.least_run = read_time(from);
    what.content = from.text();
    what.content_at_start = from.text();
    what.returned = what.is_new = false; // none yet after the start of the next run
    if (from.good) to.push_back(std::move(what));
}

void write(byte_writer& to, restart_loop_guard::marks::value_type const& path);

template <class List>
void write_all(byte_writer& to, List const& list) {
    to.list(list, [](byte_writer& into, auto const& item) { write(into, item); });
}

void write(byte_writer& to, restart_loop_guard::marks::value_type const& path) {
    to.text(path.first);
    write_all(to, path.second);
}

void read_path(byte_reader& from, restart_loop_guard::marks& to) {
    std::string path{from.text()};
    std::vector<restart_loop_guard::mark> all;
    read_all(from, read_mark, all);
    if (from.good) to.insert_or_assign(std::move(path), std::move(all));
}

void write(byte_writer& to, restart_loop_guard::memory const& guard) {
    to.number(static_cast<std::uint8_t>(guard.has_started));
    to.number(static_cast<std::int64_t>(guard.start_time.time_since_epoch().count()));
    to.moment(guard.start_stamp);
    to.number(static_cast<std::uint8_t>(guard.at_chosen_moment));
    to.number(static_cast<std::int64_t>(guard.run_before.count()));
    to.number(guard.streak);
    write_all(to, guard.by_path);
}

restart_loop_guard::memory read_memory(byte_reader& from) {
    restart_loop_guard::memory guard;
    guard.has_started = from.small(1) != 0;
    guard.start_time = time_point{read_time(from)};
    from.moment(guard.start_stamp);
    guard.at_chosen_moment = from.small(1) != 0;
    guard.run_before = read_time(from);
    from.number(guard.streak);
    read_all(from, read_path, guard.by_path);
    return guard;
}

} // namespace

std::string encode(handoff_state const& left, snapshot const* known) {
    byte_writer to;
    to.number(handoff_head);
    to.number(static_cast<std::int32_t>(left.pid));
    to.number(static_cast<std::uint8_t>(left.gives_descriptors));
    to.number(left.generation);
    write_all(to, left.cause);
    write(to, left.guard);
    to.text(left.selection);
    write_all(to, left.contents);
    write_all(to, left.blobs);
    if (known) {
        write_snapshot(to, *known);
    } else {
        to.text(left.known);
    }
    return std::move(to.bytes);
}

bool decode(std::string_view bytes, handoff_state& left) {
    byte_reader from{bytes};
    if (!has_head(from, handoff_head)) return false;
    handoff_state read;
    std::int32_t pid = 0;
    from.number(pid);
    read.pid = pid;
    read.gives_descriptors = from.small(1) != 0;
    from.number(read.generation);
    std::vector<change> cause;
    read_all(from, read_change, cause);
    read.cause = change_set{std::move(cause)};
    read.guard = read_memory(from);
    read.selection = from.text();
    read_all(from, read_blob, read.contents);
    read_all(from, read_blob, read.blobs);
    read.known = from.text();
    if (!from.good || !from.left.empty()) return false;
    left = std::move(read);
    return true;
}

} // namespace restat::detail
