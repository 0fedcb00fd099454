#pragma once

#include <restat/snapshot.hpp>

#include <string_view>

namespace restat::detail {

struct byte_writer;

/// Appends an encoded snapshot with its findings, as a string, without a copy.
void write_snapshot(byte_writer& to, snapshot const& known);
/// Decodes the bytes of this string. Returns false, and leaves `known` unchanged, if they are
/// incomplete or of another version.
bool decode(std::string_view bytes, snapshot& known);

} // namespace restat::detail
