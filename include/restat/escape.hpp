#pragma once

#include <restat/export.hpp>

#include <string>
#include <string_view>

namespace restat {

/// Returns a name in a form that is safe on a terminal or in a log, and can be read back without
/// ambiguity.
///
/// Keeps valid UTF-8, except that a backslash becomes `\\`. Escapes control characters of both
/// sets (C0, C1, also as UTF-8), line and paragraph separators, bidirectional marks and
/// overrides, and each byte of invalid UTF-8. They become `\t`, `\n`, `\r` or `\xHH`, byte by
/// byte.
[[nodiscard]] RESTAT_EXPORT std::string escape(std::string_view name);

} // namespace restat
