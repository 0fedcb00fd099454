#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// The form of a value in a configuration file.
enum class config_form { boolean, single, list };

/// An option in a configuration file.
struct config_entry {
    std::string key;
    config_form form;
    std::vector<std::string> values; ///< as on a command line; `true` or `false` of a boolean
    std::size_t line;                ///< of the key, from 1
};

/// Parses a configuration file in TOML: a table of booleans, strings, numbers and lists. Returns
/// the entries in the order of the file.
/// \errors throws `usage_error` with the name and the line
std::vector<config_entry> parse_config(std::string_view text, std::string_view name);

/// The places of options in a configuration file, such as `restat.toml:3`, by the name of the
/// option.
using config_places = std::map<std::string, std::string, std::less<>>;

/// Returns a message that begins with the name of an option, with the place of this option, if
/// any, in front.
std::string located(config_places const& places, std::string_view message);

} // namespace restat::cli
