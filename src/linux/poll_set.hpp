#pragma once

namespace restat::os {

/// A descriptor, close-on-exec, that is readable when one of several is.
/// \source epoll(7)
class poll_set {
public:
    /// Its descriptor is -1 if there is none to be had.
    poll_set() noexcept;
    poll_set(poll_set const&) = delete;
    ~poll_set();

    /// Adds a descriptor, which leaves the set when it is closed.
    void add(int descriptor) noexcept;
    /// Takes one out that may be open in another process as well, and so would not leave.
    void remove(int descriptor) noexcept;
    int descriptor() const noexcept { return set_; }

private:
    int set_;
};

} // namespace restat::os
