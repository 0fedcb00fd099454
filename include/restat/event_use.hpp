#pragma once

#include <restat/detail/language.hpp>

#include <string_view>

namespace restat {

/// Whether events of the kernel say where to look. Scans remain the truth: a lost event costs time,
/// never an edit. Where all directories have events, scans of everything are rare.
enum class event_use : unsigned char {
    automatic, ///< as far as the system has events
    off,       ///< scans alone find the changes
};

/// Returns the name of the value, as spelled above.
constexpr std::string_view to_string(event_use of) noexcept {
    using enum event_use;
    switch (of) {
    case automatic: return "automatic";
    case off: return "off";
    }
    return "invalid";
}

} // namespace restat
