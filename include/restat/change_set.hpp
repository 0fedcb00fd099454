#pragma once

#include <restat/change.hpp>
#include <restat/export.hpp>

#include <cstddef>
#include <vector>

namespace restat {

/// All that changed between two looks, one `change` a path, in order of path. A contiguous range,
/// whole in itself: it may be moved to another thread and outlive the reloader.
class RESTAT_EXPORT change_set {
public:
    using value_type = change;
    using const_iterator = change const*;

    change_set() noexcept;
    explicit change_set(std::vector<change> ordered, std::size_t batch = 0) noexcept;
    change_set(change_set const&);
    change_set(change_set&&) noexcept;
    change_set& operator=(change_set const&);
    change_set& operator=(change_set&&) noexcept;
    ~change_set();

    change const* begin() const noexcept { return changes_.data(); }
    change const* end() const noexcept { return changes_.data() + changes_.size(); }
    change const* data() const noexcept { return changes_.data(); }
    std::size_t size() const noexcept { return changes_.size(); }
    bool empty() const noexcept { return changes_.empty(); }
    change const& operator[](std::size_t index) const noexcept { return changes_[index]; }

    /// The change of exactly this path, or the rename that took this name away; or null.
    /// \cost logarithmic if it is there by this path; else all renames are gone through.
    change const* find(std::string_view path) const noexcept;
    bool contains(std::string_view path) const noexcept { return find(path) != nullptr; }

    /// Which delivery of its reloader this is, from 1; 0 if it was not delivered.
    std::size_t batch() const noexcept { return batch_; }

private:
    std::vector<change> changes_;
    std::size_t batch_ = 0;
};

} // namespace restat
