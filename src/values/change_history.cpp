#include <restat/change_history.hpp>

#include "base/plain_length.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace restat {
namespace {

std::string listed(std::vector<std::string> const& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
        text += parts[i];
    }
    return text;
}

std::vector<std::string> waits_of(change_history const& why) {
    std::vector<std::string> waits;
    auto const when = [&](awaited one, char const* text) {
        if (has(why.waited_for, one)) waits.emplace_back(text);
    };
    when(awaited::quiet, "for quiet");
    when(awaited::content, "for an emptied file to be written");
    when(awaited::final_record, "for its record to be final");
    when(awaited::retry, "for another attempt");
    when(awaited::guard, "for the restart-loop guard");
    return waits;
}

} // namespace

change_history joined(change_history const& older, change_history const& newer) noexcept {
    return {std::min(older.first_seen, newer.first_seen),
            std::max(older.last_changed, newer.last_changed),
            std::max(older.delivered, newer.delivered),
            older.waited_for | newer.waited_for,
            newer.forced,
            newer.redelivered};
}

std::string to_string(awaited of) {
    static constexpr std::pair<awaited, char const*> known[] = {
        {awaited::quiet, "quiet"},
        {awaited::content, "content"},
        {awaited::final_record, "final_record"},
        {awaited::retry, "retry"},
        {awaited::recheck, "recheck"},
        {awaited::guard, "guard"},
        {awaited::own_write, "own_write"},
    };
    std::string text;
    for (auto const& [one, name] : known) {
        if (has(of, one)) text += (text.empty() ? "" : ", ") + std::string{name};
    }
    return text.empty() ? "nothing" : text;
}

std::string to_string(change_history const& of) {
    auto text = "first seen " + detail::plain_length(of.delivered - of.first_seen) + " before";
    if (of.last_changed != of.first_seen) {
        text +=
            ", last changed " + detail::plain_length(of.delivered - of.last_changed) + " before";
    }
    if (auto const waits = waits_of(of); !waits.empty()) text += ", waited " + listed(waits);
    if (of.forced) text += ", delivered at the latest time allowed";
    if (of.redelivered) text += ", delivered because an earlier record was not final";
    return text;
}

} // namespace restat
