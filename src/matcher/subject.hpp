#pragma once

#include "last_component.hpp"

#include <restat/matcher/path_matcher.hpp>

#include <cstddef>
#include <string_view>

namespace restat::detail {

// The text that patterns are matched against: the path of a candidate without a leading `./`, and
// without the final `/` of a root.
class subject {
public:
    explicit subject(candidate const& of) noexcept : whole_{of.path} {
        while (whole_.size() > 1 && whole_.ends_with('/')) whole_.remove_suffix(1);
        while (whole_.size() > 2 && whole_.starts_with("./")) whole_.remove_prefix(2);
        auto const dropped = static_cast<std::size_t>(whole_.data() - of.path.data());
        auto const below = of.below < dropped ? 0 : of.below - dropped;
        below_ = below < whole_.size() ? below : 0;
    }

    std::string_view whole() const noexcept { return whole_; }
    // Returns the offset in `whole` where the part below the root begins.
    std::size_t below() const noexcept { return below_; }
    std::string_view name() const noexcept { return last_component(whole_); }

private:
    std::string_view whole_;
    std::size_t below_;
};

} // namespace restat::detail
