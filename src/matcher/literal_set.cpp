#include "literal_set.hpp"

namespace restat::detail {
namespace {

// Returns a byte, and its other case if letters are folded.
std::array<char, 2> alike(char c, letter_case letters) noexcept {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool const folded = letter && letters == letter_case::folded;
    return {c, folded ? static_cast<char>(c ^ 0x20) : c};
}

} // namespace

literal_set::literal_set(std::vector<std::vector<std::string>> const& texts,
                         letter_case letters) {
    auto const mark = [&](char const* at, groups pair::*where, std::size_t group) {
        for (char const first : alike(at[0], letters)) {
            for (char const second : alike(at[1], letters)) {
                pairs_[slot(first, second)].*where |= groups{1} << group;
            }
        }
    };
    for (std::size_t group = 0; group < texts.size(); ++group) {
        for (auto const& text : texts[group]) {
            mark(text.data(), &pair::begin, group);
            mark(text.data() + text.size() - 2, &pair::end, group);
        }
    }
}

} // namespace restat::detail
