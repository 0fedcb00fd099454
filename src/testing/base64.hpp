#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace restat::testing {

/// Bytes as text. \source RFC 4648, section 4
std::string base64(std::string_view bytes);

/// The bytes; none if the text is not as `base64` writes it.
std::optional<std::string> from_base64(std::string_view text);

} // namespace restat::testing
