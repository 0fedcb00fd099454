#pragma once

#include "base/base64.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace restat::testing {

using detail::base64;

/// Decodes a text; empty unless the text has exactly the form of `base64`.
std::optional<std::string> from_base64(std::string_view text);

} // namespace restat::testing
