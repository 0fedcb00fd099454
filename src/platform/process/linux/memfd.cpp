#include "platform/process/memfd.hpp"

#include "platform/files/descriptor.hpp"
#include "platform/files/signal_hold.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace restat::detail {
namespace {

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

// Writes with pwrite, so the file offset shared with the next run stays at the start.
bool write_whole(int number, std::string_view bytes) noexcept {
    off_t at = 0;
    while (!bytes.empty()) {
        ssize_t const wrote = ::pwrite(number, bytes.data(), bytes.size(), at);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
        at += wrote;
    }
    return true;
}

held_descriptor sealed_file(char const* name, std::string_view bytes) noexcept {
    held_descriptor file{::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    bool const is_whole = file && write_whole(file.get(), bytes) &&
                          ::fcntl(file.get(), F_ADD_SEALS, all_seals) == 0;
    return is_whole ? std::move(file) : held_descriptor{};
}

// Opens the file a second time, so its receiver cannot write.
held_descriptor file_without_name(std::string_view bytes) {
    for (char const* const directory : {"/dev/shm", "/tmp", "/var/tmp"}) {
        held_descriptor const file{::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
        if (!file || !write_whole(file.get(), bytes)) continue;
        auto const path = "/proc/self/fd/" + std::to_string(file.get());
        held_descriptor again{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
        if (again) return again;
    }
    return {};
}

held_descriptor full_pipe(std::string_view bytes) noexcept {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return {};
    held_descriptor reading{ends[0]};
    held_descriptor const writing{ends[1]};
    if (static_cast<std::size_t>(::fcntl(writing.get(), F_GETPIPE_SZ)) < bytes.size()) {
        ::fcntl(writing.get(), F_SETPIPE_SZ, static_cast<int>(bytes.size()));
    }
    ssize_t const wrote = ::write(writing.get(), bytes.data(), bytes.size());
    bool const is_whole = wrote == static_cast<ssize_t>(bytes.size());
    if (!is_whole) errno = EFBIG;
    return is_whole && ::fcntl(reading.get(), F_SETFL, 0) == 0 ? std::move(reading)
                                                               : held_descriptor{};
}

bool is_refused_or_too_large(int error) noexcept {
    return error == EPERM || error == ENOSYS || error == EFBIG;
}

} // namespace

held_descriptor hold_bytes(char const* name, std::string_view bytes, int lowest) {
    file_size_signal_held const quiet;
    auto file = sealed_file(name, bytes);
    if (!file && is_refused_or_too_large(errno)) {
        file = file_without_name(bytes);
        if (!file) file = full_pipe(bytes);
    }
    return !file || file.get() >= lowest ? std::move(file) : duplicate(file, lowest);
}

unsigned long long identity_of_held_bytes(int number) noexcept {
    struct stat status;
    if (is_sealed_file(number) || ::fstat(number, &status) != 0) return 0;
    bool const has_no_name = S_ISREG(status.st_mode) && status.st_nlink == 0;
    return has_no_name || S_ISFIFO(status.st_mode) ? status.st_ino : 0;
}

bool is_sealed_file(int number) noexcept {
    int const seals = ::fcntl(number, F_GET_SEALS);
    return seals >= 0 && (seals & all_seals) == all_seals;
}

} // namespace restat::detail
