#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace restat::testing {

/// Encodes bytes as text. \source RFC 4648, section 4
std::string base64(std::string_view bytes);

/// Decodes a text; empty unless the text has exactly the form of `base64`.
std::optional<std::string> from_base64(std::string_view text);

} // namespace restat::testing
