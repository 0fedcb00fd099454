#pragma once

#include <string_view>

namespace restat::detail {

/// A path as it is told: without a leading `./` and without trailing slashes. Inline, since the
/// fakes use it from another library.
inline std::string_view plain_path(std::string_view named) noexcept {
    while (named.size() > 1 && named.ends_with('/')) named.remove_suffix(1);
    while (named.starts_with("./")) {
        named.remove_prefix(2);
        while (named.starts_with('/')) named.remove_prefix(1);
    }
    return named;
}

} // namespace restat::detail
