#include <restat/change_history.hpp>

#include "base/plain_length.hpp"

#include <algorithm>
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

std::string describe(change_history const& why) {
    auto text = "first seen " + detail::plain_length(why.delivered - why.first_seen) + " before";
    if (why.last_changed != why.first_seen) {
        text += ", last changed " + detail::plain_length(why.delivered - why.last_changed) +
                " before";
    }
    if (auto const waits = waits_of(why); !waits.empty()) text += ", waited " + listed(waits);
    if (why.forced) text += ", delivered at the latest time allowed";
    if (why.redelivered) text += ", delivered again because its first record was not final";
    return text;
}

} // namespace restat
