#include "json.hpp"

#include "base/base64.hpp"
#include "base/utf8.hpp"

#include <restat/field_names.hpp>
#include <restat/renames.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <iterator>

namespace restat::cli {
namespace {

void append_path(std::string& to, std::string_view key, std::string_view path) {
    if (detail::is_utf8(path)) {
        to += fmt::format("\"{}\":", key);
        append_json(to, path);
    } else {
        to += fmt::format("\"{}_base64\":\"{}\"", key, detail::base64(path));
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
        auto const length = detail::utf8_character(text);
        auto const point = detail::utf8_point(text, length);
        if (point == '"' || point == '\\') {
            to += {'\\', static_cast<char>(point)};
        } else if (detail::acts_on_terminals(point)) {
            fmt::format_to(std::back_inserter(to), "\\u{:04x}", point);
        } else {
            to += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    to += '"';
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
