#include "json.hpp"

#include <restat/field_names.hpp>
#include <restat/renames.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace restat::cli {
namespace {

/// The code point at the head of `bytes` and its length; the length is 0 for an ill-formed
/// sequence.
struct character {
    std::size_t length = 0;
    std::uint32_t point = 0;
};

constexpr std::uint32_t byte_at(std::string_view bytes, std::size_t i) noexcept {
    return static_cast<unsigned char>(bytes[i]);
}

constexpr std::size_t length_by_lead(std::uint32_t lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

character first_character(std::string_view bytes) noexcept {
    auto const lead = byte_at(bytes, 0);
    auto const length = length_by_lead(lead);
    if (length < 2) return {length, lead};
    if (length > bytes.size()) return {};
    auto point = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        auto const next = byte_at(bytes, i);
        if ((next & 0xC0) != 0x80) return {};
        point = point << 6 | (next & 0x3F);
    }
    bool const surrogate = point >= 0xD800 && point < 0xE000;
    bool const overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (surrogate || overlong || point > 0x10FFFF) return {};
    return {length, point};
}

/// Returns whether a character acts on a terminal: a control character, a line separator, or a
/// mark of text direction.
constexpr bool acts_on_terminals(std::uint32_t point) noexcept {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
           (point >= 0x200B && point < 0x2010) || (point >= 0x2028 && point < 0x202F) ||
           (point >= 0x2066 && point < 0x206A) || point == 0x61C || point == 0xFEFF;
}

void append_path(std::string& to, std::string_view key, std::string_view path) {
    if (is_utf8(path)) {
        to += fmt::format("\"{}\":", key);
        append_json(to, path);
    } else {
        to += fmt::format("\"{}_base64\":\"{}\"", key, base64(path));
    }
}

void append_change(std::string& to, change const& what) {
    to += fmt::format("{{\"kind\":\"{}\",", to_string(what.kind));
    append_path(to, "path", what.path);
    if (what.kind == change_kind::modified) {
        to += fmt::format(",\"fields\":[\"{}\"]", fmt::join(field_names(what.changed), "\",\""));
    }
    if (!what.from.empty()) {
        to += ',';
        append_path(to, "from", what.from);
    }
    to += '}';
}

} // namespace

void append_json(std::string& to, std::string_view text) {
    to += '"';
    while (!text.empty()) {
        auto const [length, point] = first_character(text);
        if (point == '"' || point == '\\') {
            to += {'\\', static_cast<char>(point)};
        } else if (acts_on_terminals(point)) {
            fmt::format_to(std::back_inserter(to), "\\u{:04x}", point);
        } else {
            to += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    to += '"';
}

bool is_utf8(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        auto const length = first_character(bytes).length;
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string base64(std::string_view bytes) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < bytes.size() ? byte_at(bytes, i) : 0);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= bytes.size() ? digits[group >> (18 - 6 * i) & 0x3F] : '=';
        }
    }
    return text;
}

std::string rfc3339(std::chrono::system_clock::time_point when) {
    using namespace std::chrono;
    auto const milliseconds = floor<std::chrono::milliseconds>(when.time_since_epoch()).count();
    auto const thousandth = (milliseconds % 1000 + 1000) % 1000;
    auto const seconds = static_cast<std::time_t>((milliseconds - thousandth) / 1000);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), thousandth);
}

std::string json_line(change_set const& changes, std::chrono::system_clock::time_point when) {
    std::string line = fmt::format("{{\"batch\":{},\"time\":\"{}\",\"changes\":[",
                                   changes.batch(), rfc3339(when));
    auto const each = without_renames(changes);
    for (auto const& what : each) {
        if (&what != each.begin()) line += ',';
        append_change(line, what);
    }
    return line += "]}\n";
}

} // namespace restat::cli
