#include "plain_length.hpp"

namespace restat::detail {
namespace {

// Writes a number with a single decimal, unless the decimal is zero or the number is ten or more.
std::string in_units(std::chrono::nanoseconds time, std::chrono::nanoseconds unit,
                     char const* name) {
    auto const tenth = unit / 10;
    auto const tenths = (time + tenth / 2) / tenth;
    auto text = std::to_string(tenths / 10);
    if (tenths < 100 && tenths % 10 != 0) text += '.' + std::to_string(tenths % 10);
    return text + name;
}

} // namespace

std::string plain_length(std::chrono::nanoseconds time) {
    using namespace std::chrono_literals;
    if (time < 1s) return in_units(time, 1ms, " ms");
    if (time < 2min) return in_units(time, 1s, " s");
    if (time < 2h) return in_units(time, 1min, " min");
    return in_units(time, 1h, " h");
}

} // namespace restat::detail
