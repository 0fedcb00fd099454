#pragma once

#include <restat/detail/enabled.hpp>

#include <restat/export.hpp>
#include <restat/stat_record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace restat {

/// A name in a directory, and its type according to the listing: `none` if unknown.
struct listed_name {
    std::string_view name; ///< followed by a NUL, so `name.data()` can be opened
    file_type type = file_type::none;
};

/// The names in a directory, stored in blocks of memory. Adding a name never moves many others.
/// \threads like a standard container
class RESTAT_EXPORT name_list {
public:
    /// Appends a name, with its type if the listing reports the type.
    void add(std::string_view name, file_type type);
    /// Removes all names; keeps the memory.
    void clear() noexcept;
    /// Removes all names after the first `count`.
    void keep_first(std::size_t count) noexcept;
    /// Sorts the names by their bytes.
    void sort();
    /// Sorts a few hundred names. Returns false once all names are sorted. \cost of all calls
    /// together about the cost of `sort`. Between two calls, only `clear` may change the list.
    [[nodiscard]] bool sort_some();

    /// Returns the number of names.
    std::size_t size() const noexcept { return items_.size; }
    [[nodiscard]] bool empty() const noexcept { return items_.size == 0; }
    /// Returns true if the list contains this name. Requires sorted names.
    bool contains(std::string_view name) const noexcept;
    /// Returns a name and its type. The view is valid until the next change of the list.
    listed_name operator[](std::size_t index) const noexcept;

private:
    struct item {
        std::uint32_t text; // index of a block
        std::uint32_t at;
        std::uint32_t length;
        file_type type;
    };

    /// Items in blocks of the same size. Keeps its memory when cleared.
    struct item_list {
        static constexpr std::size_t a_block = 4096;

        std::vector<std::vector<item>> blocks;
        std::size_t size = 0;

        item& operator[](std::size_t index) noexcept {
            return blocks[index / a_block][index % a_block];
        }
        item const& operator[](std::size_t index) const noexcept {
            return blocks[index / a_block][index % a_block];
        }
        void push_back(item const& one);
        /// Keeps the first items, at most as many as there are.
        void shrink(std::size_t count) noexcept;
    };

    std::string& text_for(std::size_t size);
    static std::size_t kind_of(std::string_view name) noexcept;
    std::string_view name(item const& of) const noexcept {
        return {texts_[of.text].data() + of.at, of.length};
    }
    bool is_less(item const& a, item const& b) const noexcept { return name(a) < name(b); }
    void sort_run();
    bool merge_some();

    std::vector<std::string> texts_; // the names, each with a NUL
    std::size_t text_ = 0;           // index of the last used text
    item_list items_;
    // During the sort, runs of `run_` names are sorted. Pairs of runs are merged into `merged_`.
    std::size_t run_ = 0;
    std::size_t sorted_ = 0; // names in sorted runs of the first size
    std::size_t left_ = 0;   // next name of the left run
    std::size_t right_ = 0;  // next name of the right run
    item_list merged_;
    std::array<std::uint64_t, 8> kinds_{}; // a bit for each kind in the list
};

} // namespace restat
