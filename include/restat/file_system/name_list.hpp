#pragma once

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

/// The names in a directory, stored in two blocks of memory without an allocation per name.
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

    std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    /// Returns true if the list contains this name. Requires sorted names.
    bool contains(std::string_view name) const noexcept;
    /// Returns a name and its type. The view is valid until the next change of the list.
    listed_name operator[](std::size_t index) const noexcept;

private:
    struct item {
        std::size_t name;
        std::size_t length;
        file_type type;
    };

    static std::size_t kind_of(std::string_view name) noexcept;
    bool is_less(item const& a, item const& b) const noexcept;
    void sort_run();
    bool merge_some();

    std::string names_;
    std::vector<item> items_;
    // During the sort, runs of `run_` names are sorted. Pairs of runs are merged into `merged_`.
    std::size_t run_ = 0;
    std::size_t sorted_ = 0; // names in sorted runs of the first size
    std::size_t left_ = 0;   // next name of the left run
    std::size_t right_ = 0;  // next name of the right run
    std::vector<item> merged_;
    std::array<std::uint64_t, 8> kinds_{}; // a bit for each kind in the list
};

} // namespace restat
