#pragma once

#include <restat/escape.hpp>

#include <string>
#include <string_view>

namespace restat::detail {

/// A name in quotes, as people see it. Call it by its whole name: std::quoted takes strings, too.
inline std::string quoted(std::string_view name) { return '\'' + escape(name) + '\''; }

} // namespace restat::detail
