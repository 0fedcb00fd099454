#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// How the directories of a corpus lie.
enum class shape {
    shallow, ///< 20 files in each directory, all directories side by side
    deep,    ///< chains of 100 directories, 10 files in each
    wide,    ///< 5,000 files in each directory
    modules, ///< packages as npm lays them out, 13 files in a directory on average
};

inline constexpr shape all_shapes[] = {shape::shallow, shape::deep, shape::wide, shape::modules};

std::string_view name_of(shape kind) noexcept;

/// What a corpus is made from: the same plan makes the same tree.
struct corpus_plan {
    shape kind = shape::modules;
    std::size_t files = 0;
    std::uint64_t seed = 1;
};

/// A directory of a corpus and the names of its files, in their order.
struct directory_plan {
    std::string path; ///< the whole path
    std::vector<std::string> files;
};

/// A tree of empty files to be scanned.
struct corpus {
    corpus_plan plan;
    std::string root;
    std::vector<directory_plan> directories; ///< a directory comes before what is below it
};

/// The corpus of a plan, in a folder; made only if it is not there from an earlier run.
corpus make_corpus(corpus_plan const& plan, std::string const& folder);

/// Writes a byte to `count` files that lie all over the tree, and waits until their stamps are
/// final.
void edit_some(corpus const& of, std::size_t count);

/// Writes a byte to one file, as quickly as can be.
void edit_one(std::string const& path);

} // namespace bench
