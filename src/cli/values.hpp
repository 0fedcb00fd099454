#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// `50ms`, `2s`, `1.5s`, `100us`, `10ns`, `1m`, `2h`; a bare number is seconds. Nothing if `text`
/// is none of these, negative, or longer than a year.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) noexcept;

/// A signal by its name (`TERM`, `SIGTERM`, in any case) or number.
std::optional<int> parse_signal(std::string_view text);

/// "SIGTERM", or "signal 40" if it has no name.
std::string signal_name(int signal);

/// What stands for these bytes on a shell's command line, in quotes; printable ASCII alone, so that
/// it can be pasted.
std::string shell_word(std::string_view text);

/// `cpp,.hpp *.txt` as `cpp`, `hpp` and `txt`; `*` stands for every file. Nothing if one of them is
/// empty, or no extension: one has no slash and no wildcards.
std::optional<std::vector<std::string>> parse_extensions(std::string_view list);

} // namespace restat::cli
