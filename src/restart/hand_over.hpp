#pragma once

#include <restat/snapshot.hpp>

#include <string>
#include <string_view>

namespace restat::detail {

/// A snapshot as bytes for the next process of this machine; its findings are not carried.
std::string encode(snapshot const& known);

/// The snapshot of such bytes. False, and `known` as it was, unless they are whole and of this
/// version.
bool decode(std::string_view bytes, snapshot& known);

} // namespace restat::detail
