// The format: a header with version and byte order, followed by the parts in sequence. A list
// consists of its length and its items, a string of its length and its bytes. An entry consists
// of its path, its record, the record of its link (type `none` without a link), and the
// incidental flag. Numbers use native byte order without padding.

#include "restart/handoff_state.hpp"

#include <restat/snapshot_builder.hpp>

#include <cstring>

namespace restat::detail {
namespace {

constexpr std::uint64_t snapshot_head = 0x7265737461740003; // "restat", version 3
constexpr std::uint64_t handoff_head = 0x7265737461748008;

struct writer {
    std::string bytes;

    template <class Number>
    void number(Number value) {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        bytes.append(raw, sizeof raw);
    }

    void text(std::string_view of) {
        number(static_cast<std::uint64_t>(of.size()));
        bytes += of;
    }

    void moment(stamp const& at) {
        number(at.seconds);
        number(at.nanoseconds);
    }

    void record(stat_record const& of) {
        number(of.device);
        number(of.inode);
        number(of.size);
        moment(of.mtime);
        moment(of.ctime);
        for (auto const value : {of.mode, of.owner, of.group, of.links}) number(value);
        number(static_cast<std::uint8_t>(of.type));
        number(static_cast<std::uint8_t>(of.final));
    }
};

// After the end of the bytes, a reader yields zeros and is no longer `good`.
struct state_reader {
    std::string_view left;
    bool good = true;

    std::string_view take(std::size_t size) {
        good = good && size <= left.size();
        if (!good) return {};
        auto const taken = left.substr(0, size);
        left.remove_prefix(size);
        return taken;
    }

    template <class Number>
    void number(Number& value) {
        auto const raw = take(sizeof value);
        if (good) std::memcpy(&value, raw.data(), sizeof value);
    }

    // Reads a number of at most `limit`.
    std::uint8_t small(unsigned limit) {
        std::uint8_t value = 0;
        number(value);
        good = good && value <= limit;
        return good ? value : std::uint8_t{0};
    }

    // Reads the length of a list or string. Each item has at least one byte.
    std::size_t length() {
        std::uint64_t value = 0;
        number(value);
        good = good && value <= left.size();
        return good ? static_cast<std::size_t>(value) : 0;
    }

    std::string_view text() { return take(length()); }

    void moment(stamp& at) {
        number(at.seconds);
        number(at.nanoseconds);
    }

    stat_record record() {
        stat_record of;
        number(of.device);
        number(of.inode);
        number(of.size);
        moment(of.mtime);
        moment(of.ctime);
        for (auto* const value : {&of.mode, &of.owner, &of.group, &of.links}) number(*value);
        of.type = static_cast<file_type>(small(static_cast<unsigned>(file_type::unknown)));
        of.final = small(1) != 0;
        return of;
    }
};

void write(writer& to, entry const& what) {
    to.number(static_cast<std::uint64_t>(what.path.size()));
    what.path.append_to(to.bytes);
    to.record(what.record);
    to.record(what.link);
    to.number(static_cast<std::uint8_t>(what.incidental));
}

void read_entry(state_reader& from, snapshot_builder& to) {
    auto const path = from.text();
    auto const record = from.record();
    auto const link = from.record();
    bool const incidental = from.small(1) != 0;
    if (from.good) to.add(entry{path, record, link, incidental});
}

// Error codes belong to the system or to this library.
void write(writer& to, finding const& what) {
    to.text(what.path);
    to.text(what.operation);
    to.number(static_cast<std::uint8_t>(what.error.category() == reload_category()));
    to.number(static_cast<std::int32_t>(what.error.value()));
}

void read_finding(state_reader& from, snapshot_builder& to) {
    auto const path = from.text();
    auto const operation = from.text();
    bool const is_ours = from.small(1) != 0;
    std::int32_t value = 0;
    from.number(value);
    auto const& category = is_ours ? reload_category() : std::generic_category();
    if (from.good) to.add_error(path, {value, category}, operation);
}

// Times are values of the monotonic clock, valid across runs.
void write(writer& to, change_history const& why) {
    for (auto const at : {why.first_seen, why.last_changed, why.delivered}) {
        to.number(static_cast<std::int64_t>(at.time_since_epoch().count()));
    }
    to.number(static_cast<std::uint8_t>(why.waited_for));
    to.number(static_cast<std::uint8_t>(why.forced));
    to.number(static_cast<std::uint8_t>(why.redelivered));
}

change_history read_reason(state_reader& from) {
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

void write(writer& to, change const& what) {
    to.number(static_cast<std::uint8_t>(what.kind));
    to.number(static_cast<std::uint16_t>(what.changed));
    to.text(what.path);
    to.text(what.from);
    write(to, what.history);
}

void read_change(state_reader& from, std::vector<change>& to) {
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

void write(writer& to, inheritance::blob const& what) {
    to.text(what.name);
    to.text(what.bytes);
}

void read_blob(state_reader& from, std::vector<inheritance::blob>& to) {
    auto const name = from.text();
    auto const bytes = from.text();
    if (from.good) to.push_back({std::string{name}, std::string{bytes}});
}

std::chrono::nanoseconds read_time(state_reader& from) {
    std::int64_t count = 0;
    from.number(count);
    return std::chrono::nanoseconds{count};
}

void write(writer& to, restart_loop_guard::mark const& what) {
    to.number(static_cast<std::int64_t>(what.earliest.count()));
    to.number(static_cast<std::int64_t>(what.latest.count()));
    to.number(static_cast<std::uint8_t>(what.by_timestamp));
    to.number(static_cast<std::uint8_t>(what.is_streaming));
    to.number(static_cast<std::uint8_t>(what.state));
    to.number(what.guard_starts);
    to.number(static_cast<std::uint8_t>(what.is_evidence));
    to.number(what.absences);
    to.number(what.soon_runs);
    to.text(what.content);
    to.text(what.content_at_start);
}

void read_mark(state_reader& from, std::vector<restart_loop_guard::mark>& to) {
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
    what.content = from.text();
    what.content_at_start = from.text();
    what.returned = what.is_new = false; // none yet after the start of the next run
    if (from.good) to.push_back(std::move(what));
}

template <class List>
void write_all(writer& to, List const& list) {
    to.number(static_cast<std::uint64_t>(list.size()));
    for (auto const& item : list) write(to, item);
}

template <class Read, class To>
void read_all(state_reader& from, Read read, To& to) {
    for (auto count = from.length(); from.good && count > 0; --count) read(from, to);
}

void write(writer& to, restart_loop_guard::marks::value_type const& path) {
    to.text(path.first);
    write_all(to, path.second);
}

void read_path(state_reader& from, restart_loop_guard::marks& to) {
    std::string path{from.text()};
    std::vector<restart_loop_guard::mark> all;
    read_all(from, read_mark, all);
    if (from.good) to.insert_or_assign(std::move(path), std::move(all));
}

void write(writer& to, restart_loop_guard::memory const& guard) {
    to.number(static_cast<std::uint8_t>(guard.has_started));
    to.number(static_cast<std::int64_t>(guard.start_time.time_since_epoch().count()));
    to.moment(guard.start_stamp);
    to.number(static_cast<std::uint8_t>(guard.at_chosen_moment));
    to.number(guard.streak);
    write_all(to, guard.by_path);
}

restart_loop_guard::memory read_memory(state_reader& from) {
    restart_loop_guard::memory guard;
    guard.has_started = from.small(1) != 0;
    guard.start_time = time_point{read_time(from)};
    from.moment(guard.start_stamp);
    guard.at_chosen_moment = from.small(1) != 0;
    from.number(guard.streak);
    read_all(from, read_path, guard.by_path);
    return guard;
}

void write(writer& to, snapshot const& known) {
    to.number(snapshot_head);
    write_all(to, known);
    write_all(to, known.findings());
}

// Writes the encoded snapshot as a string, without a copy.
void write_text_of(writer& to, snapshot const& known) {
    auto const at = to.bytes.size();
    to.number(std::uint64_t{});
    auto const begin = to.bytes.size();
    write(to, known);
    std::uint64_t const size = to.bytes.size() - begin;
    std::memcpy(to.bytes.data() + at, &size, sizeof size);
}

bool has_head(state_reader& from, std::uint64_t head) {
    std::uint64_t found = 0;
    from.number(found);
    return from.good && found == head;
}

} // namespace

std::string encode(snapshot const& known) {
    writer to;
    write(to, known);
    return std::move(to.bytes);
}

bool decode(std::string_view bytes, snapshot& known) {
    state_reader from{bytes};
    if (!has_head(from, snapshot_head)) return false;
    snapshot_builder builder;
    read_all(from, read_entry, builder);
    read_all(from, read_finding, builder);
    if (!from.good || !from.left.empty()) return false;
    known = builder.finish();
    return true;
}

std::string encode(handoff_state const& left, snapshot const* known) {
    writer to;
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
        write_text_of(to, *known);
    } else {
        to.text(left.known);
    }
    return std::move(to.bytes);
}

bool decode(std::string_view bytes, handoff_state& left) {
    state_reader from{bytes};
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
