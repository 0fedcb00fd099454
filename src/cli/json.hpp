#pragma once

#include <restat/change_set.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace restat::cli {

/// Appends `text`, which must be UTF-8, as a JSON string. Writes characters with an effect on
/// terminals as `\u....`, so that a person may safely read the output there.
/// \source RFC 8259, 7
void append_json(std::string& to, std::string_view text);

/// Returns a batch as a line of JSON with its newline. A rename becomes a removal and an
/// addition; the addition has the former name as `from`.
std::string json_line(change_set const& changes, std::chrono::system_clock::time_point when);

/// Returns a time in UTC such as `2026-01-31T23:59:59.123Z`.
/// \source RFC 3339
std::string rfc3339(std::chrono::system_clock::time_point when);

} // namespace restat::cli
