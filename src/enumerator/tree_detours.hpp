#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

// Directories for the later passes of a scan.
//
//     t/aa -> real      t/real/f       first pass:   t  t/real         t/real/f
//     t/real/sub        (mounted)      second pass:  t/aa  t/real/sub  (t/aa is t/real: not again)
//
// A directory may have several names: through symbolic links, if the scan follows links, and
// through bind mounts. The scan visits the directory once, under the name with the fewest
// detours. A detour is a followed link or a mount point. So the real path wins if this path lies
// below a root, and the creation or removal of a link changes nothing in the directory. Among
// names with equally many detours, the first root wins, then the first path in order.
namespace restat::detail {

struct detour {
    std::string path;               ///< of the link or mount point, as reported
    std::vector<std::size_t> links; ///< size of each part of `path` up to a link
    std::size_t number = 0;         ///< of the root
    std::size_t below = 0;          ///< offset of the part below the root
    std::uint64_t device = 0;       ///< of the root
    bool rules_changed = false;     ///< in the parent directory
    bool is_root = false;           ///< a root and itself a link

    bool is_link() const noexcept { return !links.empty() && links.back() == path.size(); }

    friend bool operator<(detour const& a, detour const& b) noexcept {
        return std::tie(a.number, a.path) < std::tie(b.number, b.path);
    }
};

/// The detours found by a scan and not entered yet. Reuses its memory from scan to scan.
class detour_list {
public:
    /// Adds a detour with the values of some earlier detour.
    detour& add() {
        if (count_ == items_.size()) items_.emplace_back();
        return items_[count_++];
    }
    void clear() noexcept { count_ = 0; }
    void sort() {
        std::sort(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(count_));
    }
    void swap(detour_list& other) noexcept {
        items_.swap(other.items_);
        std::swap(count_, other.count_);
    }
    std::size_t size() const noexcept { return count_; }
    detour const& operator[](std::size_t index) const noexcept { return items_[index]; }

private:
    std::vector<detour> items_; // the first `count_` are in use
    std::size_t count_ = 0;
};

} // namespace restat::detail
