#pragma once

#include <restat/stat_record.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

// The format of a state in bytes: the parts in sequence. A list consists of its length and its
// items, a string of its length and its bytes. Numbers use native byte order without padding.
namespace restat::detail {

/// Appends numbers, texts and records to bytes.
struct byte_writer {
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

    /// Writes a list, with a function for each item.
    template <class List, class Write>
    void list(List const& all, Write write) {
        number(static_cast<std::uint64_t>(all.size()));
        for (auto const& item : all) write(*this, item);
    }
};

/// Reads the bytes of a `byte_writer`. After the end of the bytes, a reader yields zeros and is no
/// longer `good`.
struct byte_reader {
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

    /// Reads a number of at most `limit`.
    std::uint8_t small(unsigned limit) {
        std::uint8_t value = 0;
        number(value);
        good = good && value <= limit;
        return good ? value : std::uint8_t{0};
    }

    /// Reads the length of a list or string. Each item has at least one byte.
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

/// Reads a list, with a function for each item.
template <class Read, class To>
void read_all(byte_reader& from, Read read, To& to) {
    for (auto count = from.length(); from.good && count > 0; --count) read(from, to);
}

/// Reads the first number, and returns whether it is `head`: the name and version of a format.
inline bool has_head(byte_reader& from, std::uint64_t head) {
    std::uint64_t found = 0;
    from.number(found);
    return from.good && found == head;
}

} // namespace restat::detail
