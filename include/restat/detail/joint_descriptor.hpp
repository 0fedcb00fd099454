#pragma once

#include <restat/detail/owned.hpp>
#include <restat/export.hpp>

#include <initializer_list>

namespace restat::detail {

/// Joins several descriptors to one that is readable while any of them is readable. A copy is
/// empty.
class RESTAT_EXPORT joint_descriptor {
public:
    joint_descriptor() noexcept;
    joint_descriptor(joint_descriptor const&) noexcept;
    joint_descriptor(joint_descriptor&&) noexcept;
    joint_descriptor& operator=(joint_descriptor const&) noexcept;
    joint_descriptor& operator=(joint_descriptor&&) noexcept;
    ~joint_descriptor();

    /// Returns a descriptor for these descriptors, of which -1 stands for none: the only one, or a
    /// descriptor of this object, valid until the next call. Returns -1 if there are none, or if
    /// the system refuses to join them.
    /// \cost a system call per descriptor, if there are several
    int of(std::initializer_list<int> descriptors);

private:
    struct members;
    owned<members> m_; // null until several descriptors are joined
};

} // namespace restat::detail
