#pragma once

#include <restat/entry.hpp>
#include <restat/error.hpp>
#include <restat/export.hpp>

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace restat {

/// Whether path `a` stands before `b`: by bytes, with `/` before every other, so that a directory
/// is followed by all that is below it.
RESTAT_EXPORT bool path_less(std::string_view a, std::string_view b) noexcept;

/// What a tree looked like: a random-access range of entries, ordered by `path_less`.
/// \cost one block of names and one of records, whatever the number of files
/// \threads like a standard container
class RESTAT_EXPORT snapshot {
public:
    class iterator;
    using value_type = entry;
    using const_iterator = iterator;

    snapshot() noexcept;
    snapshot(snapshot const&);
    snapshot(snapshot&&) noexcept;
    snapshot& operator=(snapshot const&);
    snapshot& operator=(snapshot&&) noexcept;
    ~snapshot();

    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    entry operator[](std::size_t index) const noexcept;
    std::string_view path(std::size_t index) const noexcept;
    iterator begin() const noexcept;
    iterator end() const noexcept;

    /// The entry of exactly this path, or `end()`.
    iterator find(std::string_view path) const noexcept;
    /// Index of the first entry that is not before `path`.
    std::size_t lower_bound(std::string_view path) const noexcept;
    bool contains(std::string_view path) const noexcept;

    /// What could not be read in this scan, in order of path. Entries at and below such a path
    /// are those of the scan before, unless it is gone.
    std::vector<finding> const& findings() const noexcept { return findings_; }

    /// Whether a path came into view in this scan because rules changed, not because it was made.
    bool revealed(std::string_view path) const noexcept;
    /// Whether a path went out of view in this scan because rules changed.
    bool hidden(std::string_view path) const noexcept;
    /// Whether there is any such path.
    bool view_changed() const noexcept { return !revealed_.empty() || !hidden_.empty(); }

    /// Whether every record is final.
    bool is_final() const noexcept { return unfinal_ == 0; }

private:
    friend class snapshot_builder;

    struct row {
        std::size_t name = 0;
        std::uint32_t length = 0;
        std::uint32_t link : 31 = 0; // index into links_ plus one
        std::uint32_t incidental : 1 = 0;
        stat_record record;
    };

    void append(entry const& what);

    std::string names_;
    std::vector<row> rows_;
    std::vector<stat_record> links_;
    std::vector<finding> findings_;
    // Paths that stand for all below them, in order, none of them below another.
    std::vector<std::string> revealed_;
    std::vector<std::string> hidden_;
    std::size_t unfinal_ = 0;
};

/// Random access over a snapshot; dereferences to an `entry` by value.
class snapshot::iterator {
public:
    using value_type = entry;
    using reference = entry;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::random_access_iterator_tag;

    iterator() noexcept = default;
    iterator(snapshot const& of, std::size_t index) noexcept : of_{&of}, index_{index} {}

    entry operator*() const noexcept { return (*of_)[index_]; }
    entry operator[](difference_type n) const noexcept { return *(*this + n); }
    std::size_t index() const noexcept { return index_; }

    iterator& operator+=(difference_type n) noexcept {
        index_ += static_cast<std::size_t>(n);
        return *this;
    }
    iterator& operator-=(difference_type n) noexcept { return *this += -n; }
    iterator& operator++() noexcept { return *this += 1; }
    iterator& operator--() noexcept { return *this += -1; }
    iterator operator++(int) noexcept { return std::exchange(*this, *this + 1); }
    iterator operator--(int) noexcept { return std::exchange(*this, *this - 1); }

    friend iterator operator+(iterator i, difference_type n) noexcept { return i += n; }
    friend iterator operator+(difference_type n, iterator i) noexcept { return i += n; }
    friend iterator operator-(iterator i, difference_type n) noexcept { return i -= n; }
    friend difference_type operator-(iterator a, iterator b) noexcept {
        return static_cast<difference_type>(a.index_) - static_cast<difference_type>(b.index_);
    }
    friend bool operator==(iterator a, iterator b) noexcept { return a.index_ == b.index_; }
    friend auto operator<=>(iterator a, iterator b) noexcept { return a.index_ <=> b.index_; }

private:
    snapshot const* of_ = nullptr;
    std::size_t index_ = 0;
};

inline snapshot::iterator snapshot::begin() const noexcept { return {*this, 0}; }
inline snapshot::iterator snapshot::end() const noexcept { return {*this, size()}; }

} // namespace restat
