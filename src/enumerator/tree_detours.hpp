#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

// Directories that a scan enters last.
//
//     t/aa -> real      t/real/f       first pass:   t  t/real         t/real/f
//     t/real/sub        (mounted)      second pass:  t/aa  t/real/sub  (t/aa is t/real: not again)
//
// A directory may be reached by several names: through symbolic links, where they are followed, and
// through bind mounts. The scan visits it once, under the name by which it is reached with the
// fewest detours: a detour is a followed link, or a directory on which something is mounted. So the
// real path wins where it lies below a root, and a link that is made or removed changes nothing
// there. Among names with as many detours the first root wins, then the first path.
namespace restat::detail {

struct detour {
    std::string path;               ///< of the link or mount point, as reported
    std::vector<std::size_t> links; ///< how long the parts of `path` are that end in a link
    std::size_t number = 0;         ///< of the root
    std::size_t below = 0;          ///< where the part below the root begins
    std::uint64_t device = 0;       ///< of the root
    bool rules_changed = false;     ///< in the directory that holds it
    bool is_root = false;           ///< a root that is a link itself

    bool is_link() const noexcept { return !links.empty() && links.back() == path.size(); }

    friend bool operator<(detour const& a, detour const& b) noexcept {
        return std::tie(a.number, a.path) < std::tie(b.number, b.path);
    }
};

/// Detours that a scan found and has not entered yet. Reuses its memory from scan to scan.
class detour_list {
public:
    /// One more, with the values of some earlier one.
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
    std::vector<detour> items_; // the first of which count
    std::size_t count_ = 0;
};

} // namespace restat::detail
