#pragma once

#include <restat/escape.hpp>

#include <string>
#include <string_view>

namespace restat::detail {

/// Returns an escaped name in quotes, as displayed to people. Always call this function by its
/// qualified name: std::quoted takes strings, too.
inline std::string quoted(std::string_view name) { return '\'' + escape(name) + '\''; }

} // namespace restat::detail
