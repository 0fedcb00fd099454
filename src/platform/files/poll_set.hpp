#pragma once

namespace restat::detail {

/// A descriptor, close-on-exec, that is readable while any of several descriptors is readable.
/// \source epoll(7)
class poll_set {
public:
    /// Creates the set. Its descriptor is -1 on failure.
    poll_set() noexcept;
    poll_set(poll_set const&) = delete;
    ~poll_set();

    /// Adds a descriptor. Closing the descriptor removes it from the set. Returns false if the
    /// system refuses; true if the set already has the descriptor.
    bool add(int descriptor) noexcept;
    /// Removes a descriptor. Needed if another process also has the descriptor open, since
    /// closing does not remove it then.
    void remove(int descriptor) noexcept;
    int descriptor() const noexcept { return set_; }

private:
    int set_;
};

} // namespace restat::detail
