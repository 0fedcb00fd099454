#pragma once

#include <restat/snapshot.hpp>

#include <string>
#include <string_view>

namespace restat::detail {

/// A snapshot as bytes for the next process of this machine; its findings are not carried.
RESTAT_EXPORT std::string encode(snapshot const& known);

/// The snapshot of such bytes. False, and `known` as it was, unless they are whole and of this
/// version.
RESTAT_EXPORT bool decode(std::string_view bytes, snapshot& known);

} // namespace restat::detail
