#pragma once

#include <string>
#include <utility>

namespace restat::detail {

/// Owns a descriptor and closes it on destruction.
class held_descriptor {
public:
    held_descriptor() noexcept = default;
    explicit held_descriptor(int number) noexcept : number_{number} {}
    held_descriptor(held_descriptor&& other) noexcept
        : number_{std::exchange(other.number_, -1)} {}
    held_descriptor& operator=(held_descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~held_descriptor() { reset(); }

    /// Closes the descriptor now.
    void reset() noexcept;
    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Returns another descriptor of an open file, numbered `lowest` or above, close-on-exec; empty
/// with `errno` set on failure.
held_descriptor duplicate(held_descriptor const& file, int lowest) noexcept;
held_descriptor duplicate(int number, int lowest) noexcept;

/// Reads a descriptor from its offset to the end; false on any error.
bool read_whole(int number, std::string& bytes);
/// Reads a whole file; also for /proc files without a size.
bool read_whole(char const* path, std::string& bytes);

/// Decides whether exec closes a descriptor.
enum class on_exec : bool { close, keep };
/// Sets or clears the close-on-exec flag of a descriptor.
void set_on_exec(int number, on_exec what) noexcept;

/// Returns whether any process has the open file open for writing. False without leases, as on a
/// network, and for a file of another user. \source F_SETLEASE in fcntl(2)
bool has_writer(int number) noexcept;

/// Returns true if the number is an open descriptor.
bool is_open(int number) noexcept;

} // namespace restat::detail
