#pragma once

#include "corpus.hpp"

#include "descriptor.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace bench {

/// The floor of a first scan: getdents64 of each directory and fstatat of each file, nothing
/// kept. Returns the number of files.
std::size_t list_and_stat(std::string const& root, unsigned threads);

/// The floor of a rescan: the directories and names are known, and each file's status is read
/// relative to its open directory and held against the one before.
class known_tree {
public:
    explicit known_tree(corpus const& of);

    /// How many files differ from the last time.
    std::size_t count_changes(unsigned threads);
    std::size_t size() const noexcept { return records_.size(); }

private:
    struct record {
        timespec mtime, ctime;
        off_t size;
        ino_t inode;
        bool replace(struct stat const& now) noexcept;
    };

    corpus const& of_;
    std::vector<std::size_t> first_; // record of each directory
    std::vector<record> records_;
};

} // namespace bench
