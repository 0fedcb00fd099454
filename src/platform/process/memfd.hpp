#pragma once

#include <restat/export.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace restat::detail {

/// Owns a descriptor and closes it on destruction.
class RESTAT_EXPORT held_descriptor {
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

/// Returns a read-only descriptor of these bytes, positioned at the start: a sealed file in
/// memory. If the system refuses the sealed file, it is a file without a name. If RLIMIT_FSIZE
/// forbids files of this size, it is a pipe containing all bytes, for a single read. The number
/// is `lowest` or above, so it never becomes a standard stream. Empty with `errno` set on
/// failure.
/// \source memfd_create(2), F_ADD_SEALS(2const), O_TMPFILE in open(2), pipe(7) "Pipe capacity"
RESTAT_EXPORT held_descriptor hold_bytes(char const* name, std::string_view bytes,
                                         int lowest = 3);

/// Returns true if `number` is an open descriptor of a sealed file in memory.
bool is_sealed_file(int number) noexcept;
/// Returns the inode number if the descriptor has another form of `hold_bytes`, otherwise 0.
unsigned long long identity_of_held_bytes(int number) noexcept;

/// Reads a descriptor from its offset to the end; false on any error.
bool read_whole(int number, std::string& bytes);
/// Reads a whole file; also for /proc files without a size.
bool read_whole(char const* path, std::string& bytes);

/// Decides whether exec closes a descriptor.
enum class on_exec : bool { close, keep };
/// Sets or clears the close-on-exec flag of a descriptor.
void set_on_exec(int number, on_exec what) noexcept;

/// Returns true if the number is an open descriptor.
bool is_open(int number) noexcept;

} // namespace restat::detail
