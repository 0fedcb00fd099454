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

/// One name in a directory, and what the listing says it is: `none` if it does not say.
struct listed_name {
    std::string_view name; ///< followed by a NUL, so that `name.data()` can be opened
    file_type type = file_type::none;
};

/// The names in a directory, in two blocks of memory.
/// \threads like a standard container
class RESTAT_EXPORT name_list {
public:
    void add(std::string_view name, file_type type);
    void clear() noexcept;
    void keep_first(std::size_t count) noexcept;
    /// Puts the names in order of their bytes.
    void sort();

    std::size_t size() const noexcept { return items_.size(); }
    bool empty() const noexcept { return items_.empty(); }
    /// Whether this name is among them; they must be in order.
    bool contains(std::string_view name) const noexcept;
    listed_name operator[](std::size_t index) const noexcept;

private:
    struct item {
        std::size_t name;
        std::size_t length;
        file_type type;
    };

    static std::size_t kind_of(std::string_view name) noexcept;

    std::string names_;
    std::vector<item> items_;
    std::array<std::uint64_t, 8> kinds_{}; // a bit for those that there are
};

} // namespace restat
