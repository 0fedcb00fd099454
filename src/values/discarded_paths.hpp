#pragma once

#include <array>
#include <string>
#include <vector>

namespace restat::detail {

/// Paths no longer used, freed a few at a time.
class discarded_paths {
public:
    /// Takes the paths of a vector, which is then empty. \cost constant, unless as many vectors as
    /// a scan has were taken before
    void take(std::vector<std::string>& paths) noexcept {
        for (auto& list : lists_) {
            if (!list.empty() || paths.empty()) continue;
            list.swap(paths);
        }
        paths.clear();
    }
    /// Frees a few paths. Returns false if none is left.
    bool free_some() noexcept {
        constexpr int freed_a_step = 8;
        for (auto& list : lists_) {
            if (list.empty()) continue;
            for (int i = 0; i < freed_a_step && !list.empty(); ++i) list.pop_back();
            if (list.empty()) std::vector<std::string>{}.swap(list);
            return true;
        }
        return false;
    }

private:
    std::array<std::vector<std::string>, 4> lists_;
};

} // namespace restat::detail
