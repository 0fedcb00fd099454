#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/detail/owned.hpp>
#include <restat/entry.hpp>
#include <restat/error.hpp>
#include <restat/export.hpp>

#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace restat {

namespace detail {
struct snapshot_access;
}

/// The state of a tree in a single scan: a random-access range of entries, ordered by `path_less`.
/// \cost 32 bytes and the name per file; 64 bytes and the path per directory; 12 bytes per run of
/// files without a subdirectory in between. An iterator step is constant, `operator[]` logarithmic.
/// Only a copy allocates
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
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    entry operator[](std::size_t index) const noexcept;
    split_path path(std::size_t index) const noexcept;
    iterator begin() const noexcept;
    iterator end() const noexcept;

    /// Returns the entry of this path, in any spelling (`./a//b`, `a/./b`), or `end()`.
    iterator find(split_path path) const noexcept;
    /// Returns the index of the first entry with a path not before `path`.
    std::size_t lower_bound(split_path path) const noexcept;
    bool contains(split_path path) const noexcept;

    /// Returns the read errors of this scan, in order of path. Entries at and below such a path
    /// are those of the previous scan, unless the path is gone.
    std::vector<finding> const& findings() const noexcept { return findings_; }

    /// Returns whether a path appeared in this scan because rules or roots changed, rather than
    /// because the file was created.
    bool revealed(split_path path) const noexcept;
    /// Returns whether a path disappeared in this scan because rules or roots changed.
    bool hidden(split_path path) const noexcept;
    /// Returns whether any path was revealed or hidden in this scan.
    bool view_changed() const noexcept {
        return !revealed_.empty() || !hidden_.empty() || !renamed_.empty();
    }

    /// Returns whether every record is final.
    bool is_final() const noexcept;

    struct contents;

private:
    friend class snapshot_builder;
    friend struct detail::snapshot_access;

    iterator find_respelled(split_path path) const noexcept;
    entry at(std::size_t index, std::size_t run) const noexcept;
    std::size_t run_of(std::size_t index, std::size_t hint) const noexcept;

    detail::owned<contents> contents_; // null if empty
    std::vector<finding> findings_;
    // Sorted paths, each for its whole subtree.
    std::vector<std::string> revealed_;
    std::vector<std::string> hidden_;
    // Sorted paths below those, with subtrees neither revealed nor hidden by the scan.
    std::vector<std::string> steady_;
    // Sorted former and new names of subtrees with another name since this scan.
    std::vector<std::string> renamed_;
    // Roots with a successful read, though they lie below a path with a read error.
    std::vector<std::string> readable_;
};

/// A random-access iterator over a snapshot; dereferences to an `entry` by value.
class snapshot::iterator {
public:
    using value_type = entry;
    using reference = entry;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::random_access_iterator_tag;

    iterator() noexcept = default;
    iterator(snapshot const& of, std::size_t index) noexcept
        : of_{&of}, index_{index}, run_{of.run_of(index, 0)} {}

    entry operator*() const noexcept { return of_->at(index_, run_); }
    entry operator[](difference_type n) const noexcept { return *(*this + n); }
    std::size_t index() const noexcept { return index_; }

    iterator& operator+=(difference_type n) noexcept {
        index_ += static_cast<std::size_t>(n);
        run_ = of_->run_of(index_, run_);
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
    std::size_t run_ = 0; // the run of index_
};

inline snapshot::iterator snapshot::begin() const noexcept { return {*this, 0}; }
inline snapshot::iterator snapshot::end() const noexcept { return {*this, size()}; }

} // namespace restat
#endif
