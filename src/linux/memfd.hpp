#pragma once

#include <restat/export.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace restat::detail {

/// Closes its descriptor when it goes.
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

    void reset() noexcept;
    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Another number of an open file, `lowest` or above and close-on-exec; empty, with `errno` set,
/// if there is none to be had.
held_descriptor duplicate(held_descriptor const& file, int lowest) noexcept;
held_descriptor duplicate(int number, int lowest) noexcept;

/// A descriptor from which these bytes are read, from the start, and which cannot change them: a
/// sealed file in memory. Where the system refuses that, a file without a name; where no file may
/// be so large (RLIMIT_FSIZE), a pipe that holds all of them, which is read once.
/// Its number is `lowest` or above, so that it is nobody's standard stream. Empty, with `errno`
/// set, if there can be none.
/// \source memfd_create(2), F_ADD_SEALS(2const), O_TMPFILE in open(2), pipe(7) "Pipe capacity"
RESTAT_EXPORT held_descriptor hold_bytes(char const* name, std::string_view bytes,
                                         int lowest = 3);

/// Whether `number` is an open descriptor of a sealed file in memory.
bool is_sealed_file(int number) noexcept;
/// Whether it is one of the other forms, and which: the number by which the kernel knows the file,
/// or 0.
unsigned long long identity_of_held_bytes(int number) noexcept;

/// Everything that can be read from a descriptor, from its offset on; false on any error.
bool read_whole(int number, std::string& bytes);
/// Everything in a file; for those in /proc, whose size cannot be asked.
bool read_whole(char const* path, std::string& bytes);

/// Whether an exec closes the descriptor.
enum class on_exec : bool { close, keep };
void set_on_exec(int number, on_exec what) noexcept;

bool is_open(int number) noexcept;

} // namespace restat::detail
