#pragma once

#include "settings.hpp"

#include <restat/change.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace restat::cli {

/// The meaning of a line, shown by the color of its beginning.
enum class meaning { news, success, attention, failure };

/// Writes lines on standard error. A line begins with `restat:`, and on a terminal also with the
/// time. If the reader blocks for a second, lines are lost until the reader continues; the caller
/// waits only once.
class status_lines {
public:
    explicit status_lines(color choice);

    void write(meaning of, std::string_view line) const;
    /// Returns the length of the longest line that fits into a row of the terminal.
    std::size_t room() const noexcept;

private:
    bool is_terminal_;
    bool color_;
    mutable bool reader_keeps_up_ = true; // whether the last line was read
};

/// Returns "modified a.cpp, b.cpp, added c.cpp and 2 more": at most three names, and fewer if the
/// text is longer than the room.
std::string summary_of(std::vector<change const*> const& changes, std::size_t room);

/// Returns "modified a.cpp" or "renamed a.cpp to b.cpp".
std::string change_text(change const& what);

} // namespace restat::cli
