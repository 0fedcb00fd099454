#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

// Directories for the later passes of a scan.
//
//     t/aa -> real      t/real/f       first pass:   t  t/real   t/real/f
//     t/real/sub        (mounted)      second pass:  t/real/sub
//                                      third pass:   t/aa        (is t/real: not again)
//
// A directory may have several names: through symbolic links, if the scan follows links, and
// through bind mounts. The scan visits the directory once, under the name with the fewest links,
// then the fewest mount points. So the real path wins if this path lies below a root, and the
// creation or removal of a link changes nothing in the directory. Among names with as many of
// both, the first root wins, then the first path in order.
namespace restat::detail {

/// How many links and mount points a path passes, the root included.
struct detour_count {
    std::size_t links = 0;
    std::size_t mounts = 0;

    friend auto operator<=>(detour_count const&, detour_count const&) = default;
};

struct detour {
    std::string path;               ///< of the link or mount point, as reported
    std::vector<std::size_t> links; ///< size of each part of `path` up to a link
    detour_count count;             ///< with this link or mount point
    std::size_t number = 0;         ///< of the root
    std::size_t below = 0;          ///< offset of the part below the root
    std::uint64_t device = 0;       ///< of the root
    bool rules_changed = false;     ///< in the parent directory
    bool is_root = false;           ///< a root and itself a link

    bool is_link() const noexcept { return !links.empty() && links.back() == path.size(); }

    friend bool operator<(detour const& a, detour const& b) noexcept {
        return std::tie(a.count, a.number, a.path) < std::tie(b.count, b.number, b.path);
    }
};

/// Detours found by a scan and not entered yet. Reuses its memory from scan to scan.
class detour_list {
public:
    /// Adds a detour with the values of some earlier detour.
    detour& add() {
        if (count_ == items_.size()) items_.emplace_back();
        return items_[count_++];
    }
    void clear() noexcept { count_ = 0; }
    /// Takes the detours with the lowest count out of another list, in order.
    void take_lowest(detour_list& from) {
        clear();
        items_.swap(from.items_);
        std::swap(count_, from.count_);
        auto const end = items_.begin() + static_cast<std::ptrdiff_t>(count_);
        std::sort(items_.begin(), end);
        auto const later = std::find_if(
            items_.begin(), end, [&](detour const& one) { return one.count != items_[0].count; });
        for (auto at = later; at != end; ++at) std::swap(from.add(), *at);
        count_ = static_cast<std::size_t>(later - items_.begin());
    }
    std::size_t size() const noexcept { return count_; }
    detour const& operator[](std::size_t index) const noexcept { return items_[index]; }

private:
    std::vector<detour> items_; // the first `count_` are in use
    std::size_t count_ = 0;
};

} // namespace restat::detail
