#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <unordered_map>

namespace bench {

/// The usual way in C++: the standard library's walk, and a map of what was there.
class map_of_tree {
public:
    explicit map_of_tree(std::string root) : root_{std::move(root)} {}

    /// How many files differ from the last time.
    std::size_t count_changes();
    void forget() { known_.clear(); }
    std::size_t size() const noexcept { return known_.size(); }

private:
    struct seen {
        std::filesystem::file_time_type time;
        std::size_t scan = 0;
    };

    std::string root_;
    std::unordered_map<std::string, seen> known_;
    std::size_t scan_ = 0;
};

/// Walks a tree by fts(3), and says how many files it has.
std::size_t walk_by_fts(std::string const& root);

} // namespace bench
