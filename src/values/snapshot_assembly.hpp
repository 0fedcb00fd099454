#pragma once

#include "snapshot_contents.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace restat::detail {

/// Assembles the contents of a snapshot from directories and loose rows, a step at a time.
///
///     step()           until it returns false: groups the loose rows
///     expect(...)      for each directory, so that memory is allocated once
///     add(...)         for each directory, in order of path; then step() until it is copied
///     finish()         then step() until it returns false
///     take()
class snapshot_assembly {
public:
    using piece = snapshot::contents::piece;

    /// Takes loose rows in order of path, which must outlive the assembly. A loose row replaces a
    /// directory row of the same path.
    explicit snapshot_assembly(loose_rows const& loose);

    void expect(piece const& of) noexcept;
    void add(piece const& of);
    void finish() noexcept { stage_ = stage::adding_loose; }
    /// Takes the next step. Returns false if nothing was left to do.
    bool step();
    snapshot::contents take() { return std::move(made_); }

private:
    enum class stage : std::uint8_t {
        grouping,        // finds the directories of the loose rows
        ordering_groups, // sorts these directories
        adding,          // copies directories as they are added
        adding_loose,    // adds the last directories of loose rows alone
        finding_parents, // links each directory with its parent
        ordering,        // orders the rows
        done,
    };
    static constexpr std::uint32_t no_item = 0xffffffff;

    // The loose rows of a directory. Loose rows of its subdirectories may stand between them.
    struct group {
        std::string_view path;
        std::uint32_t first;
        std::uint32_t last;
    };
    // A directory whose subdirectories are being visited, and its next row.
    struct open_directory {
        std::uint32_t directory;
        std::size_t next;
    };

    static std::string_view path_of(piece const& of) noexcept {
        return of.from->path(of.directory);
    }
    static std::string_view names_of(piece const& of) noexcept;
    bool group_some();
    bool order_groups();
    void reserve();
    void add_directory(piece const* known, group const* loose);
    std::string_view loose_name() const noexcept {
        return loose_.path(loose_.items[next_item_]).substr(merged_->path.size());
    }
    void add_loose(row_kind const* beside);
    bool merge_some();
    bool copy_some();
    bool find_parent();
    bool order_some();
    void give(open_directory& of, std::size_t end);
    void add_run(std::uint32_t directory, std::size_t first, std::size_t count);

    loose_rows const& loose_;
    std::vector<group> groups_;
    std::vector<std::size_t> open_groups_;  // indexes, each group below the one before
    std::vector<std::uint32_t> after_item_; // the next loose row of the same directory
    stepwise_sort<group> group_sort_;
    std::size_t next_group_ = 0;
    std::size_t rows_ = 0; // expected number
    std::size_t names_ = 0;
    std::size_t paths_ = 0;
    std::size_t directories_ = 0;
    snapshot::contents made_;
    stage stage_ = stage::grouping;
    std::optional<piece> copied_;       // directory that is being copied
    group const* merged_ = nullptr;     // its loose rows, if it has any
    std::uint32_t next_item_ = no_item; // loose row of this directory
    std::size_t next_row_ = 0;          // row of this directory
    std::size_t next_name_ = 0;         // offset in its names
    std::uint32_t next_ = 0;            // index of the next directory
    std::vector<std::uint32_t> parents_;
    std::vector<open_directory> open_;
    std::size_t ordered_ = 0;
};

} // namespace restat::detail
