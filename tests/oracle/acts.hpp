#pragma once

#include "oracle/steps.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace oracle {

/// Performs operations on the tree in the current directory. An operation that does not apply
/// to what is there does nothing.
class actor {
public:
    /// Performs one operation. Returns the paths, relative to the current directory, at or below
    /// which something may have happened, also for a moment.
    std::vector<std::string> perform(step const& what);
    /// Makes the tree that every script starts with.
    void make_first_tree();
    /// Makes every directory readable and removes every mount.
    void restore();

private:
    std::string fresh_content(std::size_t size = 0);
    void write(std::string const& path);
    void fill(std::string const& directory, std::uint32_t number);
    bool edit_file(step const& what);
    bool move_file(step const& what);
    bool make_link(step const& what);
    bool change_directory_tree(step const& what);
    bool change_attributes(step const& what);
    bool move_roots(step const& what);

    unsigned long contents_ = 0;
    std::vector<std::string> touched_;
    std::vector<std::string> mounts_;
    std::vector<std::string> closed_;
    std::set<std::uint64_t> linked_; ///< inodes that had several names
    std::set<std::uint64_t> kept_;   // of files edited with their mtime kept
};

} // namespace oracle
