// The form: the head, then for each entry the length of its path, the path, the record, that of
// the link (of type `none` if there is none), and whether it is incidental. Numbers have their
// native order and no padding.

#include "restart/hand_over.hpp"

#include <restat/snapshot_builder.hpp>

#include <cstring>

namespace restat::detail {
namespace {

constexpr std::uint64_t magic = 0x7265737461740002; // "restat", version 2; also tells byte orders

struct writer {
    std::string bytes;

    template <class Number>
    void number(Number value) {
        char raw[sizeof value];
        std::memcpy(raw, &value, sizeof value);
        bytes.append(raw, sizeof raw);
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

// Once it has run out, it yields zeros and is not `good` any more.
struct reader {
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
        std::uint8_t type = 0;
        std::uint8_t final = 0;
        number(type);
        number(final);
        good = good && type <= static_cast<std::uint8_t>(file_type::unknown) && final <= 1;
        of.type = good ? static_cast<file_type>(type) : file_type::none;
        of.final = final != 0;
        return of;
    }
};

void write(writer& to, entry const& what) {
    to.number(static_cast<std::uint32_t>(what.path.size()));
    what.path.append_to(to.bytes);
    to.record(what.record);
    to.record(what.link);
    to.number(static_cast<std::uint8_t>(what.incidental));
}

void read(reader& from, snapshot_builder& to) {
    std::uint32_t length = 0;
    from.number(length);
    auto const path = from.take(length);
    auto const record = from.record();
    auto const link = from.record();
    std::uint8_t incidental = 0;
    from.number(incidental);
    if (from.good) to.add(entry{path, record, link, incidental != 0});
}

} // namespace

std::string encode(snapshot const& known) {
    writer to;
    to.number(magic);
    to.number(static_cast<std::uint64_t>(known.size()));
    for (entry const what : known) write(to, what);
    return std::move(to.bytes);
}

bool decode(std::string_view bytes, snapshot& known) {
    reader from{bytes};
    std::uint64_t found = 0;
    std::uint64_t count = 0;
    from.number(found);
    from.number(count);
    if (found != magic) return false;
    snapshot_builder builder;
    for (; from.good && count > 0; --count) read(from, builder);
    if (!from.good || !from.left.empty()) return false;
    known = builder.finish();
    return true;
}

} // namespace restat::detail
