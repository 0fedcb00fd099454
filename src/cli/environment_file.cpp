#include "environment_file.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <stdexcept>

namespace restat::cli {
namespace {

constexpr std::string_view line_blanks = " \t\r";

std::string_view without_blanks(std::string_view text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(line_blanks), text.size()));
    return text.substr(0, text.find_last_not_of(line_blanks) + 1);
}

bool is_name(std::string_view text) noexcept {
    auto const is_part = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; };
    bool const begins_with_digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
    return !text.empty() && !begins_with_digit && std::all_of(text.begin(), text.end(), is_part);
}

/// Returns the length of the part before a comment: before a `#` that follows a blank.
std::size_t before_comment(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const is_free = at == 0 || line_blanks.find(text[at - 1]) != line_blanks.npos;
        if (text[at] == '#' && is_free) return at;
    }
    return text.size();
}

/// Returns a value without its quotes, or without its comment; empty for an open quote.
std::optional<std::string> unquoted(std::string_view text) {
    bool const is_quoted = text.starts_with('"') || text.starts_with('\'');
    if (!is_quoted) return std::string{without_blanks(text.substr(0, before_comment(text)))};
    auto const end = text.find(text.front(), 1);
    if (end == text.npos) return {};
    auto const after = without_blanks(text.substr(end + 1));
    if (!after.empty() && !after.starts_with('#')) return {};
    return std::string{text.substr(1, end - 1)};
}

/// Returns `NAME=VALUE`; empty for a line that is no assignment.
std::string assignment_of(std::string_view line) {
    constexpr std::string_view lead = "export ";
    if (line.starts_with(lead)) line = without_blanks(line.substr(lead.size()));
    auto const equals = line.find('=');
    if (equals == line.npos) return {};
    auto const name = without_blanks(line.substr(0, equals));
    auto const value = unquoted(without_blanks(line.substr(equals + 1)));
    bool const is_own = name.starts_with("RESTAT_");
    if (!is_name(name) || is_own || !value || value->find('\0') != value->npos) return {};
    return std::string{name} + '=' + *value;
}

} // namespace

std::vector<std::string> parse_environment(std::string_view text) {
    std::vector<std::string> all;
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto const size = std::min(text.find('\n'), text.size());
        auto const line = without_blanks(text.substr(0, size));
        text.remove_prefix(std::min(size + 1, text.size()));
        if (line.empty() || line.starts_with('#')) continue;
        auto assignment = assignment_of(line);
        if (assignment.empty()) throw std::invalid_argument{std::to_string(number)};
        all.push_back(std::move(assignment));
    }
    return all;
}

} // namespace restat::cli
