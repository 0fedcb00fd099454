#pragma once

#ifdef RESTAT_DISABLED
#include <restat/detail/disabled_policies.hpp>
#else
#include <restat/change.hpp>
#include <restat/export.hpp>

#include <cstddef>
#include <vector>

namespace restat {

namespace detail {
struct change_set_access;
}

/// The changes between two scans, a single `change` for each path, ordered by path. A set with
/// dependents (see `dependency_graph`) has each path after its dependencies instead. A contiguous
/// range without references to other objects: it may be moved to another thread and outlive the
/// reloader.
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
    [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
    change const& operator[](std::size_t index) const noexcept { return changes_[index]; }

    /// Returns the change of exactly this path, else the rename from this name, else null.
    /// \cost logarithmic for a path in the set, linear in a set with dependents; else linear, as
    /// every rename is compared.
    change const* find(std::string_view path) const noexcept;
    bool contains(std::string_view path) const noexcept { return find(path) != nullptr; }

    /// Returns the number of this delivery by its reloader, from 1; 0 if it was not delivered.
    std::size_t batch() const noexcept { return batch_; }

private:
    friend struct detail::change_set_access;

    std::vector<change> changes_;
    std::size_t batch_ = 0;
    bool is_by_path_ = true;
};

} // namespace restat
#endif
