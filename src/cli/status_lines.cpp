#include "status_lines.hpp"

#include "output.hpp"
#include "platform/process/terminal_width.hpp"

#include <restat/escape.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <limits>

namespace restat::cli {
namespace {

constexpr std::string_view name = "restat:";
constexpr std::string_view form_of_time = " 00:00:00";

std::string_view color_of(meaning line) noexcept {
    constexpr std::string_view codes[] = {"36", "32", "33", "31"};
    return codes[static_cast<unsigned>(line)];
}

std::string time_text() {
    std::time_t const now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return fmt::format(" {:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

std::string paths_text(change const& what) {
    auto const from = what.kind == change_kind::renamed ? escape(what.from) + " to " : "";
    return from + escape(what.path);
}

/// Returns the first changes, and the count of the others. Names each kind once in a row.
std::string first_changes(std::vector<change const*> const& changes, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        bool const is_same_kind = i > 0 && changes[i]->kind == changes[i - 1]->kind;
        if (i > 0) text += ", ";
        text += is_same_kind ? paths_text(*changes[i]) : change_text(*changes[i]);
    }
    auto const others = changes.size() - count;
    return others == 0 ? text : fmt::format("{} and {} more", text, others);
}

} // namespace

status_lines::status_lines(color choice)
    : is_terminal_{is_terminal(STDERR_FILENO)}, color_{wants_color(choice, STDERR_FILENO)} {}

void status_lines::write(meaning of, std::string_view line) const {
    auto prefix = std::string{name} + (is_terminal_ ? time_text() : "");
    if (color_) prefix = fmt::format("\x1b[{}m{}\x1b[m", color_of(of), prefix);
    std::chrono::milliseconds const patience{reader_keeps_up_ ? 1000 : 0};
    reader_keeps_up_ =
        write_or_drop(STDERR_FILENO, fmt::format("{} {}\n", prefix, line), patience);
}

std::size_t status_lines::room() const noexcept {
    constexpr auto begin = name.size() + form_of_time.size() + 1;
    auto const columns = is_terminal_ ? detail::terminal_width(STDERR_FILENO) : 0;
    if (columns == 0) return std::numeric_limits<std::size_t>::max();
    return columns > begin ? columns - begin : 0;
}

std::string change_text(change const& what) {
    return fmt::format("{} {}", to_string(what.kind), paths_text(what));
}

std::string summary_of(std::vector<change const*> const& changes, std::size_t room) {
    constexpr std::size_t most = 3;
    auto count = std::min(most, changes.size());
    auto text = first_changes(changes, count);
    while (count > 1 && text.size() > room) text = first_changes(changes, --count);
    return text;
}

} // namespace restat::cli
