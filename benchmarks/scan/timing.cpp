#include "timing.hpp"

#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

void expect(contender const& who, std::size_t seen, std::size_t expected, std::string_view unit) {
    if (seen == expected) return;
    throw std::runtime_error{who.name + ", " + std::string{name_of(who.what)} + ": saw " +
                             std::to_string(seen) + " " + std::string{unit} + " of " +
                             std::to_string(expected)};
}

void run_once(contender& who) {
    if (who.prepare) who.prepare();
    auto const start = steady::now();
    std::size_t const seen = who.run();
    who.seconds.push_back(seconds_since(start));
    expect(who, seen, who.expected, "results");
}

} // namespace

std::string_view name_of(task what) noexcept {
    switch (what) {
    case task::first_scan: return "first scan";
    case task::rescan: return "rescan";
    case task::edited: return "rescan, 0.1 % changed";
    case task::walk: break;
    }
    return "walk";
}

spread spread_of(std::vector<double> of) {
    if (of.empty()) return {};
    std::sort(of.begin(), of.end());
    auto const at = [&](double part) {
        double const where = part * static_cast<double>(of.size() - 1);
        auto const below = static_cast<std::size_t>(where);
        double const next = of[std::min(below + 1, of.size() - 1)];
        return of[below] + (next - of[below]) * (where - static_cast<double>(below));
    };
    return {at(0.5), at(0.25), at(0.75)};
}

spread ratio(contender const& above, contender const& below) {
    std::vector<double> each;
    std::size_t const rounds = std::min(above.seconds.size(), below.seconds.size());
    for (std::size_t i = 0; i < rounds; ++i) each.push_back(above.seconds[i] / below.seconds[i]);
    return spread_of(std::move(each));
}

void take_turns(std::vector<contender>& who, std::size_t files, effort const& how) {
    for (contender const& each : who) {
        if (each.count) expect(each, each.count(), files, "files");
    }
    for (std::size_t round = 0; round < how.rounds; ++round) {
        if (round > 0 && steady::now() > how.limit) return;
        if (round % 2 == 0) {
            std::for_each(who.begin(), who.end(), run_once);
        } else {
            std::for_each(who.rbegin(), who.rend(), run_once);
        }
    }
}

} // namespace bench
