// The format: a number with version and byte order, the entries, and the findings. An entry
// consists of its path, its record, the record of its link (type `none` without a link), and the
// incidental flag.

#include "values/snapshot_encoding.hpp"

#include "values/byte_format.hpp"

#include <restat/snapshot_builder.hpp>

namespace restat::detail {
namespace {

constexpr std::uint64_t snapshot_head = 0x7265737461740003; // "restat", version 3

void write_entry(byte_writer& to, entry const& one) {
    to.number(static_cast<std::uint64_t>(one.path.size()));
    one.path.append_to(to.bytes);
    to.record(one.record);
    to.record(one.link);
    to.number(static_cast<std::uint8_t>(one.incidental));
}

void read_entry(byte_reader& from, snapshot_builder& to) {
    auto const path = from.text();
    auto const record = from.record();
    auto const link = from.record();
    bool const incidental = from.small(1) != 0;
    if (from.good) to.add(entry{path, record, link, incidental});
}

// Error codes belong to the system or to this library.
void write_finding(byte_writer& to, finding const& one) {
    to.text(one.path);
    to.text(one.operation);
    to.number(static_cast<std::uint8_t>(one.error.category() == reload_category()));
    to.number(static_cast<std::int32_t>(one.error.value()));
}

void read_finding(byte_reader& from, snapshot_builder& to) {
    auto const path = from.text();
    auto const operation = from.text();
    bool const is_ours = from.small(1) != 0;
    std::int32_t value = 0;
    from.number(value);
    auto const& category = is_ours ? reload_category() : std::generic_category();
    if (from.good) to.add_error(path, {value, category}, operation);
}

} // namespace

void write_snapshot(byte_writer& to, snapshot const& known) {
    auto const at = to.bytes.size();
    to.number(std::uint64_t{});
    auto const begin = to.bytes.size();
    to.number(snapshot_head);
    to.list(known, write_entry);
    to.list(known.findings(), write_finding);
    std::uint64_t const size = to.bytes.size() - begin;
    std::memcpy(to.bytes.data() + at, &size, sizeof size);
}

bool decode(std::string_view bytes, snapshot& known) {
    byte_reader from{bytes};
    if (!has_head(from, snapshot_head)) return false;
    snapshot_builder builder;
    read_all(from, read_entry, builder);
    read_all(from, read_finding, builder);
    if (!from.good || !from.left.empty()) return false;
    known = builder.finish();
    return true;
}

} // namespace restat::detail
