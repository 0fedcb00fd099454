#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// Parses a duration: `50ms`, `2s`, `1.5s`, `100us`, `10ns`, `1m`, `2h`; a bare number is
/// seconds. Returns no value for any other text, a negative number, or more than a year.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) noexcept;

/// Parses a signal by its name (`TERM`, `SIGTERM`, in any case) or number.
std::optional<int> parse_signal(std::string_view text);

/// Returns a name such as "SIGTERM", or "signal 40" for a signal without a name.
std::string signal_name(int signal);

/// Quotes bytes as a word for a shell's command line. The result has printable ASCII characters
/// only: the user can paste it into a shell.
std::string shell_word(std::string_view text);

/// Splits a list at commas and blanks. An element between two commas, or beside a comma at an end
/// of the list, may be empty.
std::vector<std::string_view> split_list(std::string_view list);

/// Parses a list such as `cpp,.hpp *.txt` into `cpp`, `hpp` and `txt`; `*` stands for every file.
/// Returns no value for an empty element, or an element with a slash or wildcards.
std::optional<std::vector<std::string>> parse_extensions(std::string_view list);

} // namespace restat::cli
