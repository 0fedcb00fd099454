// toml++ instead of the reader of CLI11: the latter accepts faulty TOML, and its errors have no
// line.

#include "config_file.hpp"

#include "settings.hpp"

#include <restat/escape.hpp>

#include <fmt/format.h>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

namespace restat::cli {
namespace {

[[noreturn]] void refuse_line(std::string_view name, std::size_t line, std::string_view reason) {
    throw usage_error{fmt::format("{}:{}: {}", escape(name), line, reason)};
}

/// Returns a string or a number as on a command line.
std::optional<std::string> text_of_value(toml::node const& value) {
    if (auto const* const text = value.as_string()) return text->get();
    if (auto const* const number = value.as_integer()) return fmt::format("{}", number->get());
    if (auto const* const number = value.as_floating_point())
        return fmt::format("{}", number->get());
    return {};
}

/// Reads the values of an entry; returns whether each of them can be the value of an option.
bool read_values(toml::node const& from, config_entry& into) {
    if (auto const* const value = from.as_boolean()) {
        into.form = config_form::boolean;
        into.values = {value->get() ? "true" : "false"};
        return true;
    }
    auto const add = [&](toml::node const& value) {
        auto text = text_of_value(value);
        bool const is_usable = text && text->find('\0') == text->npos;
        if (is_usable) into.values.push_back(*std::move(text));
        return is_usable;
    };
    auto const* const list = from.as_array();
    if (list == nullptr) return add(from);
    into.form = config_form::list;
    return std::all_of(list->begin(), list->end(), add);
}

toml::table parse_table(std::string_view text, std::string_view name) {
    try {
        return toml::parse(text);
    } catch (toml::parse_error const& error) {
        refuse_line(name, error.source().begin.line, escape(error.description()));
    }
}

} // namespace

std::vector<config_entry> parse_config(std::string_view text, std::string_view name) {
    std::vector<config_entry> all;
    for (auto const& [key, value] : parse_table(text, name)) {
        config_entry entry{.key = std::string{key.str()},
                           .form = config_form::single,
                           .values = {},
                           .line = key.source().begin.line};
        if (!read_values(value, entry))
            refuse_line(name, entry.line,
                        fmt::format("'{}' is no option with a text, a number, true, false or a "
                                    "list of texts",
                                    escape(entry.key)));
        all.push_back(std::move(entry));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](auto const& a, auto const& b) { return a.line < b.line; });
    return all;
}

std::string located(config_places const& places, std::string_view message) {
    auto const place = places.find(message.substr(0, message.find_first_of(" :")));
    if (place == places.end()) return std::string{message};
    return fmt::format("{}: {}", place->second, message);
}

} // namespace restat::cli
