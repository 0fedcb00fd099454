#pragma once

#include <restat/change_set.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace restat::cli {

/// Appends `text`, which must be UTF-8, as a JSON string. What could act on a terminal is written
/// as `\u....`, so that the output may be read there as well.
/// \source RFC 8259, 7
void append_json(std::string& to, std::string_view text);

/// Whether `bytes` are well-formed UTF-8, which alone JSON can carry.
/// \source Unicode, table 3-7
bool is_utf8(std::string_view bytes) noexcept;

/// \source RFC 4648, 4
std::string base64(std::string_view bytes);

/// One batch as one line of JSON with its newline. A rename is a removal and an addition, which
/// has the former name as `from`.
std::string json_line(change_set const& changes, std::chrono::system_clock::time_point when);

/// `2026-01-31T23:59:59.123Z`
/// \source RFC 3339
std::string rfc3339(std::chrono::system_clock::time_point when);

} // namespace restat::cli
