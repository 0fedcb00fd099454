#include "platform/process/placed_descriptors.hpp"

#include <cstring>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Makes system calls directly. This code runs after a fork, or in a thread borrowing another
// thread's thread-local memory, where a sanitizer's wrappers would fail.
namespace restat::detail {
namespace {

int duplicate(int number, long lowest) noexcept {
    return static_cast<int>(::syscall(SYS_fcntl, number, F_DUPFD_CLOEXEC, lowest));
}

bool is_on_its_place(int number, std::size_t index) noexcept {
    return number == first_placed + static_cast<int>(index);
}

} // namespace

int beyond_placed(int number, std::size_t count) noexcept {
    return duplicate(number, first_placed + static_cast<long>(count));
}

// Works in two passes, as a descriptor may occupy another descriptor's place.
bool place_descriptors(int* numbers, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
        if (is_on_its_place(numbers[i], i)) continue;
        numbers[i] = beyond_placed(numbers[i], count);
        if (numbers[i] < 0) return false;
    }
    for (std::size_t i = 0; i < count; ++i) {
        int const place = first_placed + static_cast<int>(i);
        bool const is_there = is_on_its_place(numbers[i], i);
        long const done = is_there ? ::syscall(SYS_fcntl, place, F_SETFD, 0L)
                                   : ::syscall(SYS_dup3, numbers[i], place, 0L);
        if (done < 0) return false;
        if (!is_there) ::syscall(SYS_close, numbers[i]);
    }
    return true;
}

void write_listen_pid(char* const* environment, int pid) noexcept {
    constexpr std::size_t name = sizeof "LISTEN_PID=" - 1;
    for (; *environment; ++environment) {
        // any other value has no room
        if (std::strcmp(*environment, room_for_pid) != 0) continue;
        char digits[16];
        std::size_t count = 0;
        for (; pid > 0; pid /= 10) digits[count++] = static_cast<char>('0' + pid % 10);
        char* to = *environment + name;
        while (count > 0) *to++ = digits[--count];
        *to = '\0';
    }
}

} // namespace restat::detail
