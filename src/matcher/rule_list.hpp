#pragma once

#include <restat/matcher/path_matcher.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace restat::detail {

// The patterns of a matcher as written, with their origins: an origin for each pattern, or a
// single origin for all.
class rule_list {
public:
    rule_list(std::vector<std::string> texts, std::vector<std::string> origins)
        : texts_{std::move(texts)}, origins_{std::move(origins)} {}

    std::vector<std::string> const& texts() const noexcept { return texts_; }

    explanation explain(verdict says, std::size_t which) const {
        auto const from = origins_.size() == 1 ? 0 : which;
        return {says, texts_[which], from < origins_.size() ? origins_[from] : std::string{}};
    }
    // Explains a verdict without a rule. The origin joins all origins, such as "-g or -e"; empty
    // if there are many.
    explanation explain(verdict says) const {
        constexpr std::size_t most = 3;
        std::vector<std::string> all;
        for (auto const& one : origins_) {
            if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
            if (all.size() > most) return {says, {}, {}};
        }
        std::string text;
        for (auto const& one : all) text += (text.empty() ? "" : " or ") + one;
        return {says, {}, text};
    }

private:
    std::vector<std::string> texts_;
    std::vector<std::string> origins_;
};

} // namespace restat::detail
