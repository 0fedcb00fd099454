#pragma once

#include <restat/export.hpp>

#include <string>
#include <string_view>

namespace restat {

/// A name as a person may safely see it on a terminal or in a log, and read back without doubt.
///
/// Valid UTF-8 stays, but a backslash becomes `\\`; control characters of both sets (C0, C1, also
/// as UTF-8), line and paragraph separators, bidirectional marks and overrides, and each byte
/// that is not UTF-8 become `\t`, `\n`, `\r` or `\xHH`, byte by byte.
/// \source Unicode TR 36, 3.1; ECMA-48, 5.3
RESTAT_EXPORT std::string escape(std::string_view name);

} // namespace restat
