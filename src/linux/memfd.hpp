#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace restat::detail {

/// Closes its descriptor when it goes.
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

    void reset() noexcept;
    int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Another number of an open file, `lowest` or above and close-on-exec; empty, with `errno` set,
/// if there is none to be had.
held_descriptor duplicate(held_descriptor const& file, int lowest) noexcept;

/// A file in memory that holds these bytes, can no longer be changed, and reads from the start.
/// Its number is `lowest` or above, so that it is nobody's standard stream. Empty if there can be
/// none.
/// \source memfd_create(2), F_ADD_SEALS(2const)
held_descriptor make_sealed_file(char const* name, std::string_view bytes,
                                 int lowest = 3) noexcept;

/// Whether `number` is an open descriptor of such a file.
bool is_sealed_file(int number) noexcept;

/// Everything that can be read from a descriptor, from its offset on; false on any error.
bool read_whole(int number, std::string& bytes);
/// Everything in a file; for those in /proc, whose size cannot be asked.
bool read_whole(char const* path, std::string& bytes);

/// Whether an exec closes the descriptor.
enum class on_exec : bool { close, keep };
void set_on_exec(int number, on_exec what) noexcept;

bool is_open(int number) noexcept;
/// Whether it is open and not close-on-exec.
bool passes_exec(int number) noexcept;

} // namespace restat::detail
