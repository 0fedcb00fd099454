#include "values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>

namespace restat::cli {
namespace {

struct unit {
    std::string_view name;
    double nanoseconds;
};

constexpr unit units[] = {{"", 1e9},   {"s", 1e9},  {"ms", 1e6},   {"us", 1e3},
                          {"ns", 1.0}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}};
constexpr double longest = 365.0 * 24 * 3600e9;

std::string upper(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return result;
}

std::optional<int> signal_of_number(std::string_view text) noexcept {
    int number = 0;
    auto const [end, error] = std::from_chars(text.begin(), text.end(), number);
    bool const whole = error == std::errc{} && end == text.end();
    if (!whole || number < 1 || number > SIGRTMAX) return {};
    return number;
}

bool is_extension(std::string_view text) noexcept {
    return text == "*" || (!text.empty() && text.find_first_of("/*?[]{}") == text.npos);
}

constexpr std::string_view blanks = " \t\n";

std::string_view trimmed(std::string_view text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Strips `.cpp` and `*.cpp` to `cpp`.
std::string_view bare_extension(std::string_view text) noexcept {
    if (text.starts_with("*.")) text.remove_prefix(1);
    if (text.starts_with('.')) text.remove_prefix(1);
    return text;
}

} // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) noexcept {
    double number = 0;
    auto const [end, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc{}) return {};
    std::string_view const name{end, static_cast<std::size_t>(text.end() - end)};
    auto const unit = std::find_if(std::begin(units), std::end(units),
                                   [&](auto const& known) { return known.name == name; });
    if (unit == std::end(units)) return {};
    double const length = std::round(number * unit->nanoseconds);
    if (!(length >= 0 && length <= longest) || std::signbit(number)) return {};
    return std::chrono::nanoseconds{static_cast<std::chrono::nanoseconds::rep>(length)};
}

std::optional<int> parse_signal(std::string_view text) {
    if (auto const number = signal_of_number(text)) return number;
    std::string name = upper(text);
    if (name.starts_with("SIG")) name.erase(0, 3);
    for (int signal = 1; signal < NSIG; ++signal) {
        char const* const known = sigabbrev_np(signal);
        if (known && name == known) return signal;
    }
    return {};
}

std::string signal_name(int signal) {
    char const* const name = sigabbrev_np(signal);
    return name ? std::string{"SIG"} + name : "signal " + std::to_string(signal);
}

std::string shell_word(std::string_view text) {
    bool const plain = std::all_of(text.begin(), text.end(),
                                   [](char c) { return c >= ' ' && c <= '~' && c != '\''; });
    if (plain) return '\'' + std::string{text} + '\'';
    std::string word = "$'";
    for (char const c : text) {
        bool const quotable = c == '\'' || c == '\\';
        if (quotable) word += '\\';
        if (quotable || (c >= ' ' && c <= '~')) {
            word += c;
        } else {
            constexpr char digits[] = "0123456789abcdef";
            auto const byte = static_cast<unsigned char>(c);
            word += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return word + '\'';
}

std::vector<std::string_view> split_list(std::string_view list) {
    std::vector<std::string_view> elements;
    for (std::size_t begin = 0; begin <= list.size();) {
        auto const end = std::min(list.find(',', begin), list.size());
        auto part = trimmed(list.substr(begin, end - begin));
        do {
            auto const size = std::min(part.find_first_of(blanks), part.size());
            elements.push_back(part.substr(0, size));
            part = trimmed(part.substr(size));
        } while (!part.empty());
        begin = end + 1;
    }
    return elements;
}

std::optional<std::vector<std::string>> parse_extensions(std::string_view list) {
    std::vector<std::string> extensions;
    for (auto const element : split_list(list)) {
        auto const extension = bare_extension(element);
        if (!is_extension(extension)) return {};
        extensions.emplace_back(extension);
    }
    return extensions;
}

} // namespace restat::cli
