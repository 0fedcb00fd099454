#include <restat/change_reason.hpp>

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

std::vector<std::string> waits_of(change_reason const& why) {
    std::vector<std::string> waits;
    auto const when = [&](awaited one, char const* text) {
        if (has(why.waited, one)) waits.emplace_back(text);
    };
    when(awaited::quiet, "for quiet");
    when(awaited::content, "for an emptied file to be written");
    when(awaited::final_record, "for its record to be final");
    when(awaited::retry, "for another attempt");
    when(awaited::guard, "for the restart-loop guard");
    return waits;
}

} // namespace

change_reason joined(change_reason const& older, change_reason const& newer) noexcept {
    return {std::min(older.seen, newer.seen),
            std::max(older.moved, newer.moved),
            std::max(older.told, newer.told),
            older.waited | newer.waited,
            newer.hurried,
            newer.again};
}

std::string describe(change_reason const& why) {
    auto text = "first seen " + detail::plain_length(why.told - why.seen) + " before";
    if (why.moved != why.seen) {
        text += ", last changed " + detail::plain_length(why.told - why.moved) + " before";
    }
    if (auto const waits = waits_of(why); !waits.empty()) text += ", waited " + listed(waits);
    if (why.hurried) text += ", delivered at the latest time allowed";
    if (why.again) text += ", delivered again because its first record was not final";
    return text;
}

} // namespace restat
