#pragma once

#include "snapshot_contents.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace restat::detail {

/// The state of a known directory after a scan.
enum class fate : std::uint8_t {
    gone,     ///< not visited: counts as removed
    same,     ///< has the same names
    kept,     ///< unreadable, or outside the scope: stays as known
    replaced, ///< has other names: see `scan_harvest::fresh`
};

/// The fates of all known directories in a scan.
///
/// In a whole scan, each directory is gone until `set`. In a limited scan, each directory is kept,
/// and the scan releases or keeps whole subtrees by a mark at their top. So the cost of a mark does
/// not depend on the size of the subtree. Of the marks at and above a directory, the latest counts,
/// unless the scan visited the directory:
///
///     t/       released first, then visited     same
///     t/a/     kept second                      kept
///     t/a/b/                                    kept, by t/a/
///     t/c/                                      gone, by t/
///
/// \threads several for different directories of a whole scan; one for a limited scan
class RESTAT_EXPORT directory_fates {
public:
    /// Begins a whole scan. The directories must not change during the scan. \cost constant, unless
    /// there are more directories than before
    void begin(row_store const* known);
    /// Makes this a limited scan. `apart` holds the directories not reached by a mark above, in
    /// order: roots below other roots.
    void limit(std::vector<std::uint32_t> apart) noexcept;

    /// \cost constant; during a limited scan linear in the depth of the directory
    fate operator[](std::uint32_t directory) const noexcept {
        slot const own = slots_[directory];
        bool const is_visited = is_current(own) && own.visited() != fate::gone;
        return is_visited || !is_limited_ ? visited(own) : mark_above(directory);
    }
    void set(std::uint32_t directory, fate value) noexcept {
        slot& own = slots_[directory];
        own = is_current(own) ? slot{own.time(), own.mark(), value} : slot{began_, {}, value};
    }

    // For a limited scan.
    void keep(std::uint32_t top) noexcept { mark(top, fate::kept); }
    void release(std::uint32_t top) {
        released_.push_back(top);
        mark(top, fate::gone);
    }

    /// Returns whether any directory is gone. \cost after a limited scan, linear in the visited and
    /// marked directories; else in all directories
    bool has_gone() const noexcept;
    /// Ends a limited scan: makes each later answer constant. \cost linear in all directories
    void settle() noexcept;

private:
    // Packed in a word: two bits for each fate, the other bits for the time.
    class slot {
    public:
        slot() noexcept = default;
        slot(std::uint64_t time, fate mark, fate visited) noexcept
            : word_{time << 4U | static_cast<std::uint64_t>(mark) << 2U |
                    static_cast<std::uint64_t>(visited)} {}
        std::uint64_t time() const noexcept { return word_ >> 4U; } // of the mark
        fate mark() const noexcept { return static_cast<fate>(word_ >> 2U & 3U); }
        fate visited() const noexcept { return static_cast<fate>(word_ & 3U); }

    private:
        std::uint64_t word_ = 0;
    };

    // Slots of earlier scans count as empty.
    bool is_current(slot of) const noexcept { return of.time() >= began_; }
    fate visited(slot of) const noexcept { return is_current(of) ? of.visited() : fate::gone; }
    void mark(std::uint32_t top, fate value) noexcept {
        slots_[top] = {++now_, value, visited(slots_[top])};
    }
    bool is_apart(std::uint32_t directory) const noexcept;
    slot latest_mark(std::uint32_t directory) const noexcept;
    fate mark_above(std::uint32_t directory) const noexcept;
    bool has_gone_below(std::uint32_t top) const noexcept;

    std::vector<slot> slots_; // of each directory, and perhaps more
    std::vector<std::uint32_t> apart_;
    std::vector<std::uint32_t> released_; // in this scan
    row_store const* known_ = nullptr;
    std::uint64_t now_ = 1;   // time of the last mark
    std::uint64_t began_ = 1; // a mark has a later time
    bool is_limited_ = false;
};

} // namespace restat::detail
